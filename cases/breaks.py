"""The times without school: weekends, closures, breaks of a week or more, the hours outside school, the night."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from cases.deadlines import END_OF_SCHOOL_DAY, is_school_day

#: When a school day begins, in the school's zone (a proposal of this project, as its end is).
START_OF_SCHOOL_DAY = time(8, 0)
#: From how many days without school on, weekends counted in, these are a break.
BREAK_DAYS = 7
#: How long before its first day a break asks for its plan.
ASKED_AHEAD = timedelta(days=14)

QUIET_FROM = time(20, 0)
QUIET_TO = time(7, 0)

DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Break:
    """A week or more without school. Both ends are days without school; the days beside them are school days."""

    first_day: date
    last_day: date

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError(_("A break ends on or after its first day."))

    @property
    def last_school_day_before(self) -> date:
        return self.first_day - DAY

    @property
    def first_school_day_after(self) -> date:
        return self.last_day + DAY

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def covers(self, other: "Break") -> bool:
        """Whether every day of the other is in this one: what was agreed for this one holds for all of it."""
        return self.first_day <= other.first_day and other.last_day <= self.last_day

    def without(self, days: Set[date]) -> Iterator["Break"]:
        """What is left of it, in order, when those days are taken out."""
        first_day = self.first_day
        for day in sorted(day for day in days if day in self):
            if first_day < day:
                yield Break(first_day, day - DAY)
            first_day = day + DAY
        if first_day <= self.last_day:
            yield Break(first_day, self.last_day)

    def days(self) -> Iterator[date]:
        for ordinal in range(self.first_day.toordinal(), self.last_day.toordinal() + 1):
            yield date.fromordinal(ordinal)


def breaks(closed: Set[date], *, since: date, until: date) -> list[Break]:
    """
    The breaks of which at least one day lies between `since` and `until`, both included, in order and whole.

    `closed` has to reach back to the beginning of a break that has begun before `since`.
    """
    found = []
    day = since
    while not is_school_day(day - DAY, closed):
        day -= DAY
    while day <= until:
        last = day
        while not is_school_day(last, closed):
            last += DAY
        # Here `last` is a school day; when it is `day` itself, nothing was without school.
        if (last - day).days >= BREAK_DAYS and last > since:
            found.append(Break(day, last - DAY))
        day = last + DAY
    return found


def asks_for_break_plan(break_: Break, today: date) -> bool:
    """Whether somebody has to say now who keeps contact in this break: two weeks ahead, and until it ends."""
    return break_.first_day - ASKED_AHEAD <= today <= break_.last_day


def school_day_for(
    day: date, closed: Set[date], *, not_before: date | None = None, open_in: Sequence[Break] = ()
) -> date:
    """
    The day on which a contact planned for `day` is due.

    That is `day` itself when there is school, or when it is a weekday in a break of `open_in`, in which the school
    goes on; else such a day before. Where that would be before `not_before` it is the next one after `day`,
    so that no contact is ever due at a time when it could no longer be made, and none falls away.
    """

    def can_be_made(on: date) -> bool:
        return is_school_day(on, closed) or (on.weekday() < 5 and any(on in break_ for break_ in open_in))

    before = day
    while not can_be_made(before):
        before -= DAY
    if not_before is None or before >= not_before:
        return before
    # A day that was never shifted stays, however long ago: what is late is late.
    while not can_be_made(day):
        day += DAY
    return day


def instant(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """
    That hour on that day in the zone, in UTC, so that two of them may be subtracted across a change of the clocks.

    Of an hour that comes twice it is the first; one that the clocks leave out is as long after midnight as ever.
    """
    return datetime.combine(day, hour, tzinfo=zone).astimezone(UTC)


def school_minutes(start: datetime, minutes: int, *, zone: ZoneInfo, closed: Set[date]) -> datetime:
    """
    The instant, in UTC, at which `minutes` of school have passed since `start`.

    Only the hours of school days count, from START_OF_SCHOOL_DAY to END_OF_SCHOOL_DAY in the school's zone.
    """
    if start.tzinfo is None:
        raise ValueError(_("The start is an instant, with its zone."))
    if minutes < 0:
        raise ValueError(_("The number of minutes is 0 or more."))
    left = timedelta(minutes=minutes)
    day = start.astimezone(zone).date()
    while True:
        begins = max(start.astimezone(UTC), instant(day, START_OF_SCHOOL_DAY, zone))
        ends = instant(day, END_OF_SCHOOL_DAY, zone)
        if is_school_day(day, closed) and begins < ends:
            if begins + left <= ends:
                return begins + left
            left -= ends - begins
        day += DAY


def school_ends(at: datetime, *, zone: ZoneInfo, closed: Set[date]) -> datetime | None:
    """When the hours of school in which `at` lies are over, in UTC; None outside of them."""
    day = at.astimezone(zone).date()
    begins, ends = instant(day, START_OF_SCHOOL_DAY, zone), instant(day, END_OF_SCHOOL_DAY, zone)
    return ends if is_school_day(day, closed) and begins <= at < ends else None


def quiet_until(at: datetime, *, zone: ZoneInfo, start: time = QUIET_FROM, end: time = QUIET_TO) -> datetime:
    """
    When a message of `at` may go out: `at` itself, or the end of the quiet hours in which it lies, in UTC.

    Each night is quiet from one instant to another, whatever the clocks do in between. The same hour for
    `start` and `end` means no quiet hours.
    """
    if at.tzinfo is None:
        raise ValueError(_("The time is an instant, with its zone."))
    over_night = DAY if end < start else timedelta(0)
    today = at.astimezone(zone).date()
    for day in (today - DAY, today):
        ends = instant(day + over_night, end, zone)
        if instant(day, start, zone) <= at < ends:
            return ends
    return at
