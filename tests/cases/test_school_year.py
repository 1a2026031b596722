"""A school year, walked day by day and hour by hour: no contact is forgotten, doubled or due without school."""

import random
import zoneinfo
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, combinations, pairwise
from zoneinfo import ZoneInfo

import pytest

from cases.breaks import Break, breaks, quiet_until, school_minutes
from cases.rhythm import Rhythm, due_moment, next_due, planned, reminder_moments
from tests.cases.test_rhythm import CLOSED, END, SPRING, START, SUMMER, THANKSGIVING, WINTER, days

ZONES = ["America/Los_Angeles", "America/New_York", "Pacific/Honolulu"]
BREAKS = [THANKSGIVING, WINTER, SPRING, SUMMER]
DAY = timedelta(days=1)

#: Each choice of weekdays there is.
WEEKS = [Rhythm.per_week(chosen) for n in range(1, 6) for chosen in combinations(range(5), n)]
COUNTS = [Rhythm.every_days(n) for n in range(1, 61)]

# What is expected is worked out here in its own way: from a list of the days on which there is school.


def is_open(day: date, closed: set[date], open_in: Sequence[Break] = ()) -> bool:
    return day.weekday() < 5 and (day not in closed or any(day in break_ for break_ in open_in))


def before(day: date, closed: set[date], open_in: Sequence[Break] = ()) -> date:
    return next(d for n in range(200) if is_open(d := day - n * DAY, closed, open_in))


def onward(day: date, closed: set[date], open_in: Sequence[Break] = ()) -> date:
    return next(d for n in range(200) if is_open(d := day + n * DAY, closed, open_in))


def walk(
    rhythm: Rhythm, *, start: date = START, closed: set[date] = CLOSED, open_in: Sequence[Break] = ()
) -> list[date]:
    """Each day from `start` on: make the contact if one is due, and ask then when the next one is."""
    due = next_due(rhythm, after=None, start=start, closed=closed, today=start, open_in=open_in)
    made = []
    for today in sorted(days(start, END)):
        assert due is None or due >= today
        if today == due:
            made.append(today)
            due = next_due(rhythm, after=today, start=start, closed=closed, today=today, open_in=open_in)
    return made


@pytest.mark.parametrize("rhythm", WEEKS, ids=[rhythm.words() for rhythm in WEEKS])
def test_each_planned_contact_of_a_week_is_answered_by_exactly_one_due_day(rhythm: Rhythm) -> None:
    made = walk(rhythm)
    expected = {before(day, CLOSED) for day in planned(rhythm, start=START, until=END)}
    expected |= {break_.last_day + DAY for break_ in BREAKS}
    assert made == sorted(expected)


def test_each_count_of_days_goes_on_from_the_contact_that_was_made() -> None:
    for rhythm in COUNTS:
        for start in sorted(days(START, START + 3 * DAY)):
            made = walk(rhythm, start=start)
            assert made[0] == onward(start, CLOSED)
            for this, following in pairwise(made):
                aimed = this + rhythm.days * DAY
                on_time = earlier if (earlier := before(aimed, CLOSED)) > this else onward(aimed, CLOSED)
                returns = [b.last_day + DAY for b in BREAKS if this <= b.last_day]
                assert following == min([on_time, *returns])
                assert is_open(following, CLOSED)
            # The walk ends because the year does.
            assert made[-1] + rhythm.days * DAY + 3 * DAY > END


@pytest.mark.parametrize("break_", BREAKS, ids=["thanksgiving", "winter", "spring", "summer"])
def test_each_break_in_which_the_school_goes_on_keeps_each_planned_weekday(break_: Break) -> None:
    for rhythm in WEEKS:
        made = [day for day in walk(rhythm, open_in=[break_]) if day in break_]
        assert made == list(planned(rhythm, start=break_.first_day, until=break_.last_day))
    for rhythm in COUNTS[:10]:
        made = walk(rhythm, open_in=[break_])
        assert any(day in break_ for day in made)
        for this, following in pairwise(made):
            if this in break_ and (aimed := this + rhythm.days * DAY) in break_:
                on_time = before(aimed, CLOSED, [break_])
                assert following == (on_time if on_time > this else onward(aimed, CLOSED, [break_]))
        assert all(is_open(day, CLOSED, [break_]) for day in made)


@pytest.mark.parametrize("break_", BREAKS, ids=["thanksgiving", "winter", "spring", "summer"])
def test_a_break_that_others_take_over_ends_on_the_day_given(break_: Break) -> None:
    back = onward(break_.last_day + 4 * DAY, CLOSED)
    for rhythm in WEEKS + COUNTS:
        found = {
            next_due(rhythm, after=after, start=START, closed=CLOSED, today=after, first_after={break_: back})
            for after in [break_.first_day - DAY, *list(break_.days())[::5]]
        }
        assert found == {back}


def test_every_set_of_dates_is_used_up_to_the_last() -> None:
    chance = random.Random(2027)
    year = sorted(days(START, END - 20 * DAY))
    for _ in range(60):
        dates = chance.sample(year, chance.randint(1, 20))
        expected = {before(day, CLOSED) if day > START else START for day in dates}
        expected |= {b.last_day + DAY for b in BREAKS if any(day in b for day in dates)}
        rhythm = Rhythm.on_dates(dates)
        made = walk(rhythm)
        assert made == sorted(expected)
        last = made[-1]
        assert next_due(rhythm, after=last, start=START, closed=CLOSED, today=last) is None


