"""The roles of the database: who owns it, and the logins of the application, the worker and the audit reader.

Row-level security and grants mean something only when the application is not the owner. The group roles have fixed
names, to which migrations grant; the logins of an installation are members of one group each and own nothing.
No Django here: the launcher runs this before there is a schema, and `python -m csec.database` does the same elsewhere.
"""

import os
import sys
from collections.abc import Mapping
from urllib.parse import quote, unquote, urlsplit

import psycopg
from psycopg import conninfo, sql

# The group of each address's login. The keys are names of environment variables.
GROUPS = {
    "DATABASE_APP_URL": "csec_app",
    "DATABASE_WORKER_URL": "csec_worker",
    "DATABASE_AUDIT_URL": "csec_audit",
}
LOCK = 6_073_415_201  # an arbitrary number of ours, so that two preparations wait for each other


class NotPrepared(Exception):
    """Why the roles could not be made, as one sentence that says what to do."""


def prepare(admin_url: str, logins: Mapping[str, tuple[str, str]]) -> None:
    """Make the group roles and, for each group in `logins`, its login (name, password); again changes nothing.

    `admin_url` names the database and a role that may create roles: a superuser, or the owner with CREATEROLE.
    With `logins` empty only the groups are seen to, and nothing is needed when they exist. Raises `NotPrepared`.
    """
    try:
        with psycopg.connect(admin_url, connect_timeout=5) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            for group in GROUPS.values():
                _make_group(connection, group)
            for group, (login, password) in logins.items():
                _make_login(connection, login, password=password, group=group)
            _grant(connection)
    except psycopg.errors.InsufficientPrivilege as error:
        missing = ", ".join([*GROUPS.values(), *(login for login, _ in logins.values())])
        raise NotPrepared(
            f"The role {role_of(admin_url)} may not make the roles this needs ({_message(error)}):"
            f" give it CREATEROLE, or have an administrator create {missing} (docs/operations.md has the statements)."
        ) from None
    except psycopg.OperationalError as error:
        raise NotPrepared(no_answer(admin_url, error)) from None


def make_owner(admin_url: str, *, login: str, password: str, database: str) -> None:
    """Make the role that owns the database and runs the migrations, and the database; again changes nothing.

    The owner may create databases (the tests make their own) and is otherwise an ordinary role.
    """
    try:
        with psycopg.connect(admin_url, connect_timeout=5, autocommit=True) as connection:
            _make_role(connection, login, password=password, may_create_databases=True)
            if not _exists(connection, "SELECT FROM pg_database WHERE datname = %s", database):
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(database), sql.Identifier(login)
                    )
                )
    except psycopg.Error as error:
        raise NotPrepared(f"The owner of the database could not be made: {_message(error)}.") from None


def check_address(name: str, url: str) -> None:
    """Raise `NotPrepared` when the variable `name` holds no address of a PostgreSQL database; shows none of it."""
    try:
        known = conninfo.conninfo_to_dict(url)
        port = str(known.get("port") or 5432)
        ours = url.startswith(("postgresql://", "postgres://"))
        whole = ours and bool(known.get("dbname")) and port.isdecimal()
    except psycopg.ProgrammingError:
        whole = False
    if not whole:
        raise NotPrepared(
            f"{name} is not the address of a PostgreSQL database:"
            " write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE."
        )


def no_answer(url: str, error: psycopg.OperationalError) -> str:
    """Say in one sentence why the database gave no answer."""
    what = f"The database of {without_password(url)}"
    if isinstance(error, psycopg.errors.QueryCanceled | psycopg.errors.LockNotAvailable):
        return f"{what} is there and did not answer in time ({_message(error)}): try again, or see what holds it up."
    return f"{what} cannot be reached: {_message(error)}."


