"""
How often a student is seen, and on which day next: the calendar of the check-in schedule.

Days are days of the school's calendar. A *planned* day is one of the rhythm, whatever the calendar says of it; a
*due* day is the one onto which it has been shifted (`cases.breaks.school_day_for`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple, Self, get_args
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.breaks import BREAK_DAYS, DAY, START_OF_SCHOOL_DAY, Break, breaks, instant, school_day_for
from cases.deadlines import END_OF_SCHOOL_DAY, is_school_day

Kind = Literal["per_week", "every_days", "on_dates"]

LONGEST_GAP = 60

#: How far back `closed` has to reach for `next_due`: further than any break is long.
LOOK_BACK = timedelta(days=120)


@dataclass(frozen=True)
class Rhythm:
    """
    How often. Made by `per_week`, `every_days` or `on_dates`, or from what `to_json` wrote.

    Raises ValueError, in words for whoever chose it, for a rhythm that would name no day at all.
    """

    kind: Kind
    weekdays: tuple[int, ...] = ()
    days: int = 0
    dates: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        chosen = {"per_week": bool(self.weekdays), "every_days": self.days != 0, "on_dates": bool(self.dates)}
        if self.kind not in get_args(Kind):
            raise ValueError(_("Choose days of the week, a number of days, or dates."))
        if any(given for kind, given in chosen.items() if kind != self.kind):
            raise ValueError(_("Choose one of days of the week, a number of days, or dates."))
        if self.kind == "per_week":
            if not self.weekdays or any(type(day) is not int or not 0 <= day <= 4 for day in self.weekdays):
                raise ValueError(_("Choose at least one day from Monday to Friday."))
            object.__setattr__(self, "weekdays", tuple(sorted(set(self.weekdays))))
        elif self.kind == "every_days":
            if type(self.days) is not int or not 1 <= self.days <= LONGEST_GAP:
                raise ValueError(
                    _("Choose a number of days between 1 and %(longest)d.") % {"longest": LONGEST_GAP}
                )
        else:
            # A datetime is a date to isinstance(), and is never equal to one.
            if not self.dates or any(type(day) is not date for day in self.dates):
                raise ValueError(_("Choose at least one date."))
            object.__setattr__(self, "dates", tuple(sorted(set(self.dates))))

    @classmethod
    def per_week(cls, weekdays: Iterable[int]) -> Self:
        """Each week on these days, Monday being 0 as in `date.weekday()`."""
        return cls("per_week", weekdays=tuple(weekdays))

    @classmethod
    def every_days(cls, days: int) -> Self:
        """So many days after the contact that was made last."""
        return cls("every_days", days=days)

    @classmethod
    def on_dates(cls, dates: Iterable[date]) -> Self:
        """On these days, and then no more."""
        return cls("on_dates", dates=tuple(dates))

    def to_json(self) -> dict[str, Any]:
        """As plain JSON, for a column."""
        if self.kind == "per_week":
            return {"kind": self.kind, "weekdays": list(self.weekdays)}
        if self.kind == "every_days":
            return {"kind": self.kind, "days": self.days}
        return {"kind": self.kind, "dates": [day.isoformat() for day in self.dates]}

    @classmethod
    def from_json(cls, data: object) -> Self:
        """What `to_json` wrote. Raises ValueError for anything else."""
        match data:
            case {"kind": "per_week", "weekdays": list(weekdays), **rest} if not rest:
                return cls.per_week(weekdays)
            case {"kind": "every_days", "days": int(days), **rest} if not rest:
                return cls.every_days(days)
            case {"kind": "on_dates", "dates": list(dates), **rest} if not rest:
                return cls.on_dates(date.fromisoformat(str(day)) for day in dates)
        raise ValueError(_("Choose days of the week, a number of days, or dates."))

    def words(self) -> str:
        """The rhythm as part of a sentence, such as "each Monday and Thursday"."""
        if self.kind == "every_days":
            return ngettext("every day", "every %(count)d days", self.days) % {"count": self.days}
        if self.kind == "on_dates":
            count = len(self.dates)
            return ngettext("on %(count)d date", "on %(count)d dates", count) % {"count": count}
        *names, last = [str(WEEKDAYS[day]) for day in self.weekdays]
        if not names:
            return _("each %(weekday)s") % {"weekday": last}
        return _("each %(weekdays)s and %(last)s") % {"weekdays": ", ".join(names), "last": last}


def planned(rhythm: Rhythm, *, start: date, until: date) -> Iterator[date]:
    """The days of the rhythm from `start` to `until`, both included, before any of them is shifted."""
    if rhythm.kind == "on_dates":
        yield from (day for day in rhythm.dates if start <= day <= until)
        return
    step = rhythm.days if rhythm.kind == "every_days" else 1
    for ordinal in range(start.toordinal(), until.toordinal() + 1, step):
        day = date.fromordinal(ordinal)
        if rhythm.kind == "every_days" or day.weekday() in rhythm.weekdays:
            yield day


def next_due(
    rhythm: Rhythm,
    *,
    after: date | None,
    start: date,
    closed: Set[date],
    today: date,
    open_in: Sequence[Break] = (),
    first_after: Mapping[Break, date] | None = None,
) -> date | None:
    """
    The day on which the contact after the one of `after` is due; the first one of all where `after` is None.

    A contact answers every planned day whose due day it has reached: those shifted onto one day become one.
    Every n days counts from the contact that was made; a week and dates go by the calendar. Whatever lies in a
    break is due on the school day before it, and once more on the first school day after it; so is, of a rhythm
    without an end, whatever would pass over a break. A break in `open_in` has a plan by which the school goes on:
    its contacts keep their planned days. For a break that others take over, `first_after` may give the day of the
    first contact after it. None only when the dates are used up.

    `today` is the day on which this is decided: where a shift would lead before it, it leads to the next school
    day. Keep the answer, and do not ask again for a contact that is late: it stays late until it is made.
    `closed` reaches back by LOOK_BACK from `after`, `start` and `today`.
    """
    due = _by_rhythm(rhythm, after=after, start=start, closed=closed, today=today, open_in=open_in)
    since = start if after is None else after
    last_day = due or max(rhythm.dates)
    for break_ in breaks(closed, since=since, until=max(since, last_day)):
        back = break_.first_school_day_after
        if break_.last_day < start or (due is not None and due < back):
            continue
        if rhythm.kind == "on_dates" and not any(day in break_ and day >= start for day in rhythm.dates):
            continue
        # Holidays within it may divide what is open of it.
        if all(any(end in open_ for open_ in open_in) for end in (break_.first_day, break_.last_day)):
            continue
        given = (first_after or {}).get(break_, back)
        return school_day_for(max(given, back), closed)
    return due


def _by_rhythm(
    rhythm: Rhythm,
    *,
    after: date | None,
    start: date,
    closed: Set[date],
    today: date,
    open_in: Sequence[Break],
) -> date | None:
    """The due day of the first planned day that is not answered yet, breaks being closures like others."""

    def answered(day: date) -> bool:
        return after is not None and school_day_for(day, closed, open_in=open_in) <= after

    if rhythm.kind == "every_days" and after is not None and (start <= after or answered(start)):
        # Not `answered`: a shift that would lead back to the contact just made leads to the next school day.
        day = after + timedelta(days=rhythm.days)
        return school_day_for(day, closed, not_before=max(after + DAY, today), open_in=open_in)
    begin = start if after is None else max(start, after + DAY)
    for day in planned(rhythm, start=begin, until=date.max):
        if not answered(day):
            return school_day_for(day, closed, not_before=today, open_in=open_in)
    return None


def due_moment(day: date, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, from which on a contact due on `day` is late: the end of that school day."""
    return instant(day, END_OF_SCHOOL_DAY, zone)


class Reminders(NamedTuple):
    """When the one in charge of a contact is reminded, in UTC: `before` it, `on_the_day`, and when it is `late`."""

    before: datetime
    on_the_day: datetime
    late: datetime


def reminder_moments(day: date, zone: ZoneInfo, *, closed: Set[date]) -> Reminders:
    """
    When a contact due on `day` is reminded of.

    Before is the morning of the school day before. In and after a break that would be a week ago or more; there
    it is the morning of the day before.
    """
    before = day - DAY
    while not is_school_day(before, closed):
        before -= DAY
    if not is_school_day(day, closed) or (day - before).days > BREAK_DAYS:
        before = day - DAY
    return Reminders(
        before=instant(before, START_OF_SCHOOL_DAY, zone),
        on_the_day=instant(day, START_OF_SCHOOL_DAY, zone),
        late=due_moment(day, zone),
    )