def test_a_schedule_made_on_any_day_of_the_year_begins_in_time() -> None:
    for start in sorted(days(START, END)):
        for rhythm in WEEKS[::2]:
            due = next_due(rhythm, after=None, start=start, closed=CLOSED, today=start)
            first = next(planned(rhythm, start=start, until=END + 7 * DAY))
            earlier = before(first, CLOSED)
            in_time = earlier if earlier >= start else onward(first, CLOSED)
            assert due == min([in_time, *[b.last_day + DAY for b in BREAKS if start in b]])


def test_contacts_made_early_late_or_on_a_sunday_and_entered_later_never_end_the_series() -> None:
    chance = random.Random(2026)
    for _ in range(2500):
        after = START + chance.randrange((END - START).days) * DAY
        today = after + chance.choice([0, 0, 0, 1, 3, 9]) * DAY
        rhythm = chance.choice(WEEKS + COUNTS)
        due = next_due(rhythm, after=after, start=START, closed=CLOSED, today=today)
        assert due is not None
        assert due > after
        assert is_open(due, CLOSED)
        # At most the gap of the rhythm and a shift: a week counts from a day that this contact has answered early.
        counted = after if rhythm.days else onward(after + DAY, CLOSED) - DAY
        assert due <= onward(counted + (rhythm.days or 7) * DAY, CLOSED)
        assert all(due <= b.last_day + DAY for b in BREAKS if after <= b.last_day)


def calendars() -> Iterator[set[date]]:
    """Years that no district has: closures of 1 to 30 days anywhere, also against one another."""
    chance = random.Random(5)
    for _ in range(12):
        firsts = [START + chance.randrange(370) * DAY for _ in range(chance.randint(0, 12))]
        yield set(chain.from_iterable(days(first, first + chance.randrange(30) * DAY) for first in firsts))


def test_in_any_calendar_all_planned_contacts_are_answered() -> None:
    for closed in calendars():
        runs = breaks(closed, since=START, until=END)
        returns = {b.last_day + DAY for b in runs if b.last_day + DAY <= END}
        for rhythm in WEEKS[::6]:
            aimed = planned(rhythm, start=START, until=END + 7 * DAY)
            shifted = {
                earlier if (earlier := before(day, closed)) >= START else onward(day, closed) for day in aimed
            }
            assert walk(rhythm, closed=closed) == sorted({d for d in shifted if d <= END} | returns)
        for rhythm in COUNTS[::12]:
            made = walk(rhythm, closed=closed)
            assert returns - {made[0]} <= set(made)
            assert all(is_open(day, closed) for day in made)
            assert all(b <= onward(a + rhythm.days * DAY, closed) for a, b in pairwise(made))


# Instants


@pytest.mark.parametrize("name", ZONES, ids=ZONES)
def test_hour_by_hour_each_due_day_is_reminded_of_once_in_order(name: str) -> None:
    zone = ZoneInfo(name)
    # A plan of the spring break by which the school goes on: due on the Monday after the clocks have gone forward.
    rhythm = Rhythm.every_days(1)
    due = walk(rhythm, open_in=[SPRING])
    assert date(2027, 3, 15) in due
    moments = {day: reminder_moments(day, zone, closed=CLOSED) for day in due}
    heard: dict[tuple[date, str], list[datetime]] = {}
    at = datetime(2026, 8, 14, 0, 30, tzinfo=UTC)
    queue = sorted((moment, day, kind) for day in due for kind, moment in moments[day]._asdict().items())
    while queue:
        at += timedelta(hours=1)
        while queue and queue[0][0] <= at:
            _, day, kind = queue.pop(0)
            heard.setdefault((day, kind), []).append(at.astimezone(zone))
    for day in due:
        [early], [on_the_day], [late] = (heard[day, kind] for kind in ("before", "on_the_day", "late"))
        assert early.date() < day == on_the_day.date() == late.date()
        assert (early.hour, on_the_day.hour, late.hour) == (8, 8, 16)


def test_in_every_zone_there_is_a_day_ends_on_that_day_at_the_same_hour() -> None:
    for name in sorted(zoneinfo.available_timezones()):
        zone = ZoneInfo(name)
        for day in (date(2026, 8, 17) + n * DAY for n in range(365)):
            ends = due_moment(day, zone).astimezone(zone)
            assert (ends.date(), ends.hour, ends.minute) == (day, 16, 0), name


@pytest.mark.parametrize("name", [*ZONES, "Australia/Lord_Howe"], ids=[*ZONES, "Australia/Lord_Howe"])
def test_no_night_of_the_year_is_disturbed_and_none_lasts_longer_than_its_hours(name: str) -> None:
    zone = ZoneInfo(name)
    at = datetime(2026, 8, 17, tzinfo=UTC)
    while at < datetime(2027, 8, 17, tzinfo=UTC):
        until = quiet_until(at, zone=zone)
        assert at <= until <= at + timedelta(hours=12)
        assert time(7) <= until.astimezone(zone).time() < time(20)
        assert until == at or until.astimezone(zone).time() == time(7)
        assert quiet_until(until, zone=zone) == until
        at += timedelta(minutes=70)


@pytest.mark.parametrize("name", ZONES, ids=ZONES)
def test_school_minutes_add_up_over_the_whole_year(name: str) -> None:
    zone = ZoneInfo(name)
    at = datetime(2026, 8, 17, 15, 11, tzinfo=UTC)
    while at.date() < END:
        whole = school_minutes(at, 500, zone=zone, closed=CLOSED)
        parts = school_minutes(at, 30, zone=zone, closed=CLOSED)
        assert school_minutes(parts, 470, zone=zone, closed=CLOSED) == whole
        there = parts.astimezone(zone)
        assert is_open(there.date(), CLOSED)
        assert time(8) < there.time() <= time(16)
        at += timedelta(hours=7)
