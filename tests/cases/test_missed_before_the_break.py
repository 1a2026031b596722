"""Scenario 13: a check-in is due on the last day before the winter break, and missed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cases.rhythm import Rhythm
from tests import make
from tests.cases.reminders.test_asked_again import first_screen
from tests.cases.reminders.worker import told
from tests.expect import conflict

pytestmark = pytest.mark.django_db(transaction=True)

#: Friday 18 December 2026, the last day of school: 8:00 in California, and 16:00, when the school day ends.
MORNING = datetime(2026, 12, 18, 16, 0, tzinfo=UTC)
END_OF_DAY = datetime(2026, 12, 19, 0, 0, tzinfo=UTC)


def test_it_goes_to_the_cover_and_to_the_liaison_on_the_same_day_and_the_case_is_not_closed_over_it() -> None:
    staff = make.Staff()
    make.winter_break()
    case = make.case(staff, "confirmed_victim")
    make.reported(case, staff.counselor)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    make.record(case, staff.counselor, "regular_contact", review_on=date(2026, 12, 4))
    make.scheduled(case, staff.counselor, rhythm=Rhythm.every_days(14), cover=staff.social_worker)
    last = datetime(2026, 12, 4, 18, 0, tzinfo=UTC)
    make.record(case, staff.counselor, "regular_contact", at=last)
    assert make.check_in(case, staff.counselor).due_at == END_OF_DAY
    told(MORNING, "check_in")
    assert ("Casey", 2) in told(END_OF_DAY, "check_in")
    assert ("Sam", 3) in told(END_OF_DAY + timedelta(minutes=30), "check_in")
    two_hours_later = END_OF_DAY + timedelta(hours=2)
    assert {("Ada", 4), ("Lee", 4)} <= told(two_hours_later, "check_in")
    # Still on that Friday at the school, before anybody has gone into the break.
    assert two_hours_later.astimezone(case.zone).date() == MORNING.date()
    late = first_screen(staff.administrator, two_hours_later)
    assert "regular_contact" in {task.part.part for task in late.late_with_others.shown}
    with conflict("A check-in is late."):
        make.closed(case, staff.counselor, at=two_hours_later)
