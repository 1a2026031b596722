"""The roles of the database are made once, again without a change, and never with more rights than they need."""

from typing import Any

import psycopg
import pytest

from csec import database
from csec.launcher import environment, kept
from csec.launcher.processes import Processes

LOGINS = {
    "csec_app": ("csec_app_login", "app's"),
    "csec_worker": ("csec_worker_login", "worker's"),
    "csec_audit": ("csec_audit_login", "audit's"),
}


def rows(url: str, query: str) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


@pytest.fixture(scope="module")
def owner_url(superuser_url: str) -> str:
    """The owner's address of a database that was prepared."""
    database.make_owner(superuser_url, login="csec_owner", password="owner's", database="csec")
    admin_url = database.with_database(superuser_url, "csec")
    database.prepare(admin_url, LOGINS)
    return database.address(admin_url, login="csec_owner", password="owner's")


@pytest.fixture(scope="module")
def admin_url(superuser_url: str, owner_url: str) -> str:
    return database.with_database(superuser_url, "csec")


@pytest.mark.parametrize("group", LOGINS)
def test_a_login_signs_in_and_belongs_to_its_group_alone(owner_url, group):
    login, password = LOGINS[group]
    url = database.address(owner_url, login=login, password=password)
    assert rows(url, "SELECT current_user") == [(login,)]
    member = "SELECT rolname FROM pg_roles WHERE pg_has_role(oid, 'MEMBER') AND rolname <> current_user"
    assert rows(url, member) == [(group,)]


def test_no_role_of_the_application_may_do_more_than_its_grants(admin_url):
    strong = """SELECT rolname FROM pg_roles WHERE rolname LIKE 'csec\\_%' AND rolname <> 'csec_superuser'
                AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication
                     OR rolcreatedb AND rolname <> 'csec_owner')"""
    assert rows(admin_url, strong) == []
    assert (
        rows(
            admin_url,
            "SELECT rolname FROM pg_roles WHERE rolname ~ '^csec_(app|worker|audit)$' AND rolcanlogin",
        )
        == []
    )


def test_only_the_owner_makes_tables_and_nobody_temporary_ones(owner_url):
    rows_made = "CREATE TABLE made (x int); DROP TABLE made"
    with psycopg.connect(owner_url) as connection:
        connection.execute(rows_made)
    for login, password in LOGINS.values():
        url = database.address(owner_url, login=login, password=password)
        for statement in ("CREATE TABLE made (x int)", "CREATE TEMPORARY TABLE made (x int)"):
            with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())


def test_preparing_again_changes_nothing_but_a_new_password(admin_url, owner_url):
    census = "SELECT rolname, oid FROM pg_roles UNION ALL SELECT 'member of ' || roleid, member FROM pg_auth_members"
    before = sorted(rows(admin_url, census))
    database.make_owner(
        database.with_database(admin_url, "postgres"), login="csec_owner", password="owner's", database="csec"
    )
    database.prepare(admin_url, LOGINS | {"csec_app": ("csec_app_login", "a new one")})
    assert sorted(rows(admin_url, census)) == before
    assert rows(database.address(owner_url, login="csec_app_login", password="a new one"), "SELECT 1") == [
        (1,)
    ]
    database.prepare(admin_url, LOGINS)


def test_an_owner_without_the_right_to_make_roles_is_told_what_is_missing(owner_url):
    database.prepare(owner_url, {})
    with pytest.raises(
        database.NotPrepared, match=r"csec_owner may not make .*CREATEROLE.*csec_app, .*other_app"
    ):
        database.prepare(owner_url, {"csec_app": ("other_app", "x")})


