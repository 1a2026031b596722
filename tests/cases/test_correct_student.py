"""The case of a wrong student becomes the right one's, and who was named before is kept."""

from typing import Any

import pytest

from cases import workflow
from csec.directory.models import Student
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def right(staff: make.Staff) -> Student:
    return make.student(staff.school, "Robin", "Reed")


def test_the_case_and_each_of_its_concerns_name_the_right_one_and_say_who_was_named() -> None:
    staff = make.Staff()
    concern, robin = make.concern(staff), right(staff)
    case = make.case(staff, about=concern)
    workflow.correct_student(actor=staff.counselor, case=case, student=robin, reason="The twin.", at=AT)
    assert make.as_seen(case, staff.counselor).student_id == robin.pk
    with acting_as(staff.counselor.pk):
        [correction] = concern.corrections.all()
        assert (correction.before_id, correction.after_id) == (staff.student.pk, robin.pk)
        assert correction.reason(concern.key) == "The twin."
    _decision, words = make.decided(case, staff.counselor, "student_corrected")
    assert words == {"reason": "The twin."}


def test_a_concern_that_names_the_right_one_already_is_not_corrected() -> None:
    staff = make.Staff()
    robin = right(staff)
    case = make.case(staff, about=make.concern(staff, student=None, student_described="Red jacket."))
    other = make.concern(staff, student=robin)
    workflow.attach_concern(actor=staff.counselor, concern=other, case=case, reason="Same car.", at=AT)
    workflow.correct_student(actor=staff.counselor, case=case, student=robin, reason="The twin.", at=AT)
    with acting_as(staff.counselor.pk):
        assert other.corrections.count() == 0


def test_a_report_that_another_person_made_is_open_again_without_naming_them() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.administrator)
    workflow.correct_student(
        actor=staff.counselor, case=case, student=right(staff), reason="The twin.", at=AT
    )
    part = make.part(case, staff.counselor, "report")
    assert (part.outcome, part.is_open, part.version) == ("", True, 2)
    with acting_as(staff.counselor.pk):
        assert not part.entries.exclude(actor=None, role="").exists()


def test_a_report_that_was_not_applicable_of_somebody_else_is_open_again() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.record(case, staff.counselor, "report", "not_applicable", reason="She is twenty.")
    workflow.correct_student(
        actor=staff.counselor, case=case, student=right(staff), reason="The twin.", at=AT
    )
    part = make.part(case, staff.counselor, "report")
    assert (part.outcome, part.is_open) == ("", True)


@pytest.mark.parametrize("reason", ["", "x" * 5001, "\x07"])
def test_it_needs_a_reason_that_can_be_read(reason: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    with invalid("reason"):
        workflow.correct_student(actor=staff.counselor, case=case, student=right(staff), reason=reason, at=AT)
    assert make.as_seen(case, staff.counselor).student_id == staff.student.pk


def test_a_student_of_another_school_and_the_one_named_already_are_refused() -> None:
    staff = make.Staff()
    case, elsewhere = make.case(staff), make.student(staff.other_school)
    given: dict[str, Any] = {"actor": staff.counselor, "case": case, "reason": "Mixed up.", "at": AT}
    with invalid("student"):
        workflow.correct_student(student=elsewhere, **given)
    with conflict("is the one named already"):
        workflow.correct_student(student=staff.student, **given)
