"""What `cases_of_district` lists, and which of a case's parts it and the figures count as late."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from cases.models import Case
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.matrix.rows import looked_at, write_as_owner

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _written_as_owner(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), looked_at():
        yield


#: The first page, of all schools.
LISTED = "cases_of_district(NULL, false, NULL, 10)"

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
    cases = make.another_case(staff, at=database_now()), make.another_case(staff, at=database_now())
    with acting_as(staff.counselor.pk), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_steppart SET next_on = NULL, due_at = NULL")
    return staff, *cases


def change(staff: make.Staff, sql: str, *values: Any) -> None:
    with acting_as(staff.counselor.pk), connection.cursor() as cursor:
        cursor.execute(sql, values)
        assert cursor.rowcount == 1, sql


def late(staff: make.Staff) -> dict[UUID, int]:
    with acting_as(staff.liaison.pk), connection.cursor() as cursor:
        cursor.execute(f"SELECT case_id, late FROM {LISTED}")  # noqa: S608
        found = dict(cursor.fetchall())
        cursor.execute(
            "SELECT coalesce(sum(n), 0) FROM figures(%s, now(), current_date)"
            " WHERE figure = 'part' AND key[2] = 'late'",
            [[staff.school.pk]],
        )
        assert cursor.fetchone() == (sum(found.values()),)
        cursor.execute(
            "SELECT sum(n) FROM figures(%s, now(), current_date) WHERE figure = 'track'", [[staff.school.pk]]
        )
        assert cursor.fetchone() == (len(found),)
        return found


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
            cursor.execute(f"SELECT case_id, opens FROM {LISTED}")  # noqa: S608
            assert dict(cursor.fetchall()) == {case.pk: True, other.pk: False}


def test_which_they_are_is_told_to_the_liaison_alone() -> None:
    staff, case, _other = two_cases()
    change(staff, "UPDATE cases_caseperson SET until = clock_timestamp() WHERE case_id = %s", case.pk)
    for person in User.objects.all():
        with acting_as(person.pk), connection.cursor() as cursor:
            cursor.execute("SELECT cases_for_liaison()")
            assert cursor.fetchall() == ([(case.pk,)] if person == staff.liaison else []), person


CONTACT = "UPDATE cases_steppart SET {} WHERE case_id = %(case)s AND kind = 'contact'"
PLAN = "UPDATE cases_checkinplan SET {} WHERE case_id = %(case)s"
NONE_WAITS = "UPDATE cases_checkin SET state = 'ended', ended_at = now() WHERE case_id = %(case)s"
OVER = "outcome_at = now(), outcome = "
#: What becomes of a case that two are to see, and whether somebody covers it then.
COVERED = [
    ([], True),
    ([PLAN.format("cover_id = NULL")], False),
    ([PLAN.format("cover_id = %(teacher)s")], False),
    ([PLAN.format("cover_id = NULL, ended_at = now()")], True),
    # None waits: a new one is needed, unless there is nothing to go on with.
    ([NONE_WAITS], False),
    ([NONE_WAITS, CONTACT.format(OVER + "'unable'")], False),
    ([NONE_WAITS, CONTACT.format(OVER + "'done', repeats = true")], False),
    ([NONE_WAITS, CONTACT.format(OVER + "'done', repeats = false")], True),
    ([NONE_WAITS, CONTACT.format(OVER + "'declined', repeats = true")], True),
    ([NONE_WAITS, CONTACT.format("kind = 'action'")], True),
    ([NONE_WAITS, "UPDATE cases_trackrun SET ended_at = now() WHERE case_id = %(case)s"], True),
]


def test_a_case_is_covered_in_which_the_next_contact_waits_for_two_who_can_make_it() -> None:
    staff, case, other = two_cases()
    ids = {"case": case.pk, "teacher": staff.teacher.pk}
    with acting_as(staff.counselor.pk), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_checkinplan SET cover_id = %s WHERE case_id = %s", [staff.social_worker.pk, case.pk]
        )
    for given, is_covered in COVERED:
        with transaction.atomic():
            with acting_as(staff.counselor.pk), connection.cursor() as cursor:
                for sql in given:
                    cursor.execute(sql, ids)
                    assert cursor.rowcount == 1, sql
            with acting_as(staff.liaison.pk), connection.cursor() as cursor:
                cursor.execute(f"SELECT case_id, covered FROM {LISTED}")  # noqa: S608
                # The other has one who sees the student, and nobody besides.
                assert dict(cursor.fetchall()) == {case.pk: is_covered, other.pk: False}, given
            transaction.set_rollback(True)


PERSON = "UPDATE cases_caseperson SET {} WHERE case_id = %s AND person_id = %s"
#: What becomes of who carries the case, and whether they are named then.
CARRIED = [
    ("since = now()", True),
    ("until = now() + interval '1 day'", True),
    ("since = now() - interval '1 hour', until = now() - interval '1 second'", False),
    ("since = now() + interval '1 day'", False),
    ("excluded = true", False),
    ("role = 'administrator'", False),
    ("person_id = '{administrator}', role = 'administrator'", False),
    ("person_id = '{elsewhere}'", False),
]


def test_a_case_is_carried_by_those_who_are_on_it_now_to_care_and_work_at_its_school() -> None:
    staff, case, other = two_cases()
    ids = {"administrator": staff.administrator.pk, "elsewhere": staff.elsewhere.pk}
    for becomes, named in CARRIED:
        with transaction.atomic():
            # The application ends somebody's time on a case, and changes nothing else of it.
            write_as_owner(PERSON.format(becomes.format(**ids)), case.pk, staff.counselor.pk)
            with acting_as(staff.liaison.pk), connection.cursor() as cursor:
                cursor.execute(f"SELECT case_id, carried_by FROM {LISTED}")  # noqa: S608
                theirs = ["Casey Counselor"]
                assert dict(cursor.fetchall()) == {case.pk: theirs if named else [], other.pk: theirs}, (
                    becomes
                )
            transaction.set_rollback(True)
