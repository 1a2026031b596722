"""A calendar has the contacts that somebody makes: their own, those they cover, those in a break."""

from datetime import date, datetime

import pytest
from icalendar import Calendar

from cases.models import Case
from cases.reading.feed import feed_of
from cases.rhythm import Rhythm
from csec.accounts.models import User
from csec.identity import acting_as
from tests import make
from tests.cases.contacts import FIRST, LATE, away, covered
from tests.make import AT, DAY, WINTER

pytestmark = pytest.mark.django_db

#: The last school day of the term.
BEFORE = AT + 28 * DAY


def asks(person: User, day: date, at: datetime = AT) -> bool:
    """Whether one's calendar has a task on that day, when it is asked for at that time."""
    with acting_as(person.pk):
        events = Calendar.from_ical(feed_of(person, at)).walk("VEVENT")
    return day in {event["dtstart"].dt for event in events}


def seen(staff: make.Staff) -> Case:
    """A case with a cover, in which the student was seen at the end of the term."""
    case = covered(staff, rhythm=Rhythm.every_days(7))
    make.record(case, staff.counselor, "regular_contact", at=BEFORE)
    return case


def test_the_contact_of_a_day_on_which_somebody_is_away_is_in_the_calendar_of_the_cover() -> None:
    staff = make.Staff()
    day = make.check_in(seen(staff), staff.counselor).due_on
    assert asks(staff.counselor, day)
    assert not asks(staff.social_worker, day)
    away(staff.counselor, day)
    assert not asks(staff.counselor, day)
    assert asks(staff.social_worker, day)


def test_with_nobody_there_it_is_in_the_calendars_of_all_who_can_see_to_it() -> None:
    staff = make.Staff()
    day = make.check_in(seen(staff), staff.counselor).due_on
    for person in (staff.counselor, staff.social_worker):
        assert not asks(staff.liaison, day)
        away(person, day)
    for person in (staff.counselor, staff.social_worker, staff.administrator, staff.liaison):
        assert asks(person, day)


def test_what_is_late_is_in_the_calendar_of_whoever_makes_it_today() -> None:
    staff = make.Staff()
    covered(staff)
    away(staff.counselor)
    assert asks(staff.counselor, FIRST)
    assert not asks(staff.social_worker, FIRST)
    assert asks(staff.social_worker, FIRST, LATE)


def test_a_contact_in_a_break_is_in_the_calendar_of_whoever_goes_on() -> None:
    staff = make.Staff()
    make.winter_break()
    case = seen(staff)
    make.break_planned(case, staff.counselor, "school", person=staff.social_worker, at=BEFORE)
    day = make.check_in(case, staff.counselor).due_on
    assert day in WINTER
    assert asks(staff.social_worker, day)
    assert not asks(staff.counselor, day)
