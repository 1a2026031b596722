"""A concern: whom it reaches, who reads what of it, and how it ends."""

from datetime import timedelta
from uuid import uuid4

import pytest

from cases import workflow
from cases.models import Case, Concern
from cases.reading.concern import read_concern
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.make import AT

pytestmark = pytest.mark.django_db


def as_read_by(person: User, concern: Concern) -> Concern:
    with acting_as(person.pk):
        return (
            Concern.objects.visible_to(person)
            .select_related("author__person", "key", "school")
            .get(pk=concern.pk)
        )


def test_it_reaches_the_schools_receiver_and_backup() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    assert (concern.receiver, concern.backup) == (staff.counselor, staff.social_worker)


@pytest.mark.parametrize(
    ("implicated", "receiver", "backup"),
    [
        (["counselor"], "social_worker", "administrator"),
        (["social_worker"], "counselor", "administrator"),
        (["counselor", "social_worker"], "administrator", "liaison"),
        (["counselor", "social_worker", "administrator"], "liaison", None),
    ],
)
def test_it_goes_past_whoever_is_implicated_or_related(
    implicated: list[str], receiver: str, backup: str | None
) -> None:
    staff = make.Staff()
    concern = make.concern(staff, implicated=[getattr(staff, name) for name in implicated])
    assert concern.receiver == getattr(staff, receiver)
    assert concern.backup == (getattr(staff, backup) if backup else None)
    for name in implicated:
        with acting_as(getattr(staff, name).pk):
            assert not Concern.objects.filter(pk=concern.pk).exists()


def test_with_nobody_left_it_is_not_lost_in_silence() -> None:
    school = make.school("Lone School")
    alone = make.user("Only One", Role.REPORTER, school)
    with pytest.raises(workflow.Conflict) as told:
        workflow.log_concern(
            actor=alone, concern_id=uuid4(), school=school, first_known_at=AT, account="Seen.", at=AT
        )
    assert "Call Child Welfare Services" in str(told.value.words)


def test_sent_twice_it_is_one_concern_and_the_second_sender_is_told() -> None:
    staff = make.Staff()
    concern_id = uuid4()
    make.concern(staff, concern_id=concern_id)
    with pytest.raises(workflow.Conflict) as told:
        make.concern(staff, concern_id=concern_id)
    assert "already sent" in str(told.value.words)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"account": "  "}, "account"),
        ({"account": "x" * 5001}, "account"),
        ({"words": "\x07"}, "words"),
        ({"first_known_at": AT + timedelta(minutes=1)}, "first_known_at"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_nothing_is_saved(given: dict[str, object], field: str) -> None:
    staff = make.Staff()
    with pytest.raises(workflow.Invalid) as refused:
        make.concern(staff, **given)
    assert set(refused.value.fields) == {field}
    with acting_as(staff.counselor.pk):
        assert Concern.objects.count() == 0


def test_a_student_whom_the_roster_still_has_at_another_school_is_taken() -> None:
    staff = make.Staff()
    elsewhere = make.student(staff.other_school)
    concern = make.concern(staff, student=elsewhere)
    assert (concern.student, concern.school) == (elsewhere, staff.school)


def test_it_can_be_about_nobody_known_yet_and_be_matched_later() -> None:
    staff = make.Staff()
    concern = make.concern(staff, student=None, student_described="Red jacket, about 14.")
    workflow.match_concern(actor=staff.counselor, concern=concern, student=staff.student, at=AT)
    assert as_read_by(staff.counselor, concern).student == staff.student
    with pytest.raises(workflow.Invalid):
        workflow.match_concern(
            actor=staff.counselor, concern=concern, student=make.student(staff.school, "Robin", "Reed"), at=AT
        )


def test_the_receiver_reads_who_wrote_it_only_if_the_author_said_so() -> None:
    staff = make.Staff()
    silent, named = make.concern(staff), make.concern(staff, name_shown=True)
    for concern, author in ((silent, ""), (named, "Terry Teacher")):
        read = as_read_by(staff.counselor, concern)
        with acting_as(staff.counselor.pk):
            assert read_concern(read, staff.counselor).author == author


def test_two_about_the_same_event_both_stay() -> None:
    staff = make.Staff()
    first, second = make.concern(staff), make.concern(staff, author=staff.administrator)
    case = make.case(staff, about=first)
    workflow.attach_concern(actor=staff.counselor, concern=second, case=case, reason="Same event.", at=AT)
    with acting_as(staff.counselor.pk):
        assert Concern.objects.filter(case=case).count() == 2


def test_its_author_adds_to_it_even_when_it_is_closed_and_reads_no_reason() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    workflow.close_concern(
        actor=staff.counselor, concern=concern, reason="Cleared up with the family.", at=AT
    )
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="The car again today.", at=AT)
    read = as_read_by(staff.teacher, concern)
    with acting_as(staff.teacher.pk):
        reading = read_concern(read, staff.teacher)
    assert [words.account for words in reading.words][-1] == "The car again today."
    assert reading.ending == ""


def test_whoever_a_concern_goes_past_its_case_goes_past_as_well() -> None:
    staff = make.Staff()
    case = make.case(staff, about=make.concern(staff, implicated=[staff.administrator]))
    with acting_as(staff.administrator.pk):
        assert not Case.objects.visible_to(staff.administrator).filter(pk=case.pk).exists()
    with pytest.raises(Absent):
        workflow.reclassify(actor=staff.administrator, case=case, to="confirmed_victim", reason="No.", at=AT)


def test_a_concern_attached_later_takes_its_excluded_people_off_the_case() -> None:
    staff = make.Staff()
    case = make.case(staff)
    later = make.concern(staff, implicated=[staff.administrator])
    workflow.attach_concern(actor=staff.counselor, concern=later, case=case, reason="Same student.", at=AT)
    with acting_as(staff.administrator.pk):
        assert not Case.objects.visible_to(staff.administrator).filter(pk=case.pk).exists()


def test_a_confirmed_victim_needs_the_basis_and_who_decided() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    with pytest.raises(workflow.Invalid) as refused:
        workflow.open_case(
            actor=staff.counselor, concern=concern, track="confirmed_victim", reason="It is sure.", at=AT
        )
    assert set(refused.value.fields) == {"basis", "decided_by"}


def test_the_teacher_cannot_open_a_case_from_their_own_concern() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    with pytest.raises(NotPermitted):
        workflow.open_case(
            actor=staff.teacher, concern=concern, track="suspected_victim", reason="Mine.", at=AT
        )
