"""PostgreSQL's own lock: the application owns nothing, and every table below a case has a rule of its own."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests import make
from tests.cases.reminders.worker import signed_in_as
from tests.deeds import World, deeds, run
from tests.stored import dump

pytestmark = pytest.mark.django_db

#: Tables without a rule of their own, and why that is right. A new table has to be protected or named here.
OPEN_TABLES = {
    "delivery_heartbeat": "signs of life of the processes",
    "delivery_tick": "readings of clocks",
    "delivery_clockalarm": "that a clock jumped",
    "protocols_protocolversion": "the protocol is public",
    "crypto_knownmasterkey": "a sealed constant, by which a wrong master key is noticed",
    "crypto_recoverykey": "no right for any login at all",
    "demo_invented": "marks the invented staff, and is not there in production",
    "audit_event": "no SELECT for the application at all",
    "audit_seal": "no right for the application at all",
    "auth_group": "unused tables of Django's",
    "auth_group_permissions": "unused tables of Django's",
    "auth_permission": "unused tables of Django's",
    "django_content_type": "Django's own",
    "django_migrations": "Django's own",
    "django_session": "unused: sessions have a table of their own",
    "accounts_session": "found by a digest of its key alone",
    "accounts_signintry": "digests, counted before anybody is known",
    "accounts_passwordreset": "that somebody asked for a link, before anybody is known",
    "mfa_authenticator": "asked before anybody is known; what it shares with an app is sealed",
    "socialaccount_socialaccount": "always empty: no tie to a provider is kept",
    "socialaccount_socialapp": "unused tables of django-allauth's",
    "socialaccount_socialtoken": "unused tables of django-allauth's",
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
UNION SELECT 'cases_recordsrequest' UNION SELECT 'cases_recordsanswer'
UNION SELECT 'crypto_datakey' UNION SELECT 'drafts_draft'
"""


def ask(sql: str, *parameters: Any, alias: str = "default") -> list[tuple[Any, ...]]:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def test_no_login_of_the_application_bypasses_a_rule_or_owns_anything() -> None:
    """Not by itself, nor by a group that it could become: of the web server, the worker, and the log's reader."""
    logins = ask(
        "SELECT rolname FROM pg_roles WHERE rolname ~ '^csec_(app|worker|audit)' AND rolcanlogin ORDER BY 1"
    )
    assert [name for (name,) in logins] == ["csec_app_login", "csec_audit_login", "csec_worker_login"]
    for (login,) in logins:
        strong = ask(
            "SELECT rolname FROM pg_roles WHERE pg_has_role(%s, oid, 'MEMBER')"
            " AND (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication)",
            login,
        )
        assert strong == [], login
        [group] = ask(
            "SELECT rolname FROM pg_roles WHERE pg_has_role(%s, oid, 'MEMBER') AND rolname <> %s",
            login,
            login,
        )
        assert (login,) == (f"{group[0]}_login",)
        owned = ask(
            "SELECT relname FROM pg_class WHERE pg_has_role(%s, relowner, 'MEMBER')"
            " UNION SELECT proname FROM pg_proc WHERE pg_has_role(%s, proowner, 'MEMBER')"
            " UNION SELECT nspname FROM pg_namespace WHERE pg_has_role(%s, nspowner, 'MEMBER')"
            " UNION SELECT datname FROM pg_database WHERE pg_has_role(%s, datdba, 'MEMBER')",
            *[login] * 4,
        )
        assert owned == [], login
        made = ask("SELECT has_schema_privilege(%s, 'public', 'CREATE')", login)
        assert made == [(False,)], login


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
    assert {"case_role", "concern_access", "case_readings"} <= {name for name, _owner, _config in functions}
    [(owner,)] = ask("SELECT current_user", alias="owner")
    for name, owned_by, config in functions:
        assert owned_by == owner, name
        assert "search_path=" in config, name


