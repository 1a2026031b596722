"""What PostgreSQL lets those on a case write of it, and what it keeps in their own name, whatever is asked for."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from cases import workflow
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.make import AT
from tests.test_row_security import refused

pytestmark = pytest.mark.django_db

A_RELEASE = (
    "INSERT INTO cases_release (id, case_id, by_id, recipient_kind, corrects_id, basis, left_at, recorded_at, sealed)"
    " VALUES (gen_random_uuid(), %s, %s, %s, %s, 'report', now(), now(), 'x')"
)
A_TRANSFER = (
    "INSERT INTO cases_transfer (id, case_id, from_school_id, kind, state, began_at, began_by_id, new_case_id)"
    " VALUES (gen_random_uuid(), %s, %s, '', 'asked', now(), %s, %s)"
)
A_PLAN = (
    "INSERT INTO cases_breakplan (id, case_id, first_day, last_day, who, first_contact_on, set_at, set_by_id, sealed)"
    " VALUES (gen_random_uuid(), %s, '2027-02-01', '2027-02-05', 'provider', '2027-02-08', now(), %s, 'x')"
)
A_CORRECTION = (
    "INSERT INTO cases_learnedcorrection (id, duty_id, learned_at, due_at, at, sealed)"
    " VALUES (gen_random_uuid(), %s, now(), now() + interval '1 day', now(), 'x')"
)


def seen(person: User, table: str) -> int:
    with acting_as(person.pk), connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table}")  # noqa: S608 - a table of ours
        return cursor.rowcount


def test_an_officer_on_the_case_notes_what_went_to_law_enforcement_and_reads_and_corrects_none() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    release = make.released(case, staff.counselor)
    row = [case.pk, staff.sro.pk, "law_enforcement", None]
    assert refused(staff.sro, A_RELEASE, case.pk, staff.counselor.pk, *row[2:])
    assert refused(staff.sro, A_RELEASE, *row[:2], "parent", None)
    assert refused(staff.sro, A_RELEASE, *row[:3], release.pk)
    for stranger in (staff.teacher, staff.elsewhere):
        assert refused(stranger, A_RELEASE, case.pk, stranger.pk, *row[2:]), stranger
    assert not refused(staff.sro, A_RELEASE, *row)
    assert seen(staff.counselor, "cases_release") == 2
    assert seen(staff.sro, "cases_release") == 0


def test_no_transfer_begins_with_the_case_that_comes_of_it() -> None:
    staff = make.Staff()
    case, other = make.case(staff), make.another_case(staff)
    row = (case.pk, staff.school.pk, staff.counselor.pk)
    assert refused(staff.counselor, A_TRANSFER, *row, other.pk)
    assert not refused(staff.counselor, A_TRANSFER, *row, None)
    assert seen(staff.counselor, "cases_transfer") == 1


def test_who_goes_on_over_a_break_is_read_by_all_but_the_officer_and_written_by_none_who_only_reads() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    make.asked_in(case, staff.counselor, staff.sro, at=now)
    make.opened_in_emergency(case, staff.counsel)
    for stranger in (staff.teacher, staff.elsewhere, staff.counsel):
        assert refused(stranger, A_PLAN, case.pk, stranger.pk), stranger
    assert not refused(staff.counselor, A_PLAN, case.pk, staff.counselor.pk)
    for person in (staff.counselor, staff.administrator, staff.counsel):
        assert seen(person, "cases_breakplan") == 1, person
    for person in (staff.sro, staff.teacher, staff.elsewhere):
        assert seen(person, "cases_breakplan") == 0, person


def test_when_somebody_learned_of_it_is_corrected_and_read_by_whose_duty_it_is() -> None:
    staff = make.Staff()
    make.concern(staff)
    [duty] = make.duties(staff.teacher)
    workflow.correct_learned_at(
        actor=staff.teacher, duty=duty, learned_at=AT - timedelta(hours=1), reason="Mistyped.", at=AT
    )
    # Who receives the concern reads it, and nothing of what its author owes.
    for person in (staff.counselor, staff.administrator, staff.elsewhere):
        assert refused(person, A_CORRECTION, duty.pk), person
        assert seen(person, "cases_learnedcorrection") == 0, person
    assert refused(staff.teacher, A_CORRECTION, uuid4())
    assert not refused(staff.teacher, A_CORRECTION, duty.pk)
    assert seen(staff.teacher, "cases_learnedcorrection") == 2
