"""When something is due. Instants are instants; school days are days in the school's zone without its closures."""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from csec.directory.models import Closure, District, School
from protocols.schema import Due, Part

#: When a school day ends, in the school's zone (a proposal of this project; the printed protocol names no hour).
END_OF_SCHOOL_DAY = time(16, 0)


def closed_days(school: School, *, since: date) -> set[date]:
    """The days from `since` on when the school, or every school, is closed. Weekends are not among them."""
    return closed_days_of([school.pk], since=since)[school.pk]


def closed_days_of(schools: Collection[UUID], *, since: date) -> dict[UUID, set[date]]:
    """The same for several schools, in one query."""
    closed: dict[UUID, set[date]] = {school: set() for school in schools}
    closures = Closure.objects.in_force().filter(Q(school__in=schools) | Q(school__isnull=True))
    for closure in closures.filter(last_day__gte=since):
        first = max(closure.first_day, since)
        days = {first + timedelta(days=n) for n in range((closure.last_day - first).days + 1)}
        for school in [closure.school_id] if closure.school_id else schools:
            closed[school] |= days
    return closed


def is_school_day(day: date, closed: Iterable[date]) -> bool:
    return day.weekday() < 5 and day not in set(closed)


def business_day_after(day: date, count: int) -> date:
    """
    The `count`-th business day after `day`, which is not counted itself.

    Business days are not school days: Monday to Friday, also in a school break and on a day on which one school is
    closed. Only a closure of all schools that the district marked as a holiday of its offices is left out, so that
    what is not marked makes the time shorter and never longer.
    """
    last = day
    holidays = _holidays(since=day)
    while count:
        last += timedelta(days=1)
        count -= last.weekday() < 5 and last not in holidays
    return last


def _holidays(*, since: date) -> set[date]:
    """The days from `since` on when the offices of the district are closed."""
    closures = Closure.objects.in_force().filter(
        school__isnull=True, offices_closed=True, last_day__gte=since
    )
    return {
        closure.first_day + timedelta(days=n)
        for closure in closures
        for n in range((closure.last_day - closure.first_day).days + 1)
    }


def time_of(part: Part, district: District | None) -> Due | None:
    """The time that a part has when it begins: the district's own number of days, else what the definition says."""
    days: int | None = getattr(district, part.setting) if district and part.setting else None
    if days is None:
        return part.due
    return Due(school_days=days, after=part.due.after if part.due else "opened")


def due_at(
    due: Due, *, opened_at: datetime, known_at: datetime, zone: ZoneInfo, closed: set[date]
) -> datetime:
    """
    The moment by which a part should have ended.

    Hours are elapsed hours, through weekends and the change of the clocks (Penal Code 11166(a) for the report);
    0 school days is the end of the same school day, or of the next one when that has passed.
    """
    start = known_at if due.after == "known" else opened_at
    if due.hours is not None:
        # On the clock of a school Python adds hours of the wall, of which a day of the year has 23 and another 25.
        return start.astimezone(UTC) + timedelta(hours=due.hours)
    local = start.astimezone(zone)
    day = local.date()
    if local.time() >= END_OF_SCHOOL_DAY:
        day += timedelta(days=1)
    while not is_school_day(day, closed):
        day += timedelta(days=1)
    for _ in range(due.school_days or 0):
        day += timedelta(days=1)
        while not is_school_day(day, closed):
            day += timedelta(days=1)
    return datetime.combine(day, END_OF_SCHOOL_DAY, tzinfo=zone)
