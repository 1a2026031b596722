"""What `cases_of_district` lists, and which of a case's parts it counts as late."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from cases.models import Case
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make

pytestmark = pytest.mark.django_db

PAST, FUTURE = "now() - interval '3 days'", "now() + interval '3 days'"
DAY, AT = ("next_on", "(%s)::date"), ("due_at", "%s")
#: A part by its outcome, whether it repeats and what kind it is; what of it is over; and whether it is late.
PARTS = [
    ("", False, "action", DAY, PAST, True),
    ("", False, "action", DAY, FUTURE, False),
    ("unable", False, "action", DAY, PAST, True),
    ("unable", True, "action", DAY, PAST, True),
    ("done", True, "action", DAY, PAST, True),
    ("done", False, "action", DAY, PAST, False),
    ("declined", True, "action", DAY, PAST, False),
    ("declined", False, "action", DAY, PAST, False),
    ("", False, "action", AT, PAST, True),
    ("", True, "action", AT, PAST, True),
    ("", False, "action", AT, FUTURE, False),
    ("unable", False, "action", AT, PAST, True),
    ("unable", True, "action", AT, PAST, False),
    ("unable", True, "contact", AT, PAST, True),
    ("done", True, "action", AT, PAST, False),
    ("done", True, "contact", AT, PAST, True),
    ("done", False, "contact", AT, PAST, False),
]


def two_cases() -> tuple[make.Staff, Case, Case]:
    staff = make.Staff()
    cases = make.case(staff, at=database_now()), make.case(staff, at=database_now())
    with acting_as(staff.counselor.pk), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_steppart SET next_on = NULL, due_at = NULL")
    return staff, *cases


def change(staff: make.Staff, sql: str, *values: Any) -> None:
    with acting_as(staff.counselor.pk), connection.cursor() as cursor:
        cursor.execute(sql, values)
        assert cursor.rowcount == 1, sql


def late(staff: make.Staff) -> dict[UUID, int]:
    with acting_as(staff.liaison.pk), connection.cursor() as cursor:
        cursor.execute("SELECT case_id, late FROM cases_of_district(0, 10)")
        return dict(cursor.fetchall())


def test_a_part_is_late_that_is_still_to_be_done_or_asks_again() -> None:
    staff, case, other = two_cases()
    part = make.parts(case, staff.counselor)[0]
    assert late(staff) == {case.pk: 0, other.pk: 0}
    for outcome, repeats, kind, (column, moment), when, is_late in PARTS:
        with transaction.atomic():
            change(
                staff,
                f"UPDATE cases_steppart SET {column} = {moment % when}, outcome = %s, repeats = %s, kind = %s,"  # noqa: S608
                " outcome_at = CASE WHEN %s <> '' THEN now() END WHERE id = %s",
                outcome, repeats, kind, outcome, part.pk,
            )  # fmt: skip
            found = late(staff)
            assert found == {case.pk: int(is_late), other.pk: 0}, (outcome, repeats, kind, column, when)
            transaction.set_rollback(True)


def test_nothing_is_late_in_a_track_that_has_ended() -> None:
    staff, case, other = two_cases()
    part = make.parts(case, staff.counselor)[0]
    change(staff, "UPDATE cases_steppart SET next_on = '2020-01-01' WHERE id = %s", part.pk)
    assert late(staff) == {case.pk: 1, other.pk: 0}
    change(staff, "UPDATE cases_trackrun SET ended_at = now() WHERE case_id = %s", case.pk)
    assert late(staff) == {case.pk: 0, other.pk: 0}


@pytest.mark.parametrize("status", ["closed", "voided"])
def test_only_open_cases_are_listed(status: str) -> None:
    staff, case, other = two_cases()
    change(staff, "UPDATE cases_case SET status = %s WHERE id = %s", status, case.pk)
    assert late(staff) == {other.pk: 0}


def test_one_case_that_is_asked_of_the_district_opens_no_other() -> None:
    """`case_asked_of_district` is asked of each."""
    staff, case, other = two_cases()
    change(staff, "UPDATE cases_caseperson SET until = clock_timestamp() WHERE case_id = %s", case.pk)
    with acting_as(staff.liaison.pk):
        assert list(Case.objects.values_list("pk", flat=True)) == [case.pk]
        with connection.cursor() as cursor:
            cursor.execute("SELECT case_id, opens FROM cases_of_district(0, 10)")
            assert dict(cursor.fetchall()) == {case.pk: True, other.pk: False}
