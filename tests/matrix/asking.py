"""Sending one request, taking back what it did, and noting what it asked of the database."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

#: How an event is written into the log: its columns, and a value or an expression for each.
WRITES_EVENT = re.compile(r"INSERT INTO audit_event \(([^)]*)\) VALUES \((.*)\)$")

#: A savepoint has the number of its thread, and of how many there were before.
SAVEPOINT = re.compile(r'"s\d+_x\d+"')
#: When a cookie ends, to the second; how long it lasts stands beside it.
UNTIL = re.compile(r"expires=[^;]*; ")


class Statement(NamedTuple):
    """What was sent to PostgreSQL, and the values that went with it."""

    text: str
    values: Any


class Event(NamedTuple):
    """What one line of the log says."""

    verb: str
    actor: UUID | None
    role: str
    subject: UUID | None
    case_id: UUID | None
    result: str


@contextmanager
def undone() -> Iterator[None]:
    """Whatever a request did is taken back: the next one finds the world as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def noted() -> Iterator[list[Statement]]:
    """Every statement sent to PostgreSQL meanwhile."""
    sent: list[Statement] = []

    def note(execute: Callable[..., Any], sql: str, values: Any, *rest: Any) -> Any:
        sent.append(Statement(sql, values))
        return execute(sql, values, *rest)

    with connection.execute_wrapper(note):
        yield sent


def events(sent: Iterable[Statement]) -> list[Event]:
    """What they wrote into the log."""
    found = []
    for text, values in sent:
        if match := WRITES_EVENT.match(text):
            given = iter(values)
            columns, written = (one.split(", ") for one in match.groups())
            said = {
                column: next(given) if value == "%s" else value
                for column, value in zip(columns, written, strict=True)
            }
            found.append(Event(**{name: said[name] for name in Event._fields}))
    return found


def ask(client: Client, method: str, path: str) -> tuple[HttpResponse, list[Statement]]:
    """What it answers, and what it asked of the database; whatever it did is taken back."""
    with undone():
        return ask_only(client, method, path)


def ask_only(client: Client, method: str, path: str) -> tuple[HttpResponse, list[Statement]]:
    with noted() as sent:
        return getattr(client, method)(path), sent


def texts(sent: Iterable[Statement]) -> tuple[str, ...]:
    """What was asked, without the values: the same of what is denied and of what does not exist."""
    return tuple(SAVEPOINT.sub("a savepoint", text) for text, _values in sent)


def headers(answer: HttpResponse) -> tuple[str, ...]:
    """All that goes ahead of an answer, its cookies too."""
    plain = [f"{name}: {value}" for name, value in answer.items()]
    return tuple(sorted([*plain, *(UNTIL.sub("", one.OutputString()) for one in answer.cookies.values())]))
