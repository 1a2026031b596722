"""What PostgreSQL itself keeps of an emergency access, and of who is asked: whatever a page or a verb would allow."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cases import workflow
from cases.models import Case, EmergencyAccess
from cases.models.emergency import LASTS
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make

pytestmark = pytest.mark.django_db


def role_of(person: User, case: Case) -> str | None:
    with acting_as(person.pk):
        found = Case.objects.visible_to(person).filter(pk=case.pk).first()
        return found.my_role if found else None


def sql(person: User, statement: str, *values: Any) -> Any:
    """How many rows the application's own login changes, or `refused`."""
    try:
        with transaction.atomic(), acting_as(person.pk), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.rowcount
    except DatabaseError as error:
        return "refused" if getattr(error.__cause__, "sqlstate", "") == "42501" else str(error)


INSERT = """
INSERT INTO cases_emergencyaccess
    (id, case_id, person_id, begun_at, until, review_by, finding, reviewed_by_id, reviewed_at, review_sealed)
VALUES (gen_random_uuid(), %s, %s, now() + %s, now() + %s + interval '4 hours', now() + %s, %s, %s, %s, %s)
"""


def test_nobody_writes_the_review_of_their_own_access_in_anothers_name() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    access = make.opened_in_emergency(case, staff.counsel)
    assert (
        sql(
            staff.counsel,
            "UPDATE cases_emergencyaccess SET reviewed_by_id=%s, reviewed_at=now(), finding='needed',"
            " review_sealed='x' WHERE id=%s",
            staff.counselor.pk,
            access.pk,
        )
        == "refused"
    )


def test_nor_begins_one_that_is_reviewed_already() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    z = timedelta(0)
    assert (
        sql(
            staff.counsel,
            INSERT,
            case.pk,
            staff.counsel.pk,
            z,
            z,
            timedelta(days=2),
            "needed",
            staff.counselor.pk,
            database_now(),
            b"x",
        )
        == "refused"
    )


def test_nor_one_that_is_never_to_be_reviewed_or_that_begins_next_year() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    z, year = timedelta(0), timedelta(days=365)
    assert [
        sql(staff.counsel, INSERT, case.pk, staff.counsel.pk, a, a, b, "", None, None, None)
        for a, b in ((z, timedelta(days=36500)), (year, timedelta(days=2)))
    ] == ["refused", "refused"]


def test_nor_opens_again_what_they_ended_nor_rewrites_the_reason() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    access = make.opened_in_emergency(case, staff.counsel)
    workflow.end_emergency_access(actor=staff.counsel, case=case, at=database_now())
    assert (
        sql(staff.counsel, "UPDATE cases_emergencyaccess SET ended_at=NULL WHERE id=%s", access.pk)
        == "refused"
    )
    assert (
        sql(staff.counsel, "UPDATE cases_emergencyaccess SET sealed='other' WHERE id=%s", access.pk)
        == "refused"
    )


def test_closing_it_again_closes_it_also_when_it_was_begun_twice() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    make.opened_in_emergency(case, staff.counsel)
    now = database_now()
    with acting_as(staff.counsel.pk):
        EmergencyAccess(
            case=case,
            person=staff.counsel,
            begun_at=now,
            until=now + LASTS,
            review_by=now + timedelta(days=2),
        ).save(force_insert=True)
    workflow.end_emergency_access(actor=staff.counsel, case=case, at=database_now())
    assert role_of(staff.counsel, case) is None


def test_nobody_asks_postgresql_whether_a_case_is_kept_from_them() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    workflow.exclude_person(
        actor=staff.counselor, case=case, person=staff.administrator, reason="Uncle.", at=database_now()
    )
    assert sql(staff.administrator, "SELECT kept_away(%s)", case.pk) == "refused"


def test_nor_whether_a_case_that_is_not_theirs_is_asked_of_the_district() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    assert sql(staff.teacher, "SELECT case_asked_of_district(%s)", case.pk) == "refused"


def test_nor_is_anybody_told_of_a_case_by_its_number_but_those_who_may_open_one_in_an_emergency() -> None:
    """What `case_for_emergency` answers."""
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    for person in User.objects.all():
        opens = person in (staff.liaison, staff.counsel)
        assert sql(person, "SELECT FROM case_for_emergency(%s)", case.number) == int(opens), person
    workflow.exclude_person(
        actor=staff.counselor, case=case, person=staff.counsel, reason="Uncle.", at=database_now()
    )
    assert [
        sql(person, "SELECT FROM case_for_emergency(%s)", case.number)
        for person in (staff.liaison, staff.counsel)
    ] == [1, 0]
