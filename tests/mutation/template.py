"""The database from which each copy's is made: as the tests make it, once."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from csec.database import database_of, with_database


@contextmanager
def template(made: str) -> Iterator[None]:
    """While this lasts `fresh` makes databases like the one that was `made`, which is there no more by its name."""
    administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", _name())
    administer("ALTER DATABASE {} RENAME TO {}", made, _name())
    try:
        yield
    finally:
        administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", _name())


def fresh(database: str) -> None:
    gone(database)
    administer("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", database, _name())


def gone(database: str) -> None:
    administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)


def _name() -> str:
    return f"{database_of(os.environ['DATABASE_URL'])}_mutants"


def administer(statement: str, *names: str) -> None:
    """Asked again while PostgreSQL cleans up in it, which no owner can end."""
    for wait in (0.2,) * 50:
        try:
            with psycopg.connect(
                with_database(os.environ["DATABASE_URL"], "postgres"), autocommit=True
            ) as one:
                one.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
            return
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
            time.sleep(wait)
    raise TimeoutError(f"Somebody else is in {names[0]}.")