def test_an_owner_with_the_right_to_make_roles_makes_the_logins_of_another_database(superuser_url, owner_url):
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute("CREATE ROLE district LOGIN CREATEROLE PASSWORD 'd'")
        connection.execute("GRANT csec_app TO district WITH ADMIN OPTION")
        connection.execute("CREATE DATABASE district OWNER district")
    url = database.address(database.with_database(superuser_url, "district"), login="district", password="d")
    for _ in range(2):
        database.prepare(url, {"csec_app": ("district_app", "x")})
    assert rows(database.address(url, login="district_app", password="x"), "SELECT 1") == [(1,)]


def test_a_login_that_passes_by_row_level_security_is_refused(admin_url):
    with pytest.raises(database.NotPrepared, match="csec_superuser has rights"):
        database.prepare(admin_url, {"csec_app": ("csec_superuser", "x")})


def test_a_database_that_cannot_be_reached_is_named_without_its_password():
    with pytest.raises(database.NotPrepared) as news:
        database.prepare("postgresql://somebody:a-secret@127.0.0.1:1/csec", {})
    assert "somebody@127.0.0.1:1/csec cannot be reached" in str(news.value)
    assert "a-secret" not in str(news.value)


def test_why_a_database_cannot_be_reached_is_one_plain_sentence():
    with pytest.raises(database.NotPrepared) as news:
        database.prepare("postgresql://somebody:x@127.0.0.1:1/csec", {})
    said = str(news.value)
    assert said.endswith("port 1 failed: Connection refused.")
    assert not set(said) & set("\t\n?")


def test_a_database_that_answers_too_late_is_not_called_out_of_reach(superuser_url, owner_url):
    hasty = superuser_url + "?options=-c%20statement_timeout%3D200"
    with psycopg.connect(superuser_url) as holds:
        holds.execute("SELECT pg_advisory_xact_lock(%s)", [database.LOCK])
        with pytest.raises(database.NotPrepared) as news:
            database.prepare(hasty, {})
    assert "is there and did not answer in time" in str(news.value)
    assert "cannot be reached" not in str(news.value)


@pytest.mark.parametrize(
    "url",
    [
        "garbage",
        "sqlite:///x.db",
        "mysql://somebody:a-secret@127.0.0.1/csec",
        "host=127.0.0.1 dbname=csec password=a-secret",
        "postgresql://somebody:a-secret@127.0.0.1:5432/",
        "postgresql://somebody:a-secret@127.0.0.1:five/csec",
        "postgresql://somebody:a-secret@[::1/csec",
    ],
)
def test_what_is_no_address_is_told_with_its_variable_and_the_form_it_has_to_have(url):
    for name in ("DATABASE_URL", "DATABASE_APP_URL"):
        known = {"DATABASE_URL": "postgresql://somebody:x@127.0.0.1:1/csec", name: url}
        with pytest.raises(database.NotPrepared) as news:
            database.prepare_from(known)
        assert str(news.value) == (
            f"{name} is not the address of a PostgreSQL database:"
            " write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE."
        )


@pytest.mark.parametrize("url", ["garbage", "sqlite:///x.db"])
def test_the_launcher_says_the_same_before_it_starts_anything(url, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", url)
    secrets = kept.Secrets(tmp_path / "secrets.json")
    with Processes(tmp_path) as processes, pytest.raises(database.NotPrepared, match=r"^DATABASE_URL is not"):
        environment.databases(processes, tmp_path, secrets, demo=False, durable=False)


def test_the_environment_names_who_is_made(superuser_url):
    url = database.with_database(superuser_url, "lantern")
    environment = {
        "DATABASE_ADMIN_URL": superuser_url,
        "DATABASE_URL": database.address(url, login="lantern_owner", password="o/@ö"),
        "DATABASE_APP_URL": database.address(url, login="lantern_app", password="a"),
    }
    database.prepare_from(environment)
    assert rows(environment["DATABASE_URL"], "SELECT current_user, current_database()") == [
        ("lantern_owner", "lantern")
    ]
    assert rows(environment["DATABASE_APP_URL"], "SELECT pg_has_role('csec_app', 'MEMBER')") == [(True,)]