def address(url: str, *, login: str, password: str) -> str:
    """Return `url` with another login."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{quote(login, safe='')}:{quote(password, safe='')}@{host}").geturl()


def with_database(url: str, database: str) -> str:
    """Return `url` with another database."""
    return urlsplit(url)._replace(path=f"/{quote(database)}").geturl()


def role_of(url: str) -> str:
    """Return the login that an address names."""
    return unquote(urlsplit(url).username or "")


def database_of(url: str) -> str:
    """Return the database that an address names."""
    return unquote(urlsplit(url).path.lstrip("/"))


def without_password(url: str) -> str:
    """Return an address that may be shown."""
    parts = urlsplit(url)
    return parts._replace(
        netloc=f"{parts.username or ''}@{parts.netloc.rpartition('@')[2]}", query=""
    ).geturl()


def prepare_from(environment: Mapping[str, str]) -> None:
    """Prepare the database that the addresses in `environment` name.

    DATABASE_ADMIN_URL, when given, is a superuser's: then the owner of DATABASE_URL and its database are made too.
    """
    owner_url = environment["DATABASE_URL"]
    admin_url = environment.get("DATABASE_ADMIN_URL", "")
    for name in ("DATABASE_URL", "DATABASE_ADMIN_URL", *GROUPS):
        if environment.get(name):
            check_address(name, environment[name])
    if admin_url:
        parts = urlsplit(owner_url)
        make_owner(
            admin_url,
            login=role_of(owner_url),
            password=unquote(parts.password or ""),
            database=database_of(owner_url),
        )
        admin_url = with_database(admin_url, database_of(owner_url))
    logins = {
        group: (role_of(environment[name]), unquote(urlsplit(environment[name]).password or ""))
        for name, group in GROUPS.items()
        if environment.get(name)
    }
    prepare(admin_url or owner_url, logins)


def _make_group(connection: psycopg.Connection, group: str) -> None:
    if not _exists(connection, "SELECT FROM pg_roles WHERE rolname = %s", group):
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(group)))


def _make_login(connection: psycopg.Connection, login: str, *, password: str, group: str) -> None:
    """Make a login or set its password; refuse one that could pass by row-level security."""
    strong = "SELECT FROM pg_roles WHERE rolname = %s AND (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole)"
    if _exists(connection, strong, login):
        raise NotPrepared(
            f"The role {login} has rights that its group {group} must not have: use another login."
        )
    _make_role(connection, login, password=password)
    member = (
        "SELECT FROM pg_auth_members WHERE roleid::regrole = %s::regrole AND member::regrole = %s::regrole"
    )
    if not _exists(connection, member, _quoted(group), _quoted(login)):
        connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(group), sql.Identifier(login)))


def _make_role(
    connection: psycopg.Connection, login: str, *, password: str, may_create_databases: bool = False
) -> None:
    """Create or alter a role; the server gets what it would store of the password, never the password."""
    exists = _exists(connection, "SELECT FROM pg_roles WHERE rolname = %s", login)
    verifier = connection.pgconn.encrypt_password(
        password.encode(), login.encode(), b"scram-sha-256"
    ).decode()
    connection.execute(
        sql.SQL("{} ROLE {} {} PASSWORD {}").format(
            sql.SQL("ALTER" if exists else "CREATE"),
            sql.Identifier(login),
            sql.SQL("LOGIN CREATEDB" if may_create_databases else "LOGIN"),
            sql.Literal(verifier),
        )
    )


def _grant(connection: psycopg.Connection) -> None:
    """Let the groups connect, and nobody else; no login makes temporary tables."""
    groups = sql.SQL(", ").join(sql.Identifier(group) for group in GROUPS.values())
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, groups))
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(groups))


def _exists(connection: psycopg.Connection, query: str, *names: str) -> bool:
    return connection.execute(query.encode(), names).fetchone() is not None


def _quoted(name: str) -> str:
    return sql.Identifier(name).as_string()


def _message(error: psycopg.Error) -> str:
    """What PostgreSQL or its library says, in one piece and without the question that the library adds."""
    if error.diag.message_primary:
        return error.diag.message_primary.rstrip(".")
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = [line for line in lines if not line.startswith("Is the server running")]
    return (said or ["it gave no reason"])[-1].rstrip(".?")


if __name__ == "__main__":
    try:
        prepare_from(os.environ)
    except (NotPrepared, KeyError) as reason:
        sys.exit(f"{reason.args[0]} is not set." if isinstance(reason, KeyError) else str(reason))
