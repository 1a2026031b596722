"""A concern is put into an open case, by whoever holds the one and may open the other."""

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from csec.errors import Absent
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def test_it_is_in_the_case_with_its_reason() -> None:
    staff = make.Staff()
    case, concern = make.case(staff), make.concern(staff)
    workflow.attach_concern(actor=staff.counselor, concern=concern, case=case, reason="The same car.", at=AT)
    kept = make.reload(concern, staff.counselor)
    assert (kept.status, kept.case_id, kept.ended_by_id) == ("attached", case.pk, staff.counselor.pk)
    decision, words = make.decided(case, staff.counselor, "attached")
    assert (decision.by, words) == (staff.counselor, {"reason": "The same car."})


def test_it_needs_a_reason() -> None:
    staff = make.Staff()
    with invalid("reason"):
        workflow.attach_concern(
            actor=staff.counselor, concern=make.concern(staff), case=make.case(staff), reason="", at=AT
        )


def test_a_case_that_was_closed_meanwhile_takes_none() -> None:
    staff = make.Staff()
    case, concern = make.case(staff), make.concern(staff)
    make.reported(case, staff.counselor)
    make.closed(case, staff.counselor)
    with conflict("Casey Counselor closed this case on Fri, Nov 20, 2:50 PM."):
        workflow.attach_concern(actor=staff.counselor, concern=concern, case=case, reason="Same.", at=AT)
    assert make.reload(concern, staff.counselor).status == "received"


def test_a_case_at_another_school_is_refused() -> None:
    staff = make.Staff()
    foreign = make.concern(staff, school=staff.other_school, student=None)
    assert foreign.backup == staff.liaison
    with invalid("case"):
        workflow.attach_concern(
            actor=staff.liaison, concern=foreign, case=make.case(staff), reason="Same car.", at=AT
        )


def test_the_receiver_who_is_not_on_the_case_does_not_learn_of_it() -> None:
    staff = make.Staff()
    with pytest.raises(Absent):
        workflow.attach_concern(
            actor=staff.social_worker,
            concern=make.concern(staff),
            case=make.case(staff),
            reason="Same.",
            at=AT,
        )


def test_of_several_open_cases_that_of_the_same_student_is_proposed() -> None:
    staff = make.Staff()
    another = make.student(staff.school, given_name="Robin", family_name="Vale")
    case, others = make.case(staff), make.case(staff, about=make.concern(staff, student=another))
    client = Client()
    client.force_login(staff.counselor)
    for student, proposed in ((staff.student, case.pk), (another, others.pk), (None, None)):
        concern = make.concern(staff, student=student)
        form = client.get(reverse("cases:attach_concern", args=[concern.pk])).context["form"]
        assert form.initial.get("case") == proposed