#: What would take a rule away, whoever is signed in.
UNDOES_A_RULE = [
    "ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE cases_case NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE cases_case OWNER TO CURRENT_USER",
    "ALTER TABLE cases_entry DISABLE TRIGGER ALL",
    "ALTER POLICY need_to_know ON cases_case USING (true)",
    "DROP POLICY need_to_know ON cases_case",
    "CREATE POLICY mine ON cases_case USING (true)",
    "DROP TABLE cases_case",
    "DROP TRIGGER cases_caseperson_is_kept ON cases_caseperson",
    "DROP FUNCTION case_role(uuid) CASCADE",
    "CREATE OR REPLACE FUNCTION case_role(which uuid) RETURNS text LANGUAGE sql AS $$ SELECT 'liaison' $$",
    "SET ROLE csec_owner",
    "SET SESSION AUTHORIZATION csec_owner",
    "SET session_replication_role = replica",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "GRANT csec_app, csec_worker, csec_audit TO CURRENT_USER",
]


def refused(sql: str) -> None:
    refusal = "permission denied|must be owner|must be able to SET ROLE|row-level security"
    with (
        pytest.raises(DatabaseError, match=refusal),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


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
        *UNDOES_A_RULE,
    ],
)
def test_the_application_is_refused(sql: str) -> None:
    refused(sql)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("login", ["DATABASE_WORKER_URL", "DATABASE_AUDIT_URL"])
def test_so_are_the_worker_and_the_reader_of_the_log(login: str) -> None:
    with signed_in_as(login):
        [(name, active)] = ask("SELECT current_user, row_security_active('cases_case')")
        assert (name in ("csec_worker_login", "csec_audit_login"), active) == (True, True)
        for sql in UNDOES_A_RULE:
            refused(sql)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL row_security = off")
            refused("SELECT count(*) FROM cases_case")


def rights_of(group: str) -> dict[str, set[str]]:
    """What a group may do with each table, as a whole or with a column of it."""
    rows = ask(
        "SELECT tablename, kind FROM pg_tables, unnest(%s::text[]) kind WHERE schemaname = 'public'"
        " AND has_any_column_privilege(%s, format('%%I', tablename), kind)"
        " UNION SELECT tablename, kind FROM pg_tables, unnest(%s::text[]) kind WHERE schemaname = 'public'"
        " AND has_table_privilege(%s, format('%%I', tablename), kind)",
        ["SELECT", "INSERT", "UPDATE", "REFERENCES"], group, ["DELETE", "TRUNCATE", "TRIGGER"], group,
    )  # fmt: skip
    rights: dict[str, set[str]] = {}
    for table, kind in rows:
        rights.setdefault(table, set()).add(kind)
    return rights


#: What the worker may read of the tables below a case, to know whom to write to: no word, and not who the student is.
OF_THE_WORKER = {
    "cases_alert": "at case_id ended_at id kind taken_at",
    "cases_breakplan": "case_id first_day last_day person_id replaced_at set_at",
    "cases_case": "id school_id status",
    "cases_caseperson": "case_id excluded person_id role since until",
    "cases_checkin": "before_at case_id day_at due_at id level plan_id remind_at state taken_by_id",
    "cases_checkinplan": "case_id cover_id ended_at id person_id",
    "cases_concern": "accepted_at accepted_by_id asked_at backup_id case_id climbed_at climbs_at id receiver_id"
    " school_id status",
    "cases_concernexclusion": "concern_id lifted_at person_id",
    "cases_reportduty": "asked_at called_at case_id concern_id due_at ended_at how id learned_at person_id"
    " school_id",
    "cases_emergencyaccess": "begun_at case_id id person_id review_by reviewed_at",
    "cases_parenthold": "begun_at case_id ended_at id",
    "cases_recordsrequest": "closed_at due_on id logged_at school_id",
    "cases_srorequest": "answer asked_by_id case_id climbs_at id officer_id overseers_at part_id",
    "cases_steppart": "asked_at case_id due_at id kind outcome run_id",
    "cases_trackrun": "ended_at id",
    "cases_transfer": "case_id climbs_at id kind offered_at receiver_id state to_school_id",
}


