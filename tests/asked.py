"""
PostgreSQL's functions and triggers asked by themselves, past the rules of the tables below them.

Within the transaction of the test; needs `tests.matrix.rows.looked_at`.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.db import DatabaseError, transaction

from csec.accounts.models import User
from csec.identity import acting_as
from tests.matrix.rows import said_to_owner, write_as_owner


def told(person: User | None, function: str, *values: Any) -> Any:
    """What a function answers while that person acts, or nobody."""
    [row] = listed(person, f"{function} AS answer", *values)
    return row["answer"]


def listed(person: User | None, function: str, *values: Any) -> list[dict[str, Any]]:
    """The rows that it answers with."""
    with acting_as(person.pk) if person else nullcontext():
        return said_to_owner(f"SELECT * FROM {function}", *values)  # noqa: S608 - a function of ours


@contextmanager
def while_it_is(table: str, change: str, where: str, *values: Any) -> Iterator[None]:
    """As if the owner of the database had written that into rows that there are; taken back afterwards."""
    with transaction.atomic():
        found = f"SELECT * FROM {table} WHERE {where}"  # noqa: S608 - of ours
        assert said_to_owner(found, *values), (table, where)
        write_as_owner(f"UPDATE {table} SET {change} WHERE {where}", *values)  # noqa: S608 - of ours
        yield
        transaction.set_rollback(True)


def refusal(person: User | None, row: Any, change: str) -> str:
    """What a trigger says when that person changes a row as only the owner of the database could; or nothing."""
    table = row._meta.db_table
    try:
        with (
            transaction.atomic(),
            acting_as(person.pk) if person else nullcontext(),
            while_it_is(table, change, "id = %s", row.pk),
        ):
            return ""
    except DatabaseError as error:
        return str(error).splitlines()[0]
