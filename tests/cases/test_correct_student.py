"""The case of a wrong student becomes the right one's, and who was named before is kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import parents, workflow
from cases.models import Case, Transfer
from csec.delivery.ticks import database_now
from csec.directory.models import Student
from csec.errors import Absent
from csec.identity import acting_as
from tests import make
from tests.cases.parents import consulted, contacted, decided, taken_along
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


def test_what_the_other_student_was_offered_and_whose_place_was_decided_is_asked_anew() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.accepted(case, staff.counselor)
    workflow.reclassify(
        actor=staff.counselor, case=case, to="confirmed_victim", basis="disclosure", decided_by="Both.",
        reason="Told us.", at=AT,
    )  # fmt: skip
    make.accepted(case, staff.counselor)
    make.record(
        case,
        staff.counselor,
        "placement",
        values={"placement_options": "None.", "student_wish": "To stay.", "placement_decision": "remain"},
    )
    workflow.correct_student(
        actor=staff.counselor, case=case, student=right(staff), reason="The twin.", at=AT
    )
    offers = make.parts(case, staff.counselor, kind__in=["referral", "placement"], run__ended_at=None)
    assert {part.outcome for part in offers} == {""}
    # Nobody looks how the help goes that the other one accepted, also on the track before.
    every = make.parts(case, staff.counselor, kind="referral")
    assert {(part.progress, part.next_on) for part in every} == {("", None)}


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


def corrected(case: Case, staff: make.Staff, by: Any = None) -> Student:
    robin = right(staff)
    workflow.correct_student(
        actor=by or staff.counselor,
        case=case,
        student=robin,
        reason="The twin.",
        held_for="right_one",
        at=AT + timedelta(hours=1),
    )
    return robin


def test_nobodys_parents_are_told_on_the_view_and_the_decision_of_the_wrong_student() -> None:
    staff = make.Staff()
    case, told = make.case(staff), make.case(staff)
    for one in (case, told):
        consulted(one, staff.counselor)
        decided(one, staff.counselor)
    contacted(told, staff.counselor)
    # Whoever answers for the school does not read the student's view, and takes it back all the same.
    corrected(case, staff, staff.administrator)
    corrected(told, staff)
    for one in (case, told):
        for name in ("consult", "decide_contact", "contact_guardian"):
            assert make.part(one, staff.counselor, name).is_open, name
        with conflict("Still missing: The student’s own view; Whether a parent"):
            contacted(one, staff.counselor, at=AT + timedelta(hours=2))


def test_an_offer_of_the_wrong_student_is_withdrawn_and_cannot_be_accepted() -> None:
    staff = make.Staff()
    case = make.case(staff)
    transfer = make.offered(case, staff.counselor, staff.elsewhere)
    corrected(case, staff)
    row = make.reload(transfer, staff.counselor)
    assert (row.state, row.answered_by_id) == (Transfer.State.WITHDRAWN, staff.counselor.pk)
    with acting_as(staff.counselor.pk):
        assert row.case.key.unseal(row.answer_sealed, context=f"transfer_answer:{row.pk}") == {
            "reason": "The student was corrected."
        }
    with pytest.raises((Absent, workflow.Conflict)):
        workflow.accept_transfer(actor=staff.elsewhere, transfer=transfer, at=AT + timedelta(hours=2))
    assert make.as_seen(case, staff.counselor).is_open


def test_counsel_who_read_it_for_a_request_about_the_wrong_student_reads_it_no_longer() -> None:
    staff = make.Staff()
    case, now = make.case(staff), database_now()
    row = make.records_request(staff)
    workflow.open_requested_case(actor=staff.counsel, request=row, case=case.pk, at=now)
    assert make.as_seen(case, staff.counsel).my_role == "counsel"
    workflow.correct_student(
        actor=staff.counselor, case=case, student=right(staff), reason="The twin.", at=database_now()
    )
    with pytest.raises(Case.DoesNotExist):
        make.as_seen(case, staff.counsel)


def test_counsel_keeps_it_where_the_request_was_about_the_right_one_by_another_row() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.merged(staff.administrator, staff.student, right(staff))
    row = make.records_request(staff)
    workflow.open_requested_case(actor=staff.counsel, request=row, case=case.pk, at=database_now())
    with conflict("is the one named already"):
        workflow.correct_student(
            actor=staff.counselor,
            case=case,
            student=Student.objects.get(given_name="Robin"),
            reason="The twin.",
            at=database_now(),
        )
    assert make.as_seen(case, staff.counsel).my_role == "counsel"


def test_a_hold_and_a_custody_stay_and_are_said_to_be_older_than_the_student() -> None:
    staff = make.Staff()
    case = make.case(staff)
    workflow.suspect_parent(actor=staff.counselor, case=case, reason="The stepfather.", at=AT)
    taken_along(case, staff.counselor)
    client = Client()
    client.force_login(staff.counselor)
    room = reverse("cases:parents_of_case", args=[case.pk])
    words = "Entered before the student of this case was named on Fri, Nov 20, 3:50 p.m.: it still stands."
    assert words not in client.get(room).content.decode()
    corrected(case, staff)
    assert client.get(room).content.decode().count(words) == 2
    with acting_as(staff.counselor.pk):
        assert parents.frozen(case)


@pytest.mark.parametrize(
    ("known", "heading", "button", "said"),
    [
        (False, "Name the student", "Save", "The student is named."),
        (
            True,
            "Correct the student",
            "Correct",
            "Corrected. If a report was made, it has to be corrected as well: its step is open again.",
        ),
    ],
)
def test_the_page_and_what_is_said_after_it_tell_naming_from_correcting(
    known: bool, heading: str, button: str, said: str
) -> None:
    staff = make.Staff()
    about = None if known else make.concern(staff, student=None, student_described="Red jacket.")
    case = make.case(staff, about=about)
    client, path = Client(), reverse("cases:correct_student", args=[case.pk])
    client.force_login(staff.counselor)
    page = client.get(path).content.decode()
    for words in (f"<title>{heading}", f"{heading}</h1>", f">{button}</button>"):
        assert words in page, words
    chosen = {"student": str(right(staff).pk), "reason": "She said so.", "corrections": "0"}
    answer = client.post(path, chosen, follow=True).content.decode()
    assert said in answer
    assert ("Corrected." in answer) is known
