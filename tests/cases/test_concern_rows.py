"""Who holds a concern, as `concern_held` has it: past whoever it goes, also where it is with those who answer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction

from cases import workflow
from cases.models import Case, CasePerson, Concern
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make

pytestmark = pytest.mark.django_db


def holds(person: User, concern: Concern) -> bool:
    with acting_as(person.pk), connection.cursor() as cursor:
        cursor.execute("SELECT concern_held(%s)", [concern.pk])
        [(held,)] = cursor.fetchall()
        return bool(held)


def test_it_is_held_by_those_whom_it_is_with_and_by_nobody_past_whom_it_goes() -> None:
    staff = make.Staff()
    other = make.user("Addi Second", Role.ADMINISTRATOR, staff.school)
    kept_from = [staff.administrator, staff.social_worker]
    concern = make.concern(staff, at=database_now() - timedelta(days=30), implicated=kept_from)
    held_by = {person.name for person in User.objects.all() if holds(person, concern)}
    assert held_by == {staff.counselor.name, other.name, staff.liaison.name}


def test_what_goes_past_somebody_takes_no_other_concern_from_them() -> None:
    staff = make.Staff()
    theirs = make.concern(staff)
    past_them = make.concern(staff, implicated=[staff.counselor])
    assert [holds(staff.counselor, one) for one in (theirs, past_them)] == [True, False]


def kept_from(case: Case, staff: make.Staff, *people: User) -> None:
    for person in people:
        workflow.exclude_person(
            actor=staff.administrator, case=case, person=person, reason="Related.", at=database_now()
        )


def test_whoever_was_kept_from_it_by_mistake_holds_it_again() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    case = make.with_liaison(make.case(staff, about=concern), staff)
    kept_from(case, staff, staff.social_worker)
    assert not holds(staff.social_worker, concern)
    with acting_as(staff.liaison.pk):
        row = CasePerson.objects.get(case=case, excluded=True)
    workflow.readmit_person(
        actor=staff.liaison, case=case, person=row, reason="Another one.", at=database_now()
    )
    assert holds(staff.social_worker, concern)


def gone_from(case: Case, staff: make.Staff, *people: User) -> None:
    Membership.objects.filter(person__in=people).update(until=make.SINCE + make.DAY)


@pytest.mark.parametrize("happens", [gone_from, kept_from])
def test_once_no_holder_is_left_it_is_with_those_who_answer(
    happens: Callable[[Case, make.Staff, User, User], None],
) -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    case = make.case(staff, about=concern)
    make.concern(staff, implicated=[staff.counselor, staff.social_worker])
    # Who goes on with the case, and received nothing.
    other = make.user("Cory Second", Role.COUNSELOR, staff.school)
    make.helper(case, staff.counselor, other, "counselor", at=database_now())
    assert not holds(staff.administrator, concern)
    happens(case, staff, staff.counselor, staff.social_worker)
    assert holds(staff.administrator, concern)
    assert not holds(staff.counselor, concern)


TAKEN = "accepted_at = now(), accepted_by_id = receiver_id, climbs_at = now() + interval '1 hour'"
IN_TIME, TOO_LATE = "climbs_at = now() + interval '1 hour'", "climbs_at = now() - interval '1 hour'"
CLOSED = "status = 'closed', ended_at = now(), ended_by_id = receiver_id"
#: What becomes of a concern that its receiver took, and whether it is with those who answer for the school then.
UNHELD = [
    ("", False),
    (TOO_LATE, True),
    ("climbed_at = now()", False),
    (f"{CLOSED}, {TOO_LATE}", False),
    (f"{CLOSED}, accepted_at = NULL, accepted_by_id = NULL, climbed_at = now()", False),
    ("accepted_at = NULL, accepted_by_id = NULL, climbed_at = now()", True),
    ("accepted_by_id = %(administrator)s", True),
    (f"{CLOSED}, accepted_by_id = %(administrator)s", False),
    (CLOSED.replace("receiver_id", "%(administrator)s"), True),
    ("accepted_by_id = backup_id", False),
]


def test_what_was_taken_is_with_those_who_answer_when_it_is_late_or_theirs() -> None:
    staff = make.Staff()
    concerns = [make.concern(staff, at=database_now()) for _ in range(2)]
    changed, other = (concern.pk for concern in concerns)
    ids = {"administrator": staff.administrator.pk, "changed": changed}
    with acting_as(staff.counselor.pk), connection.cursor() as cursor:
        cursor.execute(f"UPDATE cases_concern SET {TAKEN}")  # noqa: S608
        assert cursor.rowcount == 2
        for becomes, unheld in UNHELD:
            with transaction.atomic():
                if becomes:
                    cursor.execute(f"UPDATE cases_concern SET {becomes} WHERE id = %(changed)s", ids)  # noqa: S608
                    assert cursor.rowcount == 1
                cursor.execute("SELECT id, concern_unheld(id) FROM cases_concern")
                assert dict(cursor.fetchall()) == {changed: unheld, other: False}, becomes
                transaction.set_rollback(True)
