"""Who is told that a case was opened in an emergency, and until when."""

from datetime import timedelta

import pytest

from cases import workflow
from csec.accounts.roles import Role
from csec.delivery.models import Message
from csec.delivery.ticks import database_now
from tests import make
from tests.cases.reminders.worker import told, wanted
from tests.make import DAY

pytestmark = pytest.mark.django_db(transaction=True)


def test_whoever_carries_or_answers_for_it_is_told_within_the_minute_at_any_hour() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    access = make.opened_in_emergency(case, staff.counsel)
    minute_later = access.begun_at + timedelta(minutes=1)
    assert told(minute_later, "emergency") == {("Casey", 0), ("Ada", 0), ("Lee", 0)}
    messages = Message.objects.using("owner").filter(kind="emergency")
    assert {message.send_after for message in messages} == {minute_later}


def test_nobody_is_told_of_their_own_nor_whoever_the_case_is_kept_from() -> None:
    staff = make.Staff()
    make.user("Bea Administrator", Role.ADMINISTRATOR, staff.school)
    case = make.case(staff, at=database_now())
    workflow.exclude_person(
        actor=staff.counselor, case=case, person=staff.administrator, reason="Aunt.", at=database_now()
    )
    access = make.opened_in_emergency(case, staff.liaison)
    assert told(access.begun_at, "emergency") == {("Casey", 0), ("Bea", 0)}


def test_they_are_told_each_day_once_it_should_have_been_looked_at_and_not_when_somebody_has() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    access = make.opened_in_emergency(case, staff.counsel)
    told(access.begun_at, "emergency")
    late = access.review_by + timedelta(minutes=1)
    assert told(late, "emergency") == {("Casey", 1), ("Ada", 1), ("Lee", 1)}
    assert told(late + DAY, "emergency") == {("Casey", 2), ("Ada", 2), ("Lee", 2)}
    workflow.review_emergency_access(
        actor=staff.counselor, case=case, access=access, finding="needed", note="Threats.", at=database_now()
    )
    assert told(late + 2 * DAY, "emergency") == set()
    assert not [row for row in wanted(late + 2 * DAY) if row[0] == "emergency"]
