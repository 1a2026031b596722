"""An address that names two things is of the case that it names first: no thing of another case is found under it."""

from collections.abc import Iterator
from itertools import permutations

import pytest
from django.urls import reverse

from tests.matrix.asking import ask
from tests.matrix.cells import Address, addresses, expected, routes
from tests.matrix.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]

#: What an address has beside the ids of things: a day, and a case of its own.
NO_IDS = {"first_day", "beside_id"}
NESTED = [
    name
    for name, pattern in routes()
    if "case_id" in (asked := set(pattern.pattern.converters)) and asked - {"case_id"} - NO_IDS
]
#: Those who may open something of both cases, or of one.
WHO = ("counselor", "liaison", "administrator", "sro", "elsewhere")
STATES = ("own", "closed", "other")


def swapped(world: World, route: str) -> Iterator[tuple[Address, str, str, str]]:
    """Each address of a route under one case with the ids of another one, of which, and with ids of nothing."""
    there = {one.state: one for one in addresses(world, route)}
    for parent, child in permutations(STATES, 2):
        mine, case = there[parent], {"case_id": there[parent].named["case_id"]}
        theirs, nothing = (reverse(route, kwargs=there[of].named | case) for of in (child, "absent"))
        yield mine, child, theirs, nothing


def test_there_are_addresses_of_two_things() -> None:
    assert "cases:correct_entry" in NESTED
    assert "cases:record_outcome" in NESTED


@pytest.mark.parametrize("route", NESTED)
def test_a_thing_of_another_case_is_as_absent_as_one_that_does_not_exist(route: str, world: World) -> None:
    for who in WHO:
        client = world.clients[who]
        for address, child, theirs, nothing in swapped(world, route):
            for method in (m.lower() for m in address.declared.methods):
                answer, _sent = ask(client, method, theirs)
                like, _sent = ask(client, method, nothing)
                where = f"{method} {route} {address.state} with what is of {child} by {who}"
                assert (answer.status_code, answer.content) == (like.status_code, like.content), where
                # Whoever may not do this to the case, or to a case that is closed, is told so before it is looked for.
                refused = address.state == "closed" or 403 in expected(address, method, who, world)
                assert answer.status_code == 404 or (refused and answer.status_code in (302, 403)), where
