"""What PostgreSQL's own rules let one person read, make and change of each row of the world, and what they should."""

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import nullcontext
from functools import cache
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models import Field
from psycopg.errors import InsufficientPrivilege

from csec.accounts.models import User
from csec.identity import acting_as
from tests.matrix.eyes import IN_THE_NAME_OF, MAKES, READS, WRITES, Eyes, Row, Stored
from tests.matrix.world import World
from tests.test_database_roles import ask

KEYS = {model._meta.db_table: model._meta.pk.column for model in apps.get_models() if model._meta.pk}
FIELDS: dict[str, dict[str, "Field[Any, Any]"]] = {
    model._meta.db_table: {field.column: field for field in model._meta.concrete_fields}
    for model in apps.get_models()
}
#: Something that a column may hold: PostgreSQL asks its own rules before it asks what the table holds to be whole.
FILLED = {
    "BinaryField": "\\x00",
    "CharField": "x",
    "DateField": "2030-01-01",
    "DateTimeField": "2030-01-01T00:00:00+00:00",
}

Gate = Callable[[str, World, Stored, Collection[str]], None]


def acting(person: User | None) -> Any:
    return acting_as(person.pk) if person else nullcontext()


def shows(who: str, world: World, stored: Stored, tables: Collection[str] = READS) -> None:
    """Of these tables each row to those who need to know it, and to nobody else."""
    eyes = Eyes(world, who, stored)
    for table in [one for one in READS if one in tables]:
        key = KEYS[table]
        with acting(world.people[who]):
            shown = {str(one) for (one,) in ask(f"SELECT {key} FROM {table}")}  # noqa: S608 - a table of ours
        assert shown == {str(row[key]) for row in stored[table] if READS[table](eyes, row)}, (who, table)


def outcome(person: User | None, sql: str, *values: Any) -> str:
    """
    How many rows PostgreSQL wrote; or "refused", when it was a rule of the table that kept it from writing.

    "held" when it was a trigger, which looks at a row before its rules do; "taken" when something else is not right.
    """
    try:
        with transaction.atomic(), acting(person), connection.cursor() as cursor:
            cursor.execute(sql, values)
            count = cursor.rowcount
            transaction.set_rollback(True)
    except DatabaseError as error:
        held = "held" if isinstance(error.__cause__, InsufficientPrivilege) else "taken"
        return "refused" if "row-level security" in str(error) else held
    return str(count)


def one_of_each(table: str, found: list[Row]) -> list[Row]:
    """Of each case, concern, compartment and kind one row: the others are like it."""
    like = (
        "case_id",
        "from_case_id",
        "to_case_id",
        "concern_id",
        "compartment",
        "excluded",
        "school_id",
        "scope",
    )
    return list({tuple(row.get(name) for name in like): row for row in found}.values())


def variants(table: str, row: Row, eyes: Eyes) -> Iterator[Row]:
    """The row as it is; in the name of whoever tries; and as it begins, where it is filled in afterwards."""
    yield row
    name = IN_THE_NAME_OF.get(table)
    if name:
        yield (mine := {**row, name: eyes.me or None})
        if filled_afterwards(table):
            yield as_it_begins(table, mine)


def amiss(table: str, row: Row, eyes: Eyes) -> Iterator[Row]:
    """
    A row that may be written, as it begins, with one thing changed, each in turn.

    In the name of another; as if it were of the other side; and with something in it that comes afterwards.
    """
    name, bare = IN_THE_NAME_OF.get(table), as_it_begins(table, row)
    if name:
        yield {**bare, name: eyes.another}
    for moved in eyes.other_side(table, row):
        yield {**bare, **moved}
    for later in filled_afterwards(table):
        yield {**bare, later: FILLED.get(FIELDS[table][later].get_internal_type(), eyes.me)}


def as_it_begins(table: str, row: Row) -> Row:
    """With nothing in it yet of what comes afterwards."""
    return {**row, **filled_afterwards(table)}


