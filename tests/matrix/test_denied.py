"""A case that is denied is answered like one that does not exist, also by the clock: reported, never asserted."""

from collections.abc import Callable
from statistics import median
from time import perf_counter

import pytest

from tests.matrix.asking import ask
from tests.matrix.cells import addresses
from tests.matrix.world import World
from tests.told import SAID

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]

PAIRS = 150


def seconds(world: World, who: str, method: str, path: str) -> float:
    begun = perf_counter()
    answer, _sent = ask(world.clients[who], method, path)
    assert answer.status_code == 404
    return perf_counter() - begun


@pytest.mark.parametrize("who", ["elsewhere", "excluded"])
@pytest.mark.parametrize(("method", "route"), [("get", "cases:case"), ("post", "cases:close_case")])
def test_how_long_a_denied_case_takes_beside_an_absent_one(
    method: str, route: str, who: str, world: World, record_property: Callable[[str, object], None]
) -> None:
    at = {address.state: address.path for address in addresses(world, route)}
    for state in ("own", "absent"):
        seconds(world, who, method, at[state])
    ratios = []
    for turn in range(PAIRS):
        first, second = ("own", "absent") if turn % 2 else ("absent", "own")
        took = {one: seconds(world, who, method, at[one]) for one in (first, second)}
        ratios.append(took["own"] / took["absent"])
    where = f"{method.upper()} {route} by {who}"
    record_property(SAID, f"{where}: denied/absent, median of {PAIRS} pairs: {median(ratios):.3f}")
