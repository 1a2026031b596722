"""That a student has two open cases on one track: told to the liaison alone, each week until it is settled."""

from datetime import timedelta

import pytest

from cases import workflow
from csec.accounts.roles import Role
from csec.delivery.models import Message
from tests import make
from tests.cases.reminders.worker import told, wanted
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_liaison_is_told_in_an_opaque_message_each_week_until_both_are_kept() -> None:
    staff = make.Staff()
    student = make.student(staff.other_school, "Kim", "Kerr")
    there = make.concern(staff, author=staff.elsewhere, school=staff.other_school, student=student)
    first = workflow.open_case(
        actor=staff.elsewhere, concern=there, track="suspected_victim", reason="It fits.", at=AT
    )
    assert told(AT, "second_case") == set()
    second = make.case(staff, about=make.concern(staff, student=student), at=AT + timedelta(minutes=1))
    uncle = make.user("Uma Uncle", Role.LIAISON)
    workflow.exclude_person(actor=staff.elsewhere, case=first, person=uncle, reason="Related.", at=AT)
    assert told(AT + DAY, "second_case") == {("Lee", 0)}
    assert told(AT + 2 * DAY, "second_case") == set()
    assert told(AT + 7 * DAY, "second_case") == {("Lee", 0)}
    assert {row[:2] for row in wanted(AT + 7 * DAY) if row[0] == "second_case"} == {("second_case", "Lee")}
    workflow.settle_second_case(
        actor=staff.liaison,
        case=second,
        beside=first,
        goes_on="keep",
        reason="Each goes on.",
        at=AT + 8 * DAY,
    )
    assert not [row for row in wanted(AT + 8 * DAY) if row[0] == "second_case"]
    assert told(AT + 14 * DAY, "second_case") == set()
    assert set(
        Message.objects.using("owner").filter(kind="second_case").values_list("case_id", flat=True)
    ) == {second.pk}


def test_what_is_joined_is_told_to_whoever_carries_the_case_that_goes_on() -> None:
    staff = make.Staff()
    student = make.student(staff.other_school, "Kim", "Kerr")
    there = make.concern(staff, author=staff.elsewhere, school=staff.other_school, student=student)
    first = workflow.open_case(
        actor=staff.elsewhere, concern=there, track="suspected_victim", reason="It fits.", at=AT
    )
    second = make.case(staff, about=make.concern(staff, student=student), at=AT)
    workflow.settle_second_case(
        actor=staff.liaison, case=second, beside=first, goes_on="beside", reason="One is enough.", at=AT
    )
    assert told(AT, "addition") == {("Ellis", 0)}
