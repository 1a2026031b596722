"""What every test stands on: the real database in its roles, and the protocol as it is shipped."""

import gc
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management.commands import flush
from django.db import connections

from protocols.loader import load
from tests import nobody_acts
from tests.told import pytest_terminal_summary as pytest_terminal_summary

LOADED_AT = datetime(2026, 1, 5, 17, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The owner makes the database and publishes the protocol in it; the application only reads it."""
    with django_db_blocker.unblock():
        nobody_acts.make_people()
        load(at=LOADED_AT)
    yield
    with django_db_blocker.unblock():
        # `default` and `audit` are connections of their own to the owner's database: it is dropped after them.
        for alias in ("default", "audit"):
            connections[alias].close()


@pytest.fixture(scope="session", autouse=True)
def _no_announcement_after_a_flush() -> Iterator[None]:
    """
    Flushing the tables ends with the tables: Django would write its own permissions again, which nobody asks for.

    That took longer than the flush, after each of some two hundred tests.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_, **__: None)
        yield


@pytest.fixture(autouse=True)
def _the_protocol_is_published_again(request: pytest.FixtureRequest) -> None:
    """A test that commits is flushed afterwards, by the owner; the next one begins with the protocol in place."""
    if _commits(request.node):
        request.getfixturevalue("transactional_db")
        load(at=LOADED_AT)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    Every database test names the owner's connection too: the owner makes the database and flushes it.

    Tests that roll back come first; those that commit leave an empty database behind.
    """
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and "databases" not in marker.kwargs:
            item.add_marker(
                pytest.mark.django_db(**{**marker.kwargs, "databases": ["default", "owner", "audit"]}),
                append=False,
            )
    items.sort(key=_commits)


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))
