"""The check-in schedule of one case over its school's calendar: which day is next, and when it is reminded of."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from cases import kinds
from cases.breaks import DAY, Break, asks_for_break_plan, breaks, school_ends, school_minutes
from cases.deadlines import closed_days, due_at, is_school_day
from cases.models import BreakPlan, Case, CheckIn, CheckInPlan
from cases.rhythm import LOOK_BACK, next_due, reminder_moments
from csec.directory.models import Closure, District, School
from protocols.schema import Due

#: How long after it was due a contact is put to the cover, and then to those who answer for the case; after that
#: to them each day (a proposal of this software).
TO_COVER = timedelta(minutes=30)
TO_OVERSEERS = timedelta(hours=2)
#: Whoever takes over a late contact or an alert has until then; after that it escalates again (a proposal of this
#: software).
TAKEN_FOR = timedelta(hours=20)

#: By the end of which school day after somebody took it up a concern is in a case, or closed: as long as a case has
#: until the first contact. Where there is no school for long, within a week (a proposal of this software).
DEAL_WITHIN = Due(school_days=2)
DEAL_WITHIN_AT_MOST = timedelta(days=7)

#: A weekend with a holiday beside it is waited out, no more (a proposal of this software).
WITHOUT_SCHOOL = timedelta(days=4)

#: The first levels of a check-in's reminders: the morning before, the morning of the day, late.
BEFORE, ON_THE_DAY, LATE = range(3)


def climbs_at(school: School, at: datetime) -> datetime:
    """
    When what nobody has taken up since `at` goes to the next: after the district's minutes of school.

    At once when there is no school for days: nobody is there in a break, and a child does not wait for its end.
    """
    return climb(school, at, 1)[0]


def climb(school: School, at: datetime, times: int) -> list[datetime]:
    """The same for several in turn, each of whom has as long as the first."""
    district = District.objects.first() or District()
    closed = closed_days(school, since=at.astimezone(school.zone).date())
    moments = [
        school_minutes(at, n * district.climbs_after_minutes, zone=school.zone, closed=closed)
        for n in range(1, times + 1)
    ]
    return [moment if moment - at <= WITHOUT_SCHOOL else at for moment in moments]


def on_duty_until(school: School, at: datetime) -> datetime | None:
    """Until when the officers of a school are on duty there: to the end of its school day. None when they are not."""
    closed = closed_days(school, since=at.astimezone(school.zone).date())
    return school_ends(at, zone=school.zone, closed=closed)


def request_climbs(school: School, at: datetime) -> list[datetime]:
    """
    When a request to an officer goes to the cover, and to those who answer for the case, who can call dispatch.

    No later than the officer is off duty; at once when that is so already.
    """
    off_duty = on_duty_until(school, at) or at
    return [min(moment, off_duty) for moment in climb(school, at, 2)]


def deal_by(school: School, at: datetime) -> datetime:
    """By when whoever has said at `at` that they deal with a concern has put it into a case, or closed it."""
    closed = closed_days(school, since=at.astimezone(school.zone).date())
    moment = due_at(DEAL_WITHIN, opened_at=at, known_at=at, zone=school.zone, closed=closed)
    return min(moment, at + DEAL_WITHIN_AT_MOST)


def asked_again_on(kind: str, outcome: str, today: date) -> date | None:
    """The day that the district proposes for an offer that was declined, or to look at one that was accepted."""
    if kind not in kinds.ASKED_AFTER or outcome not in ("declined", "done"):
        return None
    district = District.objects.first() or District()
    declined = outcome == "declined"
    return today + timedelta(days=district.offer_again_days if declined else district.referral_look_days)


@dataclass(frozen=True)
class Calendar:
    """A school's days without school, and what was agreed for the breaks among them."""

    closed: frozenset[date]
    open_in: tuple[Break, ...] = ()
    first_after: tuple[tuple[Break, date], ...] = ()

    def breaks_asking(self, today: date) -> list[Break]:
        """The breaks for which somebody has to say now who keeps contact."""
        until = today + timedelta(days=30)
        return [
            one for one in breaks(self.closed, since=today, until=until) if asks_for_break_plan(one, today)
        ]


