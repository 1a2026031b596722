"""PostgreSQL's own lock: the application owns nothing, and every row below a case has a rule of its own."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from cases import workflow
from csec.audit.models import Event
from csec.identity import acting_as
from tests import make
from tests.make import AT

pytestmark = pytest.mark.django_db

#: Tables without a rule of their own, and why that is right. A new table has to be protected or named here.
OPEN_TABLES = {
    "accounts_user": "the staff's names are known to the staff",
    "directory_agency": "printed on the emergency card",
    "directory_closure": "the school calendar",
    "directory_district": "printed on the emergency card",
    "directory_school": "the district's schools",
    "directory_student": "the roster, which says nothing of any case",
    "delivery_heartbeat": "signs of life of the processes",
    "protocols_protocolversion": "the protocol is public",
    "audit_event": "no SELECT for the application at all",
    "auth_group": "unused tables of Django's",
    "auth_group_permissions": "unused tables of Django's",
    "auth_permission": "unused tables of Django's",
    "django_content_type": "Django's own",
    "django_migrations": "Django's own",
    "django_session": "read by its key alone",
    "account_emailaddress": "django-allauth's own",
    "account_emailconfirmation": "django-allauth's own",
}

PATHS_TO_A_CASE = """
WITH RECURSIVE below AS (
    SELECT 'cases_case'::regclass::oid AS id UNION SELECT 'cases_concern'::regclass::oid
    UNION
    SELECT con.conrelid FROM pg_constraint con JOIN below ON con.confrelid = below.id WHERE con.contype = 'f'
)
SELECT below.id::regclass::text FROM below
UNION SELECT 'crypto_datakey' UNION SELECT 'drafts_draft'
"""


def ask(sql: str, *parameters: Any, alias: str = "default") -> list[tuple[Any, ...]]:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def count(table: str) -> int:
    return int(ask(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 - a table of ours


def test_the_application_is_an_ordinary_role_that_owns_nothing() -> None:
    rights = ask(
        "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    )
    assert rights == [(False, False, False, False)]
    owned = ask(
        "SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
        " WHERE r.rolname IN (current_user, 'csec_app', 'csec_worker', 'csec_audit')"
    )
    assert owned == []


def test_every_table_below_a_case_has_row_level_security_and_a_policy() -> None:
    tables = [name for (name,) in ask(PATHS_TO_A_CASE)]
    assert {"cases_entry", "cases_entryevidence", "cases_concernauthor", "crypto_datakey"} <= set(tables)
    for table in tables:
        [(secured, policies)] = ask(
            "SELECT c.relrowsecurity, (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid)"
            " FROM pg_class c WHERE c.oid = %s::regclass",
            table,
        )
        assert secured, table
        assert policies, table


def test_every_table_is_protected_or_named_as_open() -> None:
    unprotected = ask(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity"
    )
    assert {name for (name,) in unprotected} == set(OPEN_TABLES)


def test_functions_that_run_as_their_owner_have_a_fixed_search_path_and_are_not_the_applications() -> None:
    functions = ask(
        "SELECT p.proname, pg_get_userbyid(p.proowner), coalesce(array_to_string(p.proconfig, ','), '')"
        " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname = 'public' AND p.prosecdef"
    )
    assert {"case_role", "concern_access", "case_readers"} <= {name for name, _owner, _config in functions}
    [(owner,)] = ask("SELECT current_user", alias="owner")
    for name, owned_by, config in functions:
        assert owned_by == owner, name
        assert "search_path=" in config, name


def test_without_a_person_nothing_below_a_case_is_seen() -> None:
    make.case(make.Staff())
    tables = [name for (name,) in ask(PATHS_TO_A_CASE)]
    assert {table: count(table) for table in tables} == dict.fromkeys(tables, 0)


def test_somebody_elsewhere_sees_nothing_below_a_case() -> None:
    staff = make.Staff()
    make.case(staff)
    tables = [name for (name,) in ask(PATHS_TO_A_CASE)]
    with acting_as(staff.elsewhere.pk):
        assert {table: count(table) for table in tables} == dict.fromkeys(tables, 0)


def test_somebody_excluded_sees_nothing_although_they_are_the_administrator() -> None:
    staff = make.Staff()
    concern = make.concern(staff, implicated=[staff.administrator])
    case = make.case(staff, about=concern)
    with acting_as(staff.administrator.pk):
        assert [count(table) for table in ("cases_case", "cases_concern", "cases_entry", "cases_caseperson")] == [
            0, 0, 0, 0,
        ]  # fmt: skip
    with acting_as(staff.liaison.pk):
        assert count("cases_case") == 1
    assert case.my_role == "counselor"


def test_the_officer_reads_no_entry_of_the_counselors_section() -> None:
    staff = make.Staff()
    case = make.case(staff)
    notify = make.part(case, staff.counselor, "notify")
    workflow.request_sro(actor=staff.counselor, part=notify, version=0, officer=staff.sro, at=AT)
    consult = make.part(case, staff.counselor, "consult")
    entry = workflow.record_outcome(
        actor=staff.counselor,
        part=consult,
        version=0,
        outcome="done",
        happened_at=AT,
        values={"limits_explained": True, "student_view": "Afraid of the stepfather."},
        at=AT,
    )
    with acting_as(staff.sro.pk):
        assert ask("SELECT compartment FROM cases_entry") == [("team",)]
        assert ask("SELECT compartment FROM cases_entryevidence") == [("team",)]
    with acting_as(staff.administrator.pk):
        assert ask("SELECT count(*) FROM cases_entry WHERE id = %s", entry.pk) == [(1,)]
        assert ask("SELECT count(*) FROM cases_entryevidence WHERE entry_id = %s", entry.pk) == [(0,)]


def test_who_reported_is_not_in_any_row_that_others_can_read() -> None:
    staff = make.Staff()
    case = make.case(staff)
    report = make.part(case, staff.counselor, "report")
    workflow.record_outcome(
        actor=staff.counselor,
        part=report,
        version=0,
        outcome="done",
        happened_at=AT,
        values={"phoned_at": AT, "agency": "Child Welfare Services", "person_spoken_to": "Intake"},
        at=AT,
    )
    with acting_as(staff.administrator.pk):
        assert ask("SELECT actor_id, role FROM cases_entry WHERE compartment = 'reporter'") == [(None, "")]
        assert ask("SELECT count(*) FROM cases_entryevidence WHERE compartment = 'reporter'") == [(0,)]
    with acting_as(staff.counselor.pk):
        assert ask("SELECT count(*) FROM cases_entryevidence WHERE compartment = 'reporter'") == [(1,)]


def test_who_wrote_a_concern_is_readable_by_its_author_alone_unless_shown() -> None:
    staff = make.Staff()
    make.concern(staff)
    shown = make.concern(staff, name_shown=True)
    with acting_as(staff.counselor.pk):
        assert ask("SELECT concern_id FROM cases_concernauthor") == [(shown.pk,)]
    with acting_as(staff.teacher.pk):
        assert count("cases_concernauthor") == 2


def test_nobody_puts_themselves_on_a_case_or_gives_themselves_a_role() -> None:
    staff = make.Staff()
    case = make.case(staff)
    with acting_as(staff.elsewhere.pk), pytest.raises(DatabaseError), transaction.atomic():
        ask(
            "INSERT INTO cases_caseperson (id, case_id, person_id, role, since, excluded)"
            " VALUES (gen_random_uuid(), %s, %s, 'counselor', now(), false)",
            case.pk,
            staff.elsewhere.pk,
        )
    with acting_as(staff.teacher.pk), pytest.raises(DatabaseError), transaction.atomic():
        ask(
            "INSERT INTO accounts_membership (id, person_id, role, since)"
            " VALUES (gen_random_uuid(), %s, 'liaison', now())",
            staff.teacher.pk,
        )


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM audit_event",
        "UPDATE audit_event SET result = 'done'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "UPDATE cases_entry SET outcome = 'done'",
        "DELETE FROM cases_entry",
        "DELETE FROM cases_concern",
        "DELETE FROM cases_case",
        "UPDATE cases_decision SET code = ''",
        "ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY",
        "DROP POLICY need_to_know ON cases_case",
        "CREATE OR REPLACE FUNCTION case_role(which uuid) RETURNS text LANGUAGE sql AS $$ SELECT 'liaison' $$",
        "SET ROLE csec_owner",
    ],
)
def test_the_application_is_refused(sql: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_worker_reads_no_case_no_concern_and_no_key() -> None:
    tables = [name for (name,) in ask(PATHS_TO_A_CASE)]
    for table in tables:
        [(readable,)] = ask("SELECT has_table_privilege('csec_worker', %s, 'SELECT')", table)
        assert not readable, table


@pytest.mark.django_db(transaction=True)
def test_not_even_the_owner_changes_what_was_entered_or_logged() -> None:
    staff = make.Staff()
    case = make.case(staff)
    impact = make.part(case, staff.administrator, "impact")
    workflow.record_outcome(
        actor=staff.administrator,
        part=impact,
        version=0,
        outcome="unable",
        reason="Nobody there.",
        happened_at=AT,
        review_on=AT.date(),
        at=AT,
    )
    assert Event.objects.using("owner").filter(case=case.pk).count() == 2
    for sql in (
        "UPDATE audit_event SET result = 'denied'",
        "DELETE FROM audit_event",
        "UPDATE cases_entry SET outcome = 'done'",
        "DELETE FROM cases_entryevidence",
        "DELETE FROM cases_case",
    ):
        with pytest.raises(DatabaseError), connections["owner"].cursor() as cursor:
            cursor.execute(sql)
