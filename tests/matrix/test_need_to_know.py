"""Each of the two gates alone: what the queries let through past PostgreSQL's rules, and these without the queries."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from cases.models import Case, Concern, RecordsRequest, StepPart, Transfer
from csec.accounts.models import User
from csec.identity import acting_as
from tests.matrix.eyes import BARE, IN_THE_NAME_OF, MAKES, READS, WRITES, Eyes, Row, Stored
from tests.matrix.rows import as_owner
from tests.matrix.world import WHO, World
from tests.test_database_roles import ask

pytestmark = pytest.mark.django_db

KEYS = {model._meta.db_table: model._meta.pk.column for model in apps.get_models() if model._meta.pk}


def acting(person: User | None) -> Any:
    return acting_as(person.pk) if person else nullcontext()


def test_every_table_with_rules_is_looked_at() -> None:
    secured = ask(
        "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace",
        alias="owner",
    )
    assert {table for (table,) in secured} == set(READS)


@pytest.mark.parametrize("who", WHO)
def test_postgresql_shows_each_row_to_those_who_need_to_know_it(
    who: str, world: World, stored: Stored
) -> None:
    if not world.row_security:
        return
    eyes = Eyes(world, who, stored)
    for table, may_read in READS.items():
        key = KEYS[table]
        with acting(world.people[who]):
            shown = {str(one) for (one,) in ask(f"SELECT {key} FROM {table}")}  # noqa: S608 - a table of ours
        assert shown == {str(row[key]) for row in stored[table] if may_read(eyes, row)}, (who, table)


def past_row_security(found: QuerySet[Any]) -> set[str]:
    """The ids that a query finds when the owner asks."""
    try:
        query, values = found.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return set()
    return {str(one) for one in as_owner(query, *values)}


@pytest.mark.parametrize("who", [who for who in WHO if who != "nobody"])
def test_the_queries_find_the_same_without_postgresqls_rules(who: str, world: World, stored: Stored) -> None:
    eyes, person = Eyes(world, who, stored), world.people[who]
    assert person
    concerns = Concern.objects.visible_to(person)
    with acting(person):
        assert past_row_security(Case.objects.visible_to(person)) == {
            one for one in eyes.roles if eyes.role(one)
        }
        assert past_row_security(StepPart.objects.visible_to(person)) == {
            row["id"] for row in stored["cases_steppart"] if eyes.role(row["case_id"])
        }
        assert past_row_security(concerns) == {one for one in eyes.concerns if eyes.concern(one)}
        assert past_row_security(concerns.held_by(person)) == {one for one in eyes.concerns if eyes.held(one)}
        assert past_row_security(concerns.written_by(person)) == eyes.mine
        assert past_row_security(RecordsRequest.objects.visible_to(person)) == {
            pk for pk, row in eyes.requests.items() if eyes.asked(row)
        }
        assert past_row_security(Transfer.objects.visible_to(person)) == {
            pk for pk, row in eyes.transfers.items() if eyes.transfer(row)
        }


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


@pytest.mark.parametrize("who", WHO)
def test_postgresql_takes_a_row_from_those_who_may_write_it(who: str, world: World, stored: Stored) -> None:
    if not world.row_security:
        return
    eyes, person = Eyes(world, who, stored), world.people[who]
    for table, may_write in MAKES.items():
        if not columns(table, "INSERT"):
            continue
        for row in one_of_each(table, stored[table]):
            for variant in variants(table, row, eyes):
                sql = f"INSERT INTO {table} SELECT * FROM json_populate_record(null::{table}, %s)"  # noqa: S608
                refused = outcome(person, sql, json.dumps(variant)) == "refused"
                assert refused != may_write(eyes, variant), (who, table, variant)


@pytest.mark.parametrize("who", WHO)
def test_postgresql_changes_a_row_for_those_who_may_write_it(who: str, world: World, stored: Stored) -> None:
    if not world.row_security:
        return
    eyes, person = Eyes(world, who, stored), world.people[who]
    for table, may_write in WRITES.items():
        granted = columns(table, "UPDATE")
        if not granted:
            continue
        for row in one_of_each(table, stored[table]):
            key = KEYS[table]
            sql = f"UPDATE {table} SET {granted[0]} = {granted[0]} WHERE {key} = %s"  # noqa: S608
            expected = "0" if not READS[table](eyes, row) else "1" if may_write(eyes, row) else "refused"
            assert outcome(person, sql, row[key]) == expected, (who, table, row)