@dataclass(frozen=True)
class SchoolDays:
    """
    A school's days without school, and the holidays among them.

    Those are closures within a longer one, such as Christmas Day: whoever goes on in a break rests on them.
    """

    closed: frozenset[date]
    holidays: frozenset[date]

    @classmethod
    def of(
        cls, schools: Iterable[UUID], *, since: date, as_of: datetime | None = None
    ) -> dict[UUID, "SchoolDays"]:
        """Those of several schools, in one query; with `as_of` as they were until that moment."""
        rows = list(Closure.objects.in_force(as_of).filter(last_day__gte=since))
        return {
            school: cls._in({Break(r.first_day, r.last_day) for r in rows if r.school_id in (None, school)})
            for school in schools
        }

    @classmethod
    def _in(cls, spans: Set[Break]) -> "SchoolDays":
        within = (one for one in spans if any(other != one and other.covers(one) for other in spans))
        return cls(
            frozenset(day for one in spans for day in one.days()),
            frozenset(day for one in within for day in one.days()),
        )

    def agreed(self, plans: Iterable[BreakPlan]) -> Calendar:
        """With what was agreed for the breaks."""
        plans = list(plans)
        goes_on = [plan for plan in plans if plan.who == BreakPlan.Who.SCHOOL]
        others = [plan for plan in plans if plan.who != BreakPlan.Who.SCHOOL]
        return Calendar(
            self.closed,
            tuple(
                piece
                for plan in goes_on
                for piece in Break(plan.first_day, plan.last_day).without(self.holidays)
            ),
            tuple((Break(plan.first_day, plan.last_day), plan.first_contact_on) for plan in others),
        )

    def beside(self, first_day: date, last_day: date) -> tuple[date, date]:
        """
        The days between which a contact can stand because of some days without school.

        From the school day before them to the one after, and a week on: what was made on the day before has answered
        theirs as well.
        """
        while not is_school_day(first_day, self.closed):
            first_day -= DAY
        while not is_school_day(last_day, self.closed):
            last_day += DAY
        return first_day, last_day + timedelta(days=7)


def calendar_of(case: Case, at: datetime) -> Calendar:
    """The calendar of the case's school with the case's break plans."""
    plans = BreakPlan.objects.filter(case=case, replaced_at__isnull=True)
    since = at.astimezone(case.zone).date() - LOOK_BACK
    return SchoolDays.of([case.school_id], since=since)[case.school_id].agreed(plans)


def day_after(plan: CheckInPlan, *, after: date | None, today: date, calendar: Calendar) -> date | None:
    """
    The day of the contact that follows the one of `after` (the first one where there was none).

    None only when the schedule's dates are used up.
    """
    return next_due(
        plan.how_often,
        after=after,
        start=plan.start,
        closed=calendar.closed,
        today=today,
        open_in=calendar.open_in,
        first_after=dict(calendar.first_after),
    )


def check_in_on(
    case: Case,
    plan: CheckInPlan,
    day: date,
    *,
    at: datetime,
    calendar: Calendar,
    moved_from: date | None = None,
) -> CheckIn:
    """A check-in of that day that waits, not saved yet."""
    check_in = CheckIn(case=case, plan=plan)
    put_on(check_in, day, at=at, calendar=calendar, moved_from=moved_from)
    return check_in


#: What `put_on` sets.
PLACE = ("due_on", "moved_from", "before_at", "day_at", "due_at", "level", "remind_at")


def put_on(
    check_in: CheckIn, day: date, *, at: datetime, calendar: Calendar, moved_from: date | None = None
) -> None:
    """
    Set the day of a check-in and the times of its reminders; of those that are past none is written.

    `moved_from` is a day that is its own and not the schedule's (somebody chose it), wherever the calendar puts it.
    """
    moments = reminder_moments(day, check_in.case.zone, closed=calendar.closed)
    check_in.due_on, check_in.moved_from = day, None if moved_from == day else moved_from
    check_in.before_at, check_in.day_at, check_in.due_at = moments
    ahead = [
        (level, moment)
        for level, moment in (
            (BEFORE, moments.before),
            (ON_THE_DAY, moments.on_the_day),
            (LATE, moments.late),
        )
        if moment > at
    ]
    check_in.level, check_in.remind_at = ahead[0] if ahead else (LATE, at)
