"""Naming the student a concern is about: first of all, or another than was written."""

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def test_a_student_who_was_not_known_is_named_without_a_reason() -> None:
    staff = make.Staff()
    concern = make.concern(staff, student=None, student_described="Red jacket.")
    workflow.match_concern(actor=staff.counselor, concern=concern, student=staff.student, at=AT)
    assert make.reload(concern, staff.counselor).student_id == staff.student.pk


def test_who_was_named_before_and_why_not_is_kept() -> None:
    staff = make.Staff()
    concern, right = make.concern(staff), make.student(staff.school, "Robin", "Reed")
    with invalid("reason"):
        workflow.match_concern(actor=staff.counselor, concern=concern, student=right, at=AT)
    workflow.match_concern(
        actor=staff.counselor, concern=concern, student=right, reason="The twin was meant.", at=AT
    )
    with acting_as(staff.counselor.pk):
        [correction] = concern.corrections.all()
        assert (correction.before_id, correction.after_id) == (staff.student.pk, right.pk)
        assert (correction.by_id, correction.reason(concern.key)) == (
            staff.counselor.pk,
            "The twin was meant.",
        )


def test_the_student_who_is_named_already_is_not_a_correction() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    with conflict("is the one named already"):
        workflow.match_concern(
            actor=staff.counselor, concern=concern, student=staff.student, reason="Sure.", at=AT
        )


def test_a_student_whom_the_roster_has_at_another_school_is_named_by_their_whole_name() -> None:
    staff = make.Staff()
    concern = make.concern(staff, student=None)
    kim = make.student(staff.other_school, "Kim", "Kerr", local_id="K-77")
    client, path = Client(), reverse("cases:match_concern", args=[concern.pk])
    client.force_login(staff.counselor)

    def found(typed: str) -> str:
        return client.post(path, {"student_query": typed, "find": "1"}).content.decode()

    assert str(kim.pk) not in found("Kim")
    # A number is no name: whoever types one learns none.
    assert "Kerr" not in found("K-77")
    page = found("kim kerr")
    assert str(kim.pk) in page
    # Nobody is told where a student is who may have been moved away from them.
    assert staff.other_school.name not in page
    workflow.match_concern(actor=staff.counselor, concern=concern, student=kim, at=AT)
    # Of two of that name none is meant.
    make.student(make.school("Cedar High"), "Kim", "Kerr")
    assert str(kim.pk) not in found("Kim Kerr")


def test_in_a_case_it_is_corrected_with_the_case() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    make.case(staff, about=concern)
    with conflict("Casey Counselor put this concern into a case on Fri, Nov 20, 2:50 PM."):
        workflow.match_concern(
            actor=staff.social_worker,
            concern=concern,
            student=make.student(staff.school, "Robin", "Reed"),
            reason="Mixed up.",
            at=AT,
        )
