"""One world for all tests of this folder in a process."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from csec.delivery.ticks import database_now
from tests.matrix.eyes import READS, Row, Stored
from tests.matrix.rows import looked_at, rows
from tests.matrix.world import World


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """
    Built once, in a transaction that is taken back at the end; each request runs in a savepoint of its own.

    Nothing in it is late or has climbed for as long as the tests take.
    """
    with django_db_blocker.unblock(), looked_at(), transaction.atomic():
        yield World(database_now())
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def stored(world: World) -> Stored:
    """Every row of the world by its table."""
    found: dict[str, list[Row]] = {table: [] for table in READS}
    for table, text in rows():
        row = json.loads(text)
        row.pop("xmin")
        found.setdefault(table, []).append(row)
    return found
