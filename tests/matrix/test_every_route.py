"""Every route x every method x everybody x every state: what comes of it is what stands beside the route."""

from collections.abc import Callable, Iterable
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.template.base import Template
from django.urls import reverse

from tests.matrix.asking import Statement, ask, ask_only, events, headers, texts
from tests.matrix.cells import ANSWERED, METHODS, Address, addresses, expected, routes
from tests.matrix.logged import unlogged
from tests.matrix.world import WHO, World
from tests.told import CELLS

pytestmark = pytest.mark.django_db

#: Those for whom an open case of others does not exist.
OUTSIDE = ("nobody", "teacher", "social_worker", "elsewhere", "former", "excluded")
#: Each role, nobody, and whose the case is not, walk over every route of every thing in these states. These others, and
#: further states, are walked over beside that (`thorough`), which takes as long once more.
BESIDE = {"substitute", "emergency", "twin"}
EVERYBODY = [who for who in WHO if who not in BESIDE]
STATES = ("", "own", "other", "closed", "absent")


@pytest.fixture(autouse=True)
def _pages_are_made_as_on_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Django's tests keep of each template with what it was made, which nobody asks for here."""
    monkeypatch.setattr(Template, "_render", lambda template, context: template.nodelist.render(context))


class Walk:
    """One person's way over a list of addresses; `wrong` is what did not come out as declared."""

    def __init__(self, world: World, who: str) -> None:
        self.world, self.who = world, who
        self.client = world.clients[who]
        self.cells = 0
        self.wrong: list[str] = []
        # What is no route at all is answered before the gate, which alone knows of a drill and says so on the page.
        nothing = reverse("cases:case", args=[uuid4()]) if who == "twin" else "/nothing-here/"
        self.absent = {self.client.get(nothing).content}
        # By route and method; what is no route at all is answered before any session is read, and says so by a header.
        self.absent_answers: dict[tuple[str, str], set[tuple[tuple[str, ...], ...]]] = {}

    def visit(self, address: Address, methods: Iterable[str]) -> None:
        for method in methods:
            self.cells += 1
            # What is refused before anything is looked up leaves nothing to take back.
            refused = method.upper() not in address.declared.methods
            answer, sent = (ask_only if refused else ask)(self.client, method, address.path)
            self.check(address, method, answer, sent)

    def check(self, address: Address, method: str, answer: HttpResponse, sent: list[Statement]) -> None:
        allowed = expected(address, method, self.who, self.world)
        where = f"{method.upper()} {address.route} {address.state} by {self.who}"
        if answer.status_code not in allowed:
            self.wrong.append(f"{where}: {answer.status_code}, declared {sorted(allowed)}")
        if answer.status_code == 405 and sent:
            self.wrong.append(f"{where}: asked the database before it refused the method")
        # What is public knows of no drill, and says nothing of it.
        outside = address.declared.public and self.who == "twin"
        if answer.status_code == 404 and self.world.people[self.who] and not outside:
            self.absent.add(answer.content)
            if address.thing and not address.thing.people.get(self.who):
                alike = self.absent_answers.setdefault((address.route, method), set())
                alike.add((headers(answer), texts(sent)))
        if not address.declared.public and self.who != "nobody" and answer.status_code != 405:
            found = events(sent)
            self.wrong += [
                f"{where}: {answer.status_code} logged with {one}"
                for one in unlogged(address, self.who, self.world, answer, found)
            ]

    def finish(self) -> None:
        assert not self.wrong, "\n".join(self.wrong)
        assert len(self.absent) <= 1, "What is denied and what is absent differ."
        differing = {where: alike for where, alike in self.absent_answers.items() if len(alike) > 1}
        assert differing == {}, "Denied and absent differ by a header, or ask the database differently."


def test_for_whoever_is_not_on_a_case_none_of_its_addresses_exists(world: World) -> None:
    for who in OUTSIDE:
        walk = Walk(world, who)
        for address in addresses(world):
            if address.state == "own" and "case_id" in address.thing_ids:
                # What is sent asks the same first; each day it is tried as one from whom the case is kept.
                walk.visit(address, ("get", "post") if who == "excluded" else ("get",))
        walk.finish()


def test_the_log_says_of_each_page_who_opened_it_and_of_which_case(world: World) -> None:
    """Each once, by the first of all people for whom it is there: what the walk on demand asks of everybody."""
    walks = {who: Walk(world, who) for who in WHO if who != "nobody"}
    for address in addresses(world):
        if "GET" in address.declared.methods and not address.declared.public:
            who = next((one for one in walks if expected(address, "get", one, world) == ANSWERED), None)
            if who and address.state == "own":
                walks[who].visit(address, ("get",))
    assert sum(walk.cells for walk in walks.values()) > 70
    for walk in walks.values():
        walk.finish()


EACH_ROUTE = pytest.mark.parametrize("route", [name for name, _pattern in routes()])


def walked(world: World, route: str, states: Callable[[str, str], bool]) -> int:
    """How many cells there were of those people in those states."""
    cells = 0
    for who in WHO:
        walk = Walk(world, who)
        for address in addresses(world, route):
            if states(who, address.state):
                walk.visit(address, METHODS)
        cells += walk.cells
        walk.finish()
    return cells


def by_everybody(who: str, state: str) -> bool:
    return who in EVERYBODY and state in STATES


def by_others(who: str, state: str) -> bool:
    # What is not there is what all that is denied is compared with.
    return state == "absent" or not by_everybody(who, state)


@pytest.mark.matrix
@EACH_ROUTE
def test_every_method_by_everybody_in_every_state(
    route: str, world: World, record_property: Callable[[str, object], None]
) -> None:
    cells = walked(world, route, by_everybody)
    assert cells
    record_property(CELLS, cells)


@pytest.mark.thorough
@EACH_ROUTE
def test_every_method_by_the_others_and_in_further_states(route: str, world: World) -> None:
    assert walked(world, route, by_others)


@pytest.mark.matrix
def test_the_matrix_is_large_enough(world: World) -> None:
    main = [address for address in addresses(world) if address.state in STATES]
    assert len(main) * len(METHODS) * len(EVERYBODY) >= 10_000
    assert {address.route for address in main} == {name for name, _pattern in routes()}
