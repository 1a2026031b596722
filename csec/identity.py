"""On whose behalf the database is asked: row-level security reads the person from the transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

_acting: ContextVar[tuple[UUID, datetime] | None] = ContextVar("acting", default=None)


@contextmanager
def acting_as(person: UUID) -> Iterator[datetime]:
    """
    Open a transaction in which PostgreSQL knows who acts, and yield its clock (aware).

    The setting is local to the transaction: kept for the session it would pass to the next request on the
    same connection. Nested in a transaction of the same person this is a savepoint that asks nothing again.
    """
    before = _acting.get()
    if before and before[0] == person:
        with transaction.atomic():
            yield before[1]
        return
    with transaction.atomic():
        at = _tell_database(person)
        token = _acting.set((person, at))
        try:
            yield at
        finally:
            _acting.reset(token)
    if connection.in_atomic_block and not connection.needs_rollback:
        _tell_database(before[0] if before else None)


def _tell_database(person: UUID | None) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('csec.person', %s, true), clock_timestamp()", [str(person) if person else ""]
        )
        at: datetime = cursor.fetchone()[1]
    return at
