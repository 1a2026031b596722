"""The invented school year around a day, and the moments of the stories, counted from that day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cases.deadlines import is_school_day

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Break:
    """Days without school, both ends included."""

    name: str
    first_day: date
    last_day: date


def breaks_around(day: date) -> list[Break]:
    """The breaks of about a year around `day`: those that the stories reach back to, and those to come."""
    earliest, latest = day - 120 * ONE_DAY, day + 300 * ONE_DAY
    breaks = [one for year in (day.year - 1, day.year) for one in _breaks(year)]
    return [one for one in breaks if earliest <= one.last_day <= latest]


def _breaks(year: int) -> list[Break]:
    """Of the school year that begins in `year`. Summer is not among them: the stories go on without a gap."""
    thanksgiving = _nth(4, 3, year, 11)
    winter = _monday_on_or_after(date(year, 12, 19))
    spring = _monday_on_or_after(date(year + 1, 4, 1))
    return [
        _one("Labor Day", _nth(1, 0, year, 9)),
        _one("Veterans Day", date(year, 11, 11)),
        Break("Thanksgiving week", thanksgiving - 3 * ONE_DAY, thanksgiving + ONE_DAY),
        Break("Winter break", winter, winter + 11 * ONE_DAY),
        _one("Martin Luther King Jr. Day", _nth(3, 0, year + 1, 1)),
        _one("Presidents’ Day", _nth(3, 0, year + 1, 2)),
        Break("Spring break", spring, spring + 4 * ONE_DAY),
    ]


def _one(name: str, day: date) -> Break:
    return Break(name, day, day)


def _nth(n: int, weekday: int, year: int, month: int) -> date:
    """The n-th Monday (0) to Sunday (6) of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def _monday_on_or_after(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


@dataclass(frozen=True)
class SchoolClock:
    """Moments as a story tells them (“three school days ago at 10:15”), in the zone of the schools."""

    now: datetime
    zone: ZoneInfo
    closed: frozenset[date]

    @classmethod
    def around(cls, now: datetime, zone: ZoneInfo) -> "SchoolClock":
        closed = {
            one.first_day + timedelta(days=n)
            for one in breaks_around(now.astimezone(zone).date())
            for n in range((one.last_day - one.first_day).days + 1)
        }
        return cls(now, zone, frozenset(closed))

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def at(self, days_ago: int, clock: str) -> datetime:
        """`clock` (`10:15`) on the school day that lies so many school days before today; at least 1."""
        day = self._count(days_ago, -ONE_DAY)
        return datetime.combine(day, time.fromisoformat(clock), tzinfo=self.zone)

    def back(self, days_ago: int) -> date:
        """The day that lies so many school days before today; at least 1."""
        return self._count(days_ago, -ONE_DAY)

    def ahead(self, days: int) -> date:
        """The day that lies so many school days after today; at least 1."""
        return self._count(days, ONE_DAY)

    def lately(self, *, minutes: int) -> datetime:
        """
        So many minutes ago, for what is still fresh; never at night: then before half past four of the last afternoon.

        For up to 200 minutes at most 23 hours before now, so that the time allowed for a report still runs.
        """
        local = self.now.astimezone(self.zone)
        if not time(12) <= local.time() < time(17):
            day = local.date() if local.time() >= time(17) else local.date() - ONE_DAY
            local = datetime.combine(day, time(16, 30), tzinfo=self.zone)
        return local.astimezone(UTC) - timedelta(minutes=minutes)

    def is_broken(self, since: datetime, until: date) -> bool:
        """Whether a day without school lies between, weekends aside."""
        return any(since.astimezone(self.zone).date() < day < until for day in self.closed)

    def _count(self, days: int, step: timedelta) -> date:
        day = self.today
        while days > 0:
            day += step
            days -= is_school_day(day, self.closed)
        return day
