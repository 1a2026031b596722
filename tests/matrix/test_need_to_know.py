"""Each of the two gates alone: what the queries let through past PostgreSQL's rules, and these without the queries."""

from typing import Any

import pytest
from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from cases.models import Case, Concern, RecordsRequest, StepPart, Transfer
from cases.reading.work import WRITTEN
from tests.matrix.eyes import READS, Eyes, Stored
from tests.matrix.gates import acting, changes, leaves_alone, shows, takes
from tests.matrix.rows import as_owner
from tests.matrix.world import WHO, World
from tests.test_database_roles import ask

pytestmark = pytest.mark.django_db


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
    if world.row_security:
        shows(who, world, stored)


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
        assert past_row_security(concerns.on_first_screen(person, written=WRITTEN)) == {
            one for one in eyes.concerns if eyes.on_first_screen(one)
        }
        assert past_row_security(RecordsRequest.objects.visible_to(person)) == {
            pk for pk, row in eyes.requests.items() if eyes.asked(row)
        }
        assert past_row_security(Transfer.objects.visible_to(person)) == {
            pk for pk, row in eyes.transfers.items() if eyes.transfer(row)
        }


@pytest.mark.parametrize("who", WHO)
def test_postgresql_takes_a_row_from_those_who_may_write_it(who: str, world: World, stored: Stored) -> None:
    if world.row_security:
        takes(who, world, stored)


@pytest.mark.parametrize("who", WHO)
def test_postgresql_changes_a_row_for_those_who_may_write_it(who: str, world: World, stored: Stored) -> None:
    if world.row_security:
        changes(who, world, stored)


@pytest.mark.parametrize("who", WHO)
def test_postgresql_leaves_a_table_alone_in_which_one_reads_nothing(
    who: str, world: World, stored: Stored
) -> None:
    if world.row_security:
        leaves_alone(who, world, stored)
