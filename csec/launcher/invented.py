"""Whether a database may become the demo's: it holds nobody, or people whom `make_demo` made and marked."""

import psycopg
from psycopg import sql

from csec import database

PEOPLE_AND_PLACES = ("accounts_user", "directory_school")
MARK = "demo_invented"


def check(url: str, *, otherwise: str) -> None:
    """Raise `NotPrepared(otherwise)` when the database holds people or places that no demo made.

    `url` is the owner's. Asked before anything is changed there, passwords of logins included.
    """
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            real = any(_has_rows(connection, table) for table in PEOPLE_AND_PLACES)
            if real and not _has_rows(connection, MARK):
                raise database.NotPrepared(otherwise)
    except psycopg.errors.InsufficientPrivilege:
        raise database.NotPrepared(otherwise) from None
    except psycopg.OperationalError as error:
        raise database.NotPrepared(database.no_answer(url, error)) from None


def _has_rows(connection: psycopg.Connection, table: str) -> bool:
    there = connection.execute("SELECT to_regclass(%s)", [f"public.{table}"]).fetchone()
    if not there or there[0] is None:
        return False
    found = connection.execute(
        sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table))
    ).fetchone()
    return bool(found and found[0])
