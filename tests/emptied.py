"""
Empties the tables after a test that commits.

Django truncates them all: PostgreSQL then gives every table and every index a new file, whether a row stood in it or
not, which took longer than most of the tests. Here the few rows that a test left are deleted instead.
"""

from functools import cache
from typing import Any

import pytest
from django.db import connections, transaction

#: More rows than these are truncated as Django does it: each one deleted is looked for behind every foreign key.
FEW = 1000

_REFUSING = """
SELECT DISTINCT p.oid::regprocedure::text, pg_get_functiondef(p.oid)
FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND t.tgtype & 8 <> 0
"""


def commits(test: pytest.Item) -> bool:
    """Whether it leaves empty tables behind; the others roll back what they did."""
    marker = test.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))


def empty_tables() -> None:
    """What every test finds: no row in any table. Whoever still writes is waited for, as a TRUNCATE would."""
    tables = _tables()
    with transaction.atomic(using="owner"), connections["owner"].cursor() as owner:
        owner.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")
        counts = (f"SELECT '{table}', count(*) FROM {table}" for table in tables)  # noqa: S608
        owner.execute(" UNION ALL ".join(counts))
        filled = {table: count for table, count in owner.fetchall() if count}
        if sum(filled.values()) > FEW:
            owner.execute(f"TRUNCATE {', '.join(tables)}")
        elif filled:
            _delete(owner, list(filled))


#: The owner's connections that stay open: a test with a browser has another one, in a context of its own.
_kept: dict[int, Any] = {}


def close_connections() -> None:
    """The next test begins with new connections, but for the owner's: on one that knows its way deleting is quick."""
    for connection in connections.all(initialized_only=True):
        if connection.alias == "owner":
            _kept[id(connection)] = connection
        else:
            connection.close()


def close_kept() -> None:
    """Before the database is dropped, in which nobody else may be."""
    for connection in _kept.values():
        connection.close()


def _delete(owner: Any, tables: list[str]) -> None:
    """Delete all rows, also those that nobody may delete: what refuses it is put back before anybody else sees."""
    owner.execute(_REFUSING)
    refusing = owner.fetchall()
    let_through = "RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'"
    owner.execute(
        ";".join(
            [
                *(f"CREATE OR REPLACE FUNCTION {name} {let_through}" for name, _ in refusing),
                *(f"DELETE FROM {table}" for table in tables),  # noqa: S608
                "SET CONSTRAINTS ALL IMMEDIATE",
                *(definition for _, definition in refusing),
            ]
        )
    )


@cache
def _tables() -> list[str]:
    connection = connections["owner"]
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return [connection.ops.quote_name(name) for name in sorted(names)]
