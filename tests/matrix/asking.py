"""Sending one request, taking back what it did, and noting what it asked of the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client


@contextmanager
def undone() -> Iterator[None]:
    """Whatever a request did is taken back: the next one finds the world as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def noted() -> Iterator[list[str]]:
    """Every statement sent to PostgreSQL meanwhile."""
    sent: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        sent.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield sent


def ask(client: Client, method: str, path: str) -> tuple[HttpResponse, list[str]]:
    """What it answers, and what it asked of the database; whatever it did is taken back."""
    with undone():
        return ask_only(client, method, path)


def ask_only(client: Client, method: str, path: str) -> tuple[HttpResponse, list[str]]:
    with noted() as sent:
        return getattr(client, method)(path), sent
