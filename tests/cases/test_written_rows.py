"""In whose name PostgreSQL takes a correction or an absence, and of whom that somebody is let in again."""

import pytest
from django.db import connection

from cases import workflow
from cases.models import StudentAbsence
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.make import AT
from tests.test_row_security import AN_EXCLUSION, refused

pytestmark = pytest.mark.django_db

A_CORRECTION = (
    "INSERT INTO cases_concerncorrection (id, at, sealed, after_id, by_id, concern_id)"
    " VALUES (gen_random_uuid(), now(), 'x', %s, %s, %s)"
)
AN_ABSENCE = (
    "INSERT INTO cases_studentabsence (id, missing_since, entered_at, entered_by_id, student_id)"
    " VALUES (gen_random_uuid(), now(), now(), %s, %s)"
)
LIFTED = "UPDATE cases_concernexclusion SET lifted_at = now() WHERE concern_id = %s AND person_id = %s"


def test_a_correction_is_written_by_whoever_reads_the_concern_and_in_their_own_name() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    for actor, by, is_refused in (
        (staff.counselor, staff.counselor, False),
        (staff.counselor, staff.administrator, True),
        (staff.elsewhere, staff.elsewhere, True),
    ):
        row = (staff.student.pk, by.pk, concern.pk)
        assert refused(actor, A_CORRECTION, *row) == is_refused, (actor, by)


def test_an_absence_is_entered_in_ones_own_name_and_read_by_those_whom_its_alert_reaches() -> None:
    staff = make.Staff()
    make.case(staff)
    of_the_case = make.missing(staff.teacher, staff.student)
    of_another = make.missing(staff.teacher, make.student(staff.school, "Robin", "Reed"))
    assert refused(staff.teacher, AN_ABSENCE, staff.counselor.pk, staff.student.pk)
    assert seen(staff.teacher) == {of_the_case.pk, of_another.pk}
    assert seen(staff.counselor) == {of_the_case.pk}
    assert seen(staff.elsewhere) == set()


def seen(person: User) -> set[object]:
    with acting_as(person.pk):
        return set(StudentAbsence.objects.values_list("pk", flat=True))


def lifts(actor: User, *row: object) -> bool:
    """Whether somebody who sees that exclusion is let to lift it."""
    with acting_as(actor.pk), connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM cases_concernexclusion WHERE concern_id = %s AND person_id = %s AND lifted_at IS NULL",
            row,
        )
        assert cursor.rowcount == 1
    return not refused(actor, LIFTED, *row)


def test_only_the_liaison_of_that_case_lets_somebody_in_again() -> None:
    """The policy `lifting` of cases_concernexclusion."""
    staff = make.Staff()
    now = database_now()
    concern = make.concern(staff, author=staff.liaison, implicated=[staff.social_worker], at=now)
    case = make.case(staff, about=concern, at=now)
    row = (concern.pk, staff.social_worker.pk)
    # Whoever wrote a concern reads it; and another case in which they are the liaison gives them nothing in this one.
    make.with_liaison(make.another_case(staff, at=now), staff, at=now)
    for actor in (staff.counselor, staff.administrator, staff.liaison):
        assert not lifts(actor, *row), actor
    make.with_liaison(case, staff, at=now)
    assert lifts(staff.liaison, *row)


def test_nor_does_the_liaison_let_in_themselves() -> None:
    staff = make.Staff()
    concern = make.concern(staff, author=staff.liaison, at=AT)
    make.with_liaison(make.case(staff, about=concern), staff)
    assert not refused(staff.counselor, AN_EXCLUSION, concern.pk, staff.liaison.pk)
    assert not lifts(staff.liaison, concern.pk, staff.liaison.pk)


def test_what_was_lifted_is_put_back_by_anybody_of_the_case() -> None:
    staff = make.Staff()
    concern = make.concern(staff, implicated=[staff.administrator])
    case = make.case(staff, about=concern)
    with acting_as(staff.liaison.pk):
        row = case.people.get(excluded=True)
    workflow.readmit_person(actor=staff.liaison, case=case, person=row, reason="A namesake.", at=AT)
    assert not refused(
        staff.counselor,
        "UPDATE cases_concernexclusion SET lifted_at = NULL WHERE concern_id = %s",
        concern.pk,
    )
