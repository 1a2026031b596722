"""Which rows PostgreSQL shows and takes by itself, whatever the application asks for."""

from contextlib import nullcontext
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cases import workflow
from csec.accounts.models import User
from csec.identity import acting_as
from tests import make
from tests.cases.clocks import unhurried
from tests.cases.lateness import wrongly_kept
from tests.deeds import World, deeds, run
from tests.make import AT
from tests.stored import dump
from tests.test_database_roles import PATHS_TO_A_CASE, ask

pytestmark = pytest.mark.django_db


def count(table: str) -> int:
    return int(ask(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 - a table of ours


def counted(person: User | None) -> dict[str, int]:
    """How many rows of each table below a case PostgreSQL shows to somebody."""
    tables = [name for (name,) in ask(PATHS_TO_A_CASE)]
    if person is None:
        return {table: count(table) for table in tables}
    with acting_as(person.pk):
        return {table: count(table) for table in tables}


def refused(person: User | None, sql: str, *values: Any) -> bool:
    """Whether the rule of its table keeps that person (or nobody) from writing a row."""
    try:
        with (
            transaction.atomic(),
            acting_as(person.pk) if person else nullcontext(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql, values)
    except DatabaseError as error:
        return "row-level security" in str(error)
    return False


@pytest.mark.django_db(transaction=True)
def test_of_full_tables_nobody_and_somebody_elsewhere_see_nothing() -> None:
    w = World()
    make.concern(w.staff, implicated=[w.staff.administrator])
    for verb, deed in deeds(w).items():
        run(verb, deed)
    stored = dump()
    tables = set(counted(None)) - {"drafts_draft"}
    assert not [table for table in tables if not stored[table]]
    assert not [table for table, rows in counted(None).items() if rows]
    assert not [table for table, rows in counted(w.staff.elsewhere).items() if rows]
    # Whatever the verbs did, a case is listed as late from when something in it is.
    assert wrongly_kept() == []


def test_the_author_of_a_concern_sees_the_concern_and_nothing_of_its_case() -> None:
    staff = make.Staff()
    make.case(staff)
    seen = {table for table, rows in counted(staff.teacher).items() if rows}
    # Their own duty to report is theirs.
    assert seen == {"cases_concern", "cases_concernauthor", "cases_reportduty", "crypto_datakey"}


def test_somebody_excluded_sees_nothing_although_they_are_the_administrator() -> None:
    staff = make.Staff()
    make.case(staff, about=make.concern(staff, implicated=[staff.administrator]))
    assert not [table for table, rows in counted(staff.administrator).items() if rows]
    assert counted(staff.liaison)["cases_case"] == 1


def test_somebody_taken_off_sees_nothing_from_then_on() -> None:
    staff = make.Staff()
    case = make.case(staff)
    request = make.asked_in(case, staff.counselor, staff.sro)
    assert counted(staff.sro)["cases_case"] == 1
    workflow.decline_request(actor=staff.sro, request=request, reason="On leave.", at=AT)
    assert not [table for table, rows in counted(staff.sro).items() if rows]


def test_the_officer_reads_nothing_of_the_counselors_section() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    values = {"limits_explained": True, "student_view": "Afraid of the stepfather."}
    entry = make.record(case, staff.counselor, "consult", values=values)
    with acting_as(staff.sro.pk):
        for table in ("cases_entry", "cases_entryevidence"):
            assert ask(f"SELECT compartment FROM {table}") == [("team",)]  # noqa: S608
        assert ask("SELECT count(*) FROM cases_steppart WHERE compartment = 'counseling'") == [(0,)]
        assert count("cases_decision") == 0
    with acting_as(staff.administrator.pk):
        assert ask("SELECT count(*) FROM cases_entry WHERE id = %s", entry.pk) == [(1,)]
        assert ask("SELECT count(*) FROM cases_entryevidence WHERE entry_id = %s", entry.pk) == [(0,)]


def test_who_reported_is_in_no_row_that_anybody_else_can_read() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    for person in (staff.administrator, staff.liaison):
        with acting_as(person.pk):
            assert ask("SELECT actor_id, role FROM cases_entry WHERE compartment = 'reporter'") == [
                (None, "")
            ]
            assert ask("SELECT count(*) FROM cases_entryevidence WHERE compartment = 'reporter'") == [(0,)]
    with acting_as(staff.counselor.pk):
        assert ask("SELECT author_id FROM cases_entryevidence WHERE compartment = 'reporter'") == [
            (staff.counselor.pk,)
        ]


def test_who_wrote_a_concern_is_read_by_its_author_alone_unless_shown() -> None:
    staff = make.Staff()
    silent, shown = make.concern(staff), unhurried(make.concern(staff, name_shown=True))
    case = make.case(staff, about=silent)
    with acting_as(staff.counselor.pk):
        assert ask("SELECT concern_id FROM cases_concernauthor") == [(shown.pk,)]
    with acting_as(staff.liaison.pk):
        assert count("cases_concernauthor") == 0
        assert count("cases_concern") == 1
    with acting_as(staff.teacher.pk):
        assert count("cases_concernauthor") == 2
        assert ask("SELECT count(*) FROM cases_case WHERE id = %s", case.pk) == [(0,)]


ON_A_CASE = (
    "INSERT INTO cases_caseperson (id, case_id, person_id, role, since, excluded)"
    " VALUES (gen_random_uuid(), %s, %s, 'counselor', now(), false)"
)
AN_ENTRY = (
    "INSERT INTO cases_entry (id, case_id, part_id, number, outcome, compartment, actor_id, role, happened_at,"
    " recorded_at, shared) VALUES (gen_random_uuid(), %s, %s, 1, 'unable', 'team', %s, 'counselor', now(), now(), '')"
)
AN_EXCLUSION = (
    "INSERT INTO cases_concernexclusion (id, concern_id, person_id) VALUES (gen_random_uuid(), %s, %s)"
)
AN_AUTHOR = "INSERT INTO cases_concernauthor (concern_id, person_id, name_shown) VALUES (%s, %s, false)"


def test_nobody_puts_themselves_on_a_case() -> None:
    staff = make.Staff()
    case = make.case(staff)
    for person in (staff.elsewhere, staff.teacher, staff.social_worker):
        assert refused(person, ON_A_CASE, case.pk, person.pk)


def test_nobody_writes_an_entry_into_a_case_that_they_are_not_on_or_in_the_name_of_another() -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.administrator, "impact")
    assert refused(staff.elsewhere, AN_ENTRY, case.pk, part.pk, staff.elsewhere.pk)
    assert refused(staff.counselor, AN_ENTRY, case.pk, part.pk, staff.administrator.pk)


def test_nobody_keeps_a_concern_from_its_receiver_or_logs_one_in_the_name_of_another() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    assert refused(staff.elsewhere, AN_EXCLUSION, concern.pk, staff.counselor.pk)
    assert refused(staff.elsewhere, AN_AUTHOR, concern.pk, staff.teacher.pk)


def test_without_a_person_no_key_and_no_exclusion_is_written() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    assert refused(None, AN_EXCLUSION, concern.pk, staff.counselor.pk)
    assert refused(
        None,
        "INSERT INTO crypto_datakey (id, scope, master_version, wrapped)"
        " VALUES (gen_random_uuid(), gen_random_uuid(), 1, 'x')",
    )


def test_rows_of_a_case_that_one_does_not_see_are_not_changed() -> None:
    staff = make.Staff()
    make.case(staff)
    with acting_as(staff.elsewhere.pk), connection.cursor() as cursor:
        for sql in (
            "UPDATE cases_case SET status = 'voided'",
            "UPDATE cases_concern SET receiver_id = acting_person()",
            "UPDATE cases_caseperson SET until = now()",
            "UPDATE cases_steppart SET outcome = ''",
            "UPDATE cases_trackrun SET ended_at = now()",
        ):
            cursor.execute(sql)
            assert cursor.rowcount == 0, sql


def test_a_person_set_for_one_transaction_is_nobody_in_the_next() -> None:
    staff = make.Staff()
    make.case(staff)
    with acting_as(staff.counselor.pk):
        assert count("cases_case") == 1
        with acting_as(staff.elsewhere.pk):
            assert count("cases_case") == 0
        assert count("cases_case") == 1
    assert count("cases_case") == 0
