"""Somebody is off the list with a reason; what they were is kept, and the plan that named them says so."""

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from csec.errors import Absent
from tests import around, make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def test_they_are_off_the_list_with_a_sealed_reason_and_a_plan_that_named_them_says_so() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = around.contact(case, staff.counselor, may_pick_up="yes")
    around.safety_plan(case, staff.counselor, pick_up=[row.who])
    workflow.end_contact(actor=staff.administrator, case=case, contact=row, reason="Moved away.", at=AT)
    ended = make.reload(row, staff.counselor)
    assert (ended.ended_by_id, ended.ended_at) == (staff.administrator.pk, AT)
    assert ended.why_ended(case.key) == "Moved away."
    assert b"Moved" not in bytes(ended.end_sealed)
    client = Client()
    client.force_login(staff.counselor)
    text = client.get(reverse("cases:safety", args=[case.pk])).content.decode()
    assert "Nobody is entered yet." in text
    assert ": Moved away.)" in text
    assert "not entered any more that they may" in text


def test_the_second_is_told_who_was_first() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = around.contact(case, staff.counselor)
    workflow.end_contact(actor=staff.administrator, case=case, contact=row, reason="Moved.", at=AT)
    with conflict("Ada Administrator took this person off the list"):
        workflow.end_contact(actor=staff.counselor, case=case, contact=row, reason="Moved.", at=AT)
    with conflict("Ada Administrator took this person off the list"):
        workflow.change_contact(actor=staff.counselor, case=case, contact=row, at=AT, **around.person())


@pytest.mark.parametrize("reason", ["", "x" * 5001], ids=["empty", "too-long"])
def test_nobody_is_taken_off_without_a_reason(reason: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = around.contact(case, staff.counselor)
    with invalid("reason"):
        workflow.end_contact(actor=staff.counselor, case=case, contact=row, reason=reason, at=AT)


def test_somebody_elsewhere_finds_nobody() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = around.contact(case, staff.counselor)
    with pytest.raises(Absent):
        workflow.end_contact(actor=staff.elsewhere, case=case, contact=row, reason="Moved.", at=AT)