@cache
def filled_afterwards(table: str) -> dict[str, str | None]:
    """
    How those columns begin that are empty at first, of a table in which some are never changed.

    Where the application may change each of them, nothing says which come later.
    """
    later = columns(table, "UPDATE")
    if set(later) == set(columns(table, "INSERT")):
        return {}
    fields = {name: FIELDS[table][name] for name in later}
    return {name: None if one.null else "" for name, one in fields.items() if one.null or one.blank}


@cache
def columns(table: str, privilege: str) -> list[str]:
    found = ask(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
        " AND has_column_privilege('csec_app', format('public.%%I', table_name), column_name, %s) ORDER BY 1",
        table,
        privilege,
    )
    return [name for (name,) in found]


def takes(who: str, world: World, stored: Stored, tables: Collection[str] = MAKES) -> None:
    """Into these tables a row from those who may write it, and from nobody else."""
    eyes, person = Eyes(world, who, stored), world.people[who]

    def asked(table: str, row: Row) -> bool:
        """Whether it is taken, as it should be or not."""
        sql = f"INSERT INTO {table} SELECT * FROM json_populate_record(null::{table}, %s)"  # noqa: S608
        taken = outcome(person, sql, json.dumps(row)) != "refused"
        assert taken == MAKES[table](eyes, row), (who, table, row)
        return taken

    for table in [one for one in MAKES if one in tables and columns(one, "INSERT")]:
        tried = [row for found in one_of_each(table, stored[table]) for row in variants(table, found, eyes)]
        taken = [row for row in tried if asked(table, row)]
        # Of those one is enough.
        for row in amiss(table, taken[-1], eyes) if taken else ():
            asked(table, row)


def changes(who: str, world: World, stored: Stored, tables: Collection[str] = WRITES) -> None:
    """Of these tables a row for those who may change it, and for nobody else."""
    eyes, person = Eyes(world, who, stored), world.people[who]
    for table in [one for one in WRITES if one in tables]:
        granted = columns(table, "UPDATE")
        if not granted:
            continue
        for row in one_of_each(table, stored[table]):
            key = KEYS[table]
            sql = f"UPDATE {table} SET {granted[0]} = {granted[0]} WHERE {key} = %s"  # noqa: S608
            may_write = WRITES[table](eyes, row)
            expected = "0" if not READS[table](eyes, row) else "1" if may_write else "refused"
            assert outcome(person, sql, row[key]) == expected, (who, table, row)
            for new in rewritten(table, row, eyes) if expected != "0" else ():
                sql = f"UPDATE {table} SET {', '.join(f'{one} = %s' for one in new)} WHERE {key} = %s"  # noqa: S608
                came = outcome(person, sql, *new.values(), row[key])
                may_write = WRITES[table](eyes, {**row, **new})
                assert came == "held" or (came in ("refused", "0")) != may_write, (who, table, new, row)


def rewritten(table: str, row: Row, eyes: Eyes) -> Iterator[dict[str, str | None]]:
    """What makes it done by whoever tries; and what moves it to the other side."""
    granted = columns(table, "UPDATE")
    yield from ({name: eyes.me or None} for name in granted if name.endswith("_by_id"))
    yield from (dict(moved) for moved in eyes.other_side(table, row) if moved.keys() <= set(granted))


def leaves_alone(who: str, world: World, stored: Stored, tables: Collection[str] = READS) -> None:
    """Of a table in which one reads nothing one changes and deletes nothing either, and learns of no row by trying."""
    eyes, person = Eyes(world, who, stored), world.people[who]
    for table in [one for one in READS if one in tables]:
        if any(READS[table](eyes, row) for row in stored[table]):
            continue
        # No row is named, and no column read: whoever does that is held to no rule about reading.
        for column in columns(table, "UPDATE")[:1]:
            assert outcome(person, f"UPDATE {table} SET {column} = NULL") == "0", (who, table)  # noqa: S608
        if may_delete(table):
            assert outcome(person, f"DELETE FROM {table}") == "0", (who, table)  # noqa: S608


@cache
def may_delete(table: str) -> bool:
    return bool(ask("SELECT has_table_privilege('csec_app', %s, 'DELETE')", f"public.{table}")[0][0])
