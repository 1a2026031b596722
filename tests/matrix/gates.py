"""What PostgreSQL's own rules let one person read, make and change of each row of the world, and what they should."""

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import nullcontext
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, transaction

from csec.accounts.models import User
from csec.identity import acting_as
from tests.matrix.eyes import BARE, IN_THE_NAME_OF, MAKES, READS, WRITES, Eyes, Row, Stored
from tests.matrix.world import World
from tests.test_database_roles import ask

KEYS = {model._meta.db_table: model._meta.pk.column for model in apps.get_models() if model._meta.pk}

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
    """How many rows PostgreSQL wrote; or "refused", when it was a rule of the table that kept it from writing."""
    try:
        with transaction.atomic(), acting(person), connection.cursor() as cursor:
            cursor.execute(sql, values)
            count = cursor.rowcount
            transaction.set_rollback(True)
    except DatabaseError as error:
        return "refused" if "row-level security" in str(error) else "taken"
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
        yield {**row, name: eyes.me or None}
        if BARE.keys() <= row.keys():
            yield {**row, **BARE, name: eyes.me or None}


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
    for table in [one for one in MAKES if one in tables and columns(one, "INSERT")]:
        for row in one_of_each(table, stored[table]):
            for variant in variants(table, row, eyes):
                sql = f"INSERT INTO {table} SELECT * FROM json_populate_record(null::{table}, %s)"  # noqa: S608
                refused = outcome(person, sql, json.dumps(variant)) == "refused"
                assert refused != MAKES[table](eyes, variant), (who, table, variant)


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
