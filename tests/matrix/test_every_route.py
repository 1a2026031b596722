"""Every route x every method x everybody x every state: what comes of it is what stands beside the route."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from csec.accounts.models import User
from csec.delivery.ticks import database_now
from tests.matrix.cells import METHODS, Address, addresses, expected
from tests.matrix.world import World

pytestmark = pytest.mark.django_db

WHO = (
    "nobody",
    "teacher",
    "counselor",
    "social_worker",
    "sro",
    "administrator",
    "liaison",
    "counsel",
    "elsewhere",
    "former",
    "substitute",
    "excluded",
    "emergency",
)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever a request did is taken back: the next one finds the world as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def client_of(person: User | None) -> Client:
    client = Client()
    if person:
        client.force_login(person)
    return client


def ask(client: Client, method: str, path: str) -> tuple[HttpResponse, list[str]]:
    sent: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        sent.append(sql)
        return execute(sql, *rest)

    with undone(), connection.execute_wrapper(note):
        answer = getattr(client, method)(path)
    return answer, sent


def writing(sent: list[str]) -> list[str]:
    return [sql for sql in sent if sql.startswith(("INSERT", "UPDATE", "DELETE"))]


class Walk:
    """One person's way over a list of addresses; `wrong` is what did not come out as declared."""

    def __init__(self, world: World, who: str) -> None:
        self.world, self.who = world, who
        self.client = client_of(world.people[who])
        self.cells = 0
        self.wrong: list[str] = []
        self.absent: set[bytes] = set()
        self.absent_queries: dict[tuple[str, str], set[int]] = {}

    def visit(self, address: Address, methods: tuple[str, ...]) -> None:
        for method in methods:
            self.cells += 1
            answer, sent = ask(self.client, method, address.path)
            self.check(address, method, answer, sent)

    def check(self, address: Address, method: str, answer: HttpResponse, sent: list[str]) -> None:
        allowed = expected(address, method, self.who, self.world)
        where = f"{method.upper()} {address.route} {address.state} by {self.who}"
        if answer.status_code not in allowed:
            self.wrong.append(f"{where}: {answer.status_code}, declared {sorted(allowed)}")
        if answer.status_code == 405 and sent:
            self.wrong.append(f"{where}: asked the database before it refused the method")
        if answer.status_code == 404 and self.world.people[self.who]:
            self.absent.add(answer.content)
            if address.thing and not address.thing.people.get(self.who):
                self.absent_queries.setdefault((address.route, method), set()).add(len(sent))
        if not address.declared.public and self.who != "nobody" and answer.status_code != 405:
            events = [sql for sql in sent if sql.startswith("INSERT INTO audit_event")]
            if len(events) != 1:
                self.wrong.append(f"{where}: {len(events)} events")
        if method == "get":
            others = [
                sql for sql in writing(sent) if "audit_event" not in sql and "django_session" not in sql
            ]
            self.wrong += [f"{where}: wrote {sql[:60]}" for sql in others]


def finish(walk: Walk) -> None:
    assert not walk.wrong, "\n".join(walk.wrong)
    assert len(walk.absent) <= 1, "What is denied and what is absent differ."
    differing = {where: counts for where, counts in walk.absent_queries.items() if len(counts) > 1}
    assert differing == {}, "What is denied and what is absent ask the database differently."


#: Those for whom an open case of others does not exist.
OUTSIDE = ("nobody", "teacher", "social_worker", "elsewhere", "former", "excluded")


def test_for_whoever_is_not_on_a_case_none_of_its_addresses_exists() -> None:
    world = World(database_now())
    for who in OUTSIDE:
        walk = Walk(world, who)
        for address in addresses(world):
            if address.state == "own" and "case_id" in address.thing_ids:
                walk.visit(address, ("get", "post"))
        finish(walk)


@pytest.mark.matrix
@pytest.mark.parametrize("who", WHO)
def test_every_route_by_every_method_in_every_state(who: str) -> None:
    world = World(database_now())
    assert set(world.people) == set(WHO)
    walk = Walk(world, who)
    for address in addresses(world):
        walk.visit(address, METHODS)
    finish(walk)
    assert walk.cells * len(WHO) >= 10_000
