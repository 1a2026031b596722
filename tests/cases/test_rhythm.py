"""The calendar of the check-in schedule, worked by hand for one school year."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cases.breaks import Break, asks_for_break_plan, breaks, quiet_until, school_day_for, school_minutes
from cases.rhythm import Rhythm, due_moment, next_due, planned, reminder_moments

PACIFIC = ZoneInfo("America/Los_Angeles")

START = date(2026, 8, 17)
END = date(2027, 8, 31)


def days(first: date, last: date) -> set[date]:
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


#: The closures of the school year 2026-27; weekends are not among a district's closures.
CLOSED = {
    date(2026, 9, 7),  # Labor Day, a Monday
    *days(date(2026, 10, 8), date(2026, 10, 9)),  # Thursday and Friday
    date(2026, 11, 11),  # Veterans Day, a Wednesday
    *days(date(2026, 11, 23), date(2026, 11, 27)),  # the week of Thanksgiving
    *days(date(2026, 12, 21), date(2027, 1, 8)),
    date(2027, 1, 18),  # Martin Luther King Day, a Monday
    date(2027, 2, 12),  # a Friday,
    date(2027, 2, 15),  # and the Monday after it
    *days(date(2027, 3, 15), date(2027, 3, 19)),
    date(2027, 3, 31),  # a Wednesday
    date(2027, 5, 31),  # Memorial Day, a Monday
    *days(date(2027, 6, 12), date(2027, 8, 15)),
}

THANKSGIVING = Break(date(2026, 11, 21), date(2026, 11, 29))
WINTER = Break(date(2026, 12, 19), date(2027, 1, 10))
SPRING = Break(date(2027, 3, 13), date(2027, 3, 21))
SUMMER = Break(date(2027, 6, 12), date(2027, 8, 15))

WEEKLY = Rhythm.every_days(7)
MONDAY_AND_THURSDAY = Rhythm.per_week([0, 3])


def following(rhythm: Rhythm, after: date | None, **given: Any) -> date | None:
    """The next due day, decided on the day of the contact, in a schedule that runs since the year began."""
    asked = {"after": after, "start": START, "closed": CLOSED, "today": after or START, **given}
    return next_due(rhythm, **asked)


# The rhythm


@pytest.mark.parametrize(
    ("rhythm", "words"),
    [
        (Rhythm.every_days(1), "every day"),
        (Rhythm.every_days(7), "every 7 days"),
        (Rhythm.per_week([4]), "each Friday"),
        (Rhythm.per_week([3, 0]), "each Monday and Thursday"),
        (Rhythm.per_week([0, 2, 4]), "each Monday, Wednesday and Friday"),
        (Rhythm.on_dates([date(2026, 10, 1)]), "on 1 date"),
        (Rhythm.on_dates([date(2026, 10, 1), date(2026, 11, 2), date(2026, 12, 3)]), "on 3 dates"),
    ],
    ids=["daily", "weekly", "one-weekday", "two-weekdays", "three-weekdays", "one-date", "three-dates"],
)
def test_a_rhythm_is_said_in_words_and_kept_in_a_column(rhythm: Rhythm, words: str) -> None:
    assert rhythm.words() == words
    assert Rhythm.from_json(json.loads(json.dumps(rhythm.to_json()))) == rhythm


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Rhythm.per_week([]), "at least one day from Monday to Friday"),
        (lambda: Rhythm.per_week([5]), "at least one day from Monday to Friday"),
        (lambda: Rhythm.per_week([True]), "at least one day from Monday to Friday"),
        (lambda: Rhythm.every_days(0), "between 1 and 60"),
        (lambda: Rhythm.every_days(61), "between 1 and 60"),
        (lambda: Rhythm.on_dates([]), "at least one date"),
        (lambda: Rhythm.on_dates([datetime(2026, 10, 1, tzinfo=UTC)]), "at least one date"),
        (lambda: Rhythm("every_days", weekdays=(1,), days=7), "Choose one of"),
        (lambda: Rhythm.from_json({"kind": "monthly"}), "days of the week, a number of days, or dates"),
        (lambda: Rhythm.from_json({"kind": "every_days", "days": 7, "weekdays": [1]}), "a number of days"),
        (lambda: Rhythm.from_json({"kind": "every_days", "days": True}), "between 1 and 60"),
        (lambda: Rhythm.from_json({"kind": "on_dates", "dates": ["soon"]}), "soon"),
        (lambda: Rhythm.from_json(None), "a number of days"),
    ],
    ids=["no-weekday", "saturday", "true", "zero", "sixty-one", "no-date", "instant", "two-kinds", "unknown-kind",
         "too-much", "true-days", "no-iso", "nothing"],
)  # fmt: skip
def test_a_rhythm_that_names_no_day_is_refused_in_words(make: Callable[[], Rhythm], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        make()


def test_weekdays_and_dates_count_once_and_in_order() -> None:
    assert Rhythm.per_week([3, 0, 3]) == MONDAY_AND_THURSDAY
    twice = [date(2026, 11, 2), date(2026, 10, 1), date(2026, 11, 2)]
    assert Rhythm.on_dates(twice).dates == (date(2026, 10, 1), date(2026, 11, 2))


def test_planned_days_are_those_of_the_rhythm_both_ends_included() -> None:
    first, last = date(2026, 9, 3), date(2026, 9, 10)
    assert list(planned(MONDAY_AND_THURSDAY, start=first, until=last)) == [first, date(2026, 9, 7), last]
    assert list(planned(WEEKLY, start=first, until=last)) == [first, last]
    dates = Rhythm.on_dates([date(2026, 9, 2), first, last, date(2026, 9, 11)])
    assert list(planned(dates, start=first, until=last)) == [first, last]


# The next contact


@pytest.mark.parametrize(
    ("rhythm", "after", "expected"),
    [
        (WEEKLY, date(2026, 9, 16), date(2026, 9, 23)),
        (WEEKLY, date(2026, 8, 31), date(2026, 9, 4)),  # Labor Day is without school: the Friday before
        (WEEKLY, date(2026, 9, 4), date(2026, 9, 11)),  # and the count goes on from that Friday
        (WEEKLY, date(2026, 9, 19), date(2026, 9, 25)),  # seen on a Saturday
        (WEEKLY, date(2026, 10, 2), date(2026, 10, 7)),  # Thursday and Friday are without school
        (Rhythm.every_days(1), date(2026, 9, 4), date(2026, 9, 8)),  # Saturday to Monday are answered at once
        (Rhythm.every_days(2), date(2026, 9, 18), date(2026, 9, 21)),  # Sunday cannot go back to that Friday
        (MONDAY_AND_THURSDAY, date(2026, 9, 3), date(2026, 9, 4)),  # Labor Day's
        (MONDAY_AND_THURSDAY, date(2026, 9, 4), date(2026, 9, 10)),  # Labor Day's has been made
        (MONDAY_AND_THURSDAY, date(2026, 9, 15), date(2026, 9, 17)),  # an extra one on a Tuesday answers nothing
        (MONDAY_AND_THURSDAY, date(2026, 9, 18), date(2026, 9, 21)),  # Thursday's made on Friday
        (Rhythm.per_week([3, 4]), date(2026, 10, 7), date(2026, 10, 15)),  # two shifted onto one day are one
    ],
    ids=["plain", "holiday", "from-the-shifted", "from-saturday", "two-days", "daily", "no-way-back", "monday-holiday",
         "made-before", "extra", "late", "two-become-one"],
)  # fmt: skip
def test_the_next_contact_is_due(rhythm: Rhythm, after: date, expected: date) -> None:
    assert following(rhythm, after) == expected


def test_the_first_contact_of_all_is_due_on_the_first_day_of_the_rhythm() -> None:
    assert following(WEEKLY, None) == START
    assert following(MONDAY_AND_THURSDAY, None, start=date(2026, 9, 1), today=START) == date(2026, 9, 3)
    closed = {"start": date(2026, 10, 9), "today": START}
    assert following(WEEKLY, None, **closed) == date(2026, 10, 7)
    assert following(WEEKLY, date(2026, 10, 7), **closed) == date(2026, 10, 14)


def test_a_shift_into_the_past_goes_to_the_next_school_day() -> None:
    labor_day = date(2026, 9, 7)
    assert following(WEEKLY, None, start=labor_day, today=labor_day) == date(2026, 9, 8)
    assert following(WEEKLY, date(2026, 8, 31), today=date(2026, 9, 5)) == date(2026, 9, 8)
    # On the Thursday itself the school is closed: the day before has gone, and it may not be forgotten.
    storm = date(2026, 9, 17)
    told = {"closed": CLOSED | {storm}, "today": storm}
    assert following(MONDAY_AND_THURSDAY, date(2026, 9, 14), **told) == date(2026, 9, 18)
    # It had been made on the Wednesday, and that was entered later.
    told["today"] = date(2026, 9, 18)
    assert following(MONDAY_AND_THURSDAY, date(2026, 9, 16), **told) == date(2026, 9, 21)


def test_a_contact_entered_late_leaves_the_next_one_late_too() -> None:
    assert following(WEEKLY, date(2026, 9, 8), today=date(2026, 9, 17)) == date(2026, 9, 15)


def test_a_new_rhythm_goes_on_from_the_contact_that_was_made() -> None:
    changed = {"start": date(2026, 9, 16), "today": date(2026, 9, 16)}
    assert following(MONDAY_AND_THURSDAY, date(2026, 9, 15), **changed) == date(2026, 9, 17)
    assert following(WEEKLY, date(2026, 9, 15), **changed) == date(2026, 9, 16)
    # A break before it began is none of its own, and neither are dates before it.
    assert following(WEEKLY, date(2026, 12, 18), start=date(2027, 1, 13)) == date(2027, 1, 13)
    dates = Rhythm.on_dates([date(2026, 12, 24), date(2027, 1, 20)])
    assert following(dates, date(2026, 12, 18), start=date(2027, 1, 5)) == date(2027, 1, 20)


def test_dates_are_used_up_one_by_one_and_then_there_is_none() -> None:
    dates = Rhythm.on_dates([date(2026, 9, 7), date(2026, 9, 22), date(2026, 9, 26)])
    assert following(dates, None) == date(2026, 9, 4)
    assert following(dates, date(2026, 9, 4)) == date(2026, 9, 22)
    assert following(dates, date(2026, 9, 22)) == date(2026, 9, 25)
    assert following(dates, date(2026, 9, 25)) is None


# Breaks


def test_breaks_are_the_runs_of_a_week_or_more_without_school() -> None:
    assert breaks(CLOSED, since=START, until=END) == [THANKSGIVING, WINTER, SPRING, SUMMER]
    assert WINTER.last_school_day_before == date(2026, 12, 18)
    assert WINTER.first_school_day_after == date(2027, 1, 11)


def test_a_break_is_found_whole_from_any_of_its_days_and_from_no_other() -> None:
    for day in WINTER.days():
        assert breaks(CLOSED, since=day, until=day) == [WINTER]
    for day in (WINTER.last_school_day_before, WINTER.first_school_day_after):
        assert breaks(CLOSED, since=day, until=day) == []


def test_seven_days_are_a_break_and_six_are_not() -> None:
    six = days(date(2026, 9, 17), date(2026, 9, 22))  # Thursday to Tuesday
    assert breaks(six, since=START, until=END) == []
    assert breaks(six | {date(2026, 9, 23)}, since=START, until=END) == [
        Break(date(2026, 9, 17), date(2026, 9, 23))
    ]


def test_a_break_asks_for_its_plan_from_two_weeks_ahead_until_it_ends() -> None:
    asked = [day for day in sorted(days(START, END)) if asks_for_break_plan(WINTER, day)]
    assert (asked[0], asked[-1], len(asked)) == (date(2026, 12, 5), date(2027, 1, 10), 37)


@pytest.mark.parametrize(
    "rhythm",
    [WEEKLY, MONDAY_AND_THURSDAY, Rhythm.on_dates([date(2026, 12, 16), date(2026, 12, 24), date(2026, 12, 30)])],
    ids=["weekly", "weekdays", "dates"],
)  # fmt: skip
def test_without_a_plan_contact_is_on_the_last_day_before_a_break_and_the_first_after_it(
    rhythm: Rhythm,
) -> None:
    before = following(rhythm, date(2026, 12, 17))
    assert before == WINTER.last_school_day_before
    assert following(rhythm, before) == WINTER.first_school_day_after
    # Nor does a contact that somebody made in the break take the place of the one after it.
    assert following(rhythm, date(2026, 12, 29)) == WINTER.first_school_day_after


def test_a_long_gap_never_passes_over_a_break() -> None:
    assert following(Rhythm.every_days(30), date(2026, 12, 15)) == WINTER.first_school_day_after
    # Dates are as somebody chose them.
    assert following(Rhythm.on_dates([date(2027, 1, 14)]), date(2026, 12, 15)) == date(2027, 1, 14)


def test_in_a_break_in_which_the_school_goes_on_contacts_keep_their_days() -> None:
    goes_on = {"open_in": [WINTER]}
    assert following(WEEKLY, date(2026, 12, 17), **goes_on) == date(2026, 12, 24)
    # Their weekdays: a Saturday is one in a break as well.
    assert following(WEEKLY, date(2026, 12, 19), **goes_on) == date(2026, 12, 25)
    assert following(WEEKLY, date(2027, 1, 7), **goes_on) == date(2027, 1, 14)
    assert following(MONDAY_AND_THURSDAY, date(2026, 12, 24), **goes_on) == date(2026, 12, 28)
    assert following(Rhythm.every_days(30), date(2026, 12, 15), **goes_on) == date(2027, 1, 14)


def test_a_break_that_grew_beyond_its_plan_is_not_passed_over() -> None:
    longer = {"closed": CLOSED | {date(2027, 1, 11)}, "open_in": [WINTER]}
    assert following(Rhythm.per_week([0]), date(2027, 1, 4), **longer) == date(2027, 1, 8)
    assert following(Rhythm.per_week([0]), date(2027, 1, 8), **longer) == date(2027, 1, 12)


def test_a_holiday_in_a_break_in_which_the_school_goes_on_is_none_of_its_days() -> None:
    pieces = {"open_in": list(WINTER.without({date(2026, 12, 25), date(2027, 1, 1)}))}
    assert following(WEEKLY, date(2026, 12, 18), **pieces) == date(2026, 12, 24)
    assert following(Rhythm.per_week([4]), date(2026, 12, 24), **pieces) == date(2026, 12, 31)
    # It is no reason for one more contact after the break.
    assert following(Rhythm.every_days(30), date(2026, 12, 15), **pieces) == date(2027, 1, 14)


def test_after_a_break_that_others_took_over_the_first_contact_is_on_the_day_given() -> None:
    last = SUMMER.last_school_day_before
    assert following(WEEKLY, last) == date(2027, 8, 16)
    assert following(WEEKLY, last, first_after={SUMMER: date(2027, 8, 18)}) == date(2027, 8, 18)
    assert following(MONDAY_AND_THURSDAY, last, first_after={SUMMER: date(2027, 8, 21)}) == date(2027, 8, 20)
    # A day given within the break, or for a break that has changed since, moves nothing.
    assert following(WEEKLY, last, first_after={SUMMER: date(2027, 8, 1)}) == date(2027, 8, 16)
    assert following(WEEKLY, last, first_after={WINTER: date(2027, 8, 30)}) == date(2027, 8, 16)


def test_a_schedule_made_during_a_break_begins_after_it() -> None:
    christmas = date(2026, 12, 25)
    for rhythm in (WEEKLY, MONDAY_AND_THURSDAY, Rhythm.on_dates([date(2026, 12, 28)])):
        assert following(rhythm, None, start=christmas, today=christmas) == WINTER.first_school_day_after


def test_a_day_without_school_is_shifted_and_a_school_day_is_not() -> None:
    assert school_day_for(date(2026, 9, 7), CLOSED) == date(2026, 9, 4)
    assert school_day_for(date(2026, 9, 7), CLOSED, not_before=date(2026, 9, 5)) == date(2026, 9, 8)
    assert school_day_for(date(2026, 9, 8), CLOSED, not_before=date(2026, 9, 9)) == date(2026, 9, 8)


# Instants


def local(text: str) -> datetime:
    """A time of the Pacific zone."""
    return datetime.fromisoformat(text).replace(tzinfo=PACIFIC)


@pytest.mark.parametrize(
    ("day", "before", "on_the_day", "late"),
    [
        (date(2026, 9, 16), "09-15T15:00", "09-16T15:00", "09-16T23:00"),
        (date(2026, 11, 2), "10-30T15:00", "11-02T16:00", "11-03T00:00"),  # the clocks went back on Sunday
        (date(2027, 3, 22), "03-21T15:00", "03-22T15:00", "03-22T23:00"),  # after a break: Sunday
        (date(2026, 12, 24), "12-23T16:00", "12-24T16:00", "12-25T00:00"),  # in a break: the day before
        (date(2027, 1, 19), "01-15T16:00", "01-19T16:00", "01-20T00:00"),  # after a long weekend: Friday
    ],
    ids=["plain", "clocks-went-back", "after-a-break", "in-a-break", "after-a-long-weekend"],
)
def test_a_contact_is_reminded_of_before_on_the_day_and_when_late(
    day: date, before: str, on_the_day: str, late: str
) -> None:
    moments = reminder_moments(day, PACIFIC, closed=CLOSED)
    assert [f"{moment:%m-%dT%H:%M}" for moment in moments] == [before, on_the_day, late]
    assert moments.late == due_moment(day, PACIFIC)
    assert all(moment.tzinfo is UTC for moment in moments)


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("2026-09-18T10:00", 30, "2026-09-18T10:30"),
        ("2026-09-18T15:30", 30, "2026-09-18T16:00"),
        ("2026-09-18T15:50", 30, "2026-09-21T08:20"),  # Friday, then Monday
        ("2026-09-18T06:00", 30, "2026-09-18T08:30"),
        ("2026-09-18T16:00", 30, "2026-09-21T08:30"),
        ("2026-09-19T12:00", 30, "2026-09-21T08:30"),
        ("2026-10-30T15:50", 30, "2026-11-02T08:20"),  # the clocks go back in between
        ("2027-03-12T15:50", 30, "2027-03-22T08:20"),  # they go forward, in the spring break
        ("2026-12-18T15:59", 2, "2027-01-11T08:01"),
        ("2026-09-16T08:00", 960, "2026-09-17T16:00"),  # two whole days
        ("2026-09-18T10:00", 0, "2026-09-18T10:00"),
        ("2026-09-18T16:00", 0, "2026-09-21T08:00"),
    ],
    ids=["within", "to-the-end", "over-a-weekend", "early", "at-the-end", "saturday", "back", "forward", "winter",
         "two-days", "none", "none-at-the-end"],
)  # fmt: skip
def test_school_minutes_pass_only_at_school(start: str, minutes: int, expected: str) -> None:
    assert school_minutes(local(start), minutes, zone=PACIFIC, closed=CLOSED) == local(expected)


def test_school_minutes_want_an_instant_and_no_negative_number() -> None:
    with pytest.raises(ValueError, match="instant"):
        school_minutes(local("2026-09-18T10:00").replace(tzinfo=None), 30, zone=PACIFIC, closed=CLOSED)
    with pytest.raises(ValueError, match="0 or more"):
        school_minutes(local("2026-09-18T10:00"), -1, zone=PACIFIC, closed=CLOSED)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-09-18T19:59", "2026-09-18T19:59"),
        ("2026-09-18T20:00", "2026-09-19T07:00"),
        ("2026-09-19T06:59", "2026-09-19T07:00"),
        ("2026-09-19T07:00", "2026-09-19T07:00"),
        ("2026-10-31T22:00", "2026-11-01T07:00"),
        ("2027-03-13T22:00", "2027-03-14T07:00"),
    ],
    ids=["evening", "begins", "last-minute", "ends", "clocks-go-back", "clocks-go-forward"],
)
def test_the_night_is_quiet(at: str, until: str) -> None:
    assert quiet_until(local(at), zone=PACIFIC) == local(until)


def test_quiet_hours_may_lie_within_a_day_or_not_be_at_all() -> None:
    noon = local("2026-09-18T12:15")
    assert quiet_until(noon, zone=PACIFIC, start=time(12), end=time(13)) == local("2026-09-18T13:00")
    assert quiet_until(noon, zone=PACIFIC, start=time(12), end=time(12)) == noon
    with pytest.raises(ValueError, match="instant"):
        quiet_until(noon.replace(tzinfo=None), zone=PACIFIC)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-11-01T08:15+00:00", "2026-11-01T08:30+00:00"),  # 01:15, the first of two
        ("2026-11-01T08:45+00:00", "2026-11-01T08:45+00:00"),  # 01:45, the first
        ("2026-11-01T09:15+00:00", "2026-11-01T09:15+00:00"),  # 01:15 again: that night is over
    ],
    ids=["first", "after", "again"],
)
def test_a_night_that_ends_at_an_hour_which_comes_twice_ends_once(at: str, until: str) -> None:
    found = quiet_until(datetime.fromisoformat(at), zone=PACIFIC, end=time(1, 30))
    assert found == datetime.fromisoformat(until)


def test_a_night_that_ends_at_an_hour_which_is_left_out_ends_all_the_same() -> None:
    at = datetime(2027, 3, 14, 9, 50, tzinfo=UTC)  # 01:50; ten minutes later it is 03:00
    ends = quiet_until(at, zone=PACIFIC, end=time(2, 30))
    assert ends == datetime(2027, 3, 14, 10, 30, tzinfo=UTC)
    assert quiet_until(ends, zone=PACIFIC, end=time(2, 30)) == ends