def test_the_worker_reads_no_word_of_a_case_and_no_key() -> None:
    rights = rights_of("csec_worker")
    below = {name for (name,) in ask(PATHS_TO_A_CASE)}
    assert {table for table in below if table in rights} == set(OF_THE_WORKER)
    assert {table for table in below if rights.get(table, {"SELECT"}) != {"SELECT"}} == {
        "cases_checkin",
        "cases_concern",
    }
    assert rights["audit_event"] == {"INSERT"}
    columns = ask(
        "SELECT table_name, string_agg(column_name, ' ' ORDER BY column_name) FROM information_schema.column_privileges"
        " WHERE grantee = 'csec_worker' AND privilege_type = 'SELECT' AND table_name = ANY (%s) GROUP BY table_name",
        sorted(below),
        alias="owner",
    )
    assert dict(columns) == OF_THE_WORKER


def test_the_reader_of_the_log_reads_and_seals_the_log_and_nothing_else() -> None:
    assert rights_of("csec_audit") == {"audit_event": {"SELECT"}, "audit_seal": {"SELECT", "INSERT"}}


def test_the_application_deletes_only_drafts_with_their_keys_and_what_sign_in_keeps() -> None:
    rights = rights_of("csec_app")
    assert {table for table, kinds in rights.items() if "DELETE" in kinds} == {
        "crypto_datakey",
        "drafts_draft",
        "directory_agency",
        "accounts_session",
        "accounts_signintry",
        "accounts_passwordreset",
        "mfa_authenticator",
        "account_emailaddress",
        "account_emailconfirmation",
    }
    assert not [table for table, kinds in rights.items() if kinds & {"TRUNCATE", "TRIGGER", "REFERENCES"}]


APPEND_ONLY = {
    "audit_event",
    "cases_caselink",
    "cases_concernaddition",
    "cases_concerncorrection",
    "cases_contactnote",
    "cases_decision",
    "cases_devicerecord",
    "cases_entry",
    "cases_entryevidence",
    "cases_referral",
    "cases_rosternote",
    "cases_interview",
    "cases_recordsanswer",
    "cases_paper",
    "cases_casereview",
    "cases_release",
    "cases_releasereview",
    "cases_learnedcorrection",
    "cases_reportmade",
    "cases_studentabsence",
    "cases_transfersection",
}
NEVER_DELETED = APPEND_ONLY | {
    "accounts_user",
    "cases_alert",
    "cases_breakplan",
    "cases_checkin",
    "cases_checkinplan",
    "cases_case",
    "cases_caseperson",
    "cases_concern",
    "cases_concernauthor",
    "cases_concernexclusion",
    "cases_transfer",
    "cases_custody",
    "cases_emergencyaccess",
    "cases_parenthold",
    "cases_recordsrequest",
    "cases_reportduty",
    "cases_reviewquestion",
    "cases_contact",
    "cases_safetyplan",
    "directory_studentmerge",
}


@pytest.mark.django_db(transaction=True)
def test_not_even_the_owner_changes_what_was_entered_or_logged_or_deletes_a_case() -> None:
    w = World()
    make.concern(w.staff, implicated=[w.staff.administrator])
    make.merged(w.staff.liaison, make.student(w.staff.school), w.staff.student)
    for verb, deed in deeds(w).items():
        run(verb, deed)
    before = dump()
    assert not [table for table in NEVER_DELETED if not before[table]]
    attempts = [f"DELETE FROM {table}" for table in NEVER_DELETED]  # noqa: S608
    for table in APPEND_ONLY:
        key = {"cases_entryevidence": "entry_id", "cases_recordsanswer": "request_id"}.get(table, "id")
        attempts.append(f"UPDATE {table} SET {key} = {key}")  # noqa: S608
    for sql in attempts:
        with pytest.raises(DatabaseError, match="append-only"), connections["owner"].cursor() as cursor:
            cursor.execute(sql)
    assert dump() == before
