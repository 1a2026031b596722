"""What every test stands on: the real database in its roles, and the protocol as it is shipped."""

import gc
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from django.utils import translation

from protocols.loader import load
from protocols.models import ProtocolVersion
from tests import nobody_acts
from tests.emptied import close_connections, close_kept, commits, empty_tables
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
        close_kept()


@pytest.fixture(scope="session", autouse=True)
def _emptied_in_our_way() -> Iterator[None]:
    """After a test that commits; Django would also write its own permissions again, which nobody asks for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: empty_tables())
        patch.setattr(TransactionTestCase, "_should_reload_connections", lambda _: close_connections())
        yield


@pytest.fixture(autouse=True)
def _the_protocol_is_published_again(request: pytest.FixtureRequest) -> None:
    """The tables are empty after a test that commits; the next one begins with the protocol in place."""
    if commits(request.node):
        request.getfixturevalue("transactional_db")
        versions = request.getfixturevalue("published")
        ProtocolVersion.objects.using("owner").bulk_create(versions, ignore_conflicts=True)


@pytest.fixture(autouse=True)
def _in_english() -> None:
    """A request leaves its language to the thread, as on a server, where the next request sets its own."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session")
def published(django_db_setup: None, django_db_blocker: Any) -> list[ProtocolVersion]:
    """The versions as the owner published them at first: written again as they were, not read again from the files."""
    with django_db_blocker.unblock():
        return list(ProtocolVersion.objects.using("owner"))


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    Every database test names the owner's connection too: the owner makes the database and empties it.

    Tests that roll back come first; those that commit leave an empty database behind.
    """
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and "databases" not in marker.kwargs:
            item.add_marker(
                pytest.mark.django_db(**{**marker.kwargs, "databases": ["default", "owner", "audit"]}),
                append=False,
            )
    items.sort(key=commits)
