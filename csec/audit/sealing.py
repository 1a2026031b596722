"""
Sealing the log: each minute what was written since is hashed into the next link of a chain.

No request waits for it. An event's number is given when it is written and shows when its transaction ends, so a lower
number may appear after a higher one. A transaction that has taken a number holds a lock on the table until its end:
once all of those are gone that held one when the highest number was read, nothing at or below it can still appear.
"""

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connections, transaction

from csec.audit import anchors, chain

logger = logging.getLogger(__name__)

#: The login that reads the log and writes its seals.
ROLE = "audit"
#: So many events at most in one seal, so that neither sealing nor checking holds more of them at once.
IN_ONE_SEAL = 2000
#: How long a run waits for transactions that are writing; what they hold up is left to the next run.
PATIENCE = timedelta(seconds=20)
#: What is not sealed after this long is an alarm.
TOO_LATE = timedelta(minutes=5)

_LOCK = 6_073_415_211  # an arbitrary number of ours: links are added one after the other
_WRITING = """
SELECT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND relation = 'audit_event'::regclass AND mode = 'RowExclusiveLock' AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_HEAD = "SELECT number, until, digest FROM audit_seal ORDER BY number DESC LIMIT 1"
_ADD = """
INSERT INTO audit_seal (number, at, until, count, entries, previous, digest) VALUES (%s, %s, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True)
class Head:
    """The last link of the chain, and the number of the last event in it."""

    number: int
    until: int
    digest: bytes


NOTHING_SEALED = Head(0, chain.BEFORE_ALL, chain.BEGINNING)


@dataclass
class Sealed:
    """What a run did. `unsealed_since` is set when something older than five minutes is still without a seal."""

    events: int
    seals: int
    head: Head
    anchored: bool
    unsealed_since: datetime | None


def run(at: datetime, *, patience: timedelta = PATIENCE) -> Sealed:
    """
    Seal what is decided, and anchor the chain outside of the database when that is due.

    Any number may run at once. Raises `anchors.Contradicted` when the chain is not the one that was anchored: nothing
    is anchored then, and a mark says so to whoever asks for the health.
    """
    events = seals = 0
    with connections[ROLE].cursor() as cursor:
        until = _decided(cursor, patience)
        while until is not None and (count := _seal_next(cursor, until=until, at=at)):
            events, seals = events + count, seals + 1
        head = head_of(cursor)
        since = _unsealed_since(cursor, head, at)
        if since:
            logger.error("The log is not sealed: what was written more than five minutes ago has no seal.")
        anchored = head.number > 0 and _anchor(cursor, head, at)
    return Sealed(events, seals, head, anchored, since)


def _anchor(cursor: Any, head: Head, at: datetime) -> bool:
    try:
        return anchors.keep(cursor, number=head.number, digest=head.digest, at=at)
    except anchors.Contradicted:
        logger.error("The chain of the log is not the one that was anchored: run verify_audit.")
        # By the name that `delivery` gave it in PostgreSQL, which this package does not import.
        cursor.execute("SELECT note_log_contradicted()")
        raise


def clock() -> datetime:
    """PostgreSQL's clock at this moment, for the edges."""
    with connections[ROLE].cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        at: datetime = cursor.fetchone()[0]
    return at


def head_of(cursor: Any) -> Head:
    """The last link, or what stands before the first."""
    cursor.execute(_HEAD)
    row = cursor.fetchone()
    return Head(row[0], row[1], bytes(row[2])) if row else NOTHING_SEALED


def _decided(cursor: Any, patience: timedelta) -> int | None:
    """The number up to which no event can appear any more; None when that took longer than we wait."""
    cursor.execute("SELECT max(number) FROM audit_event")
    highest: int | None = cursor.fetchone()[0]
    writing = _writing(cursor)
    ends = time.monotonic() + patience.total_seconds()
    while writing and highest is not None:
        if time.monotonic() > ends:
            logger.warning("The log is not sealed in this run: a transaction that writes it does not end.")
            return None
        time.sleep(0.02)
        writing &= _writing(cursor)
    return highest


def _writing(cursor: Any) -> set[str]:
    """The transactions that have written an event, or are about to, and have not ended."""
    cursor.execute(_WRITING)
    return {row[0] for row in cursor.fetchall()}


def _seal_next(cursor: Any, *, until: int, at: datetime) -> int:
    """Add a link over the next events up to `until`, and return how many those are."""
    with transaction.atomic(using=ROLE):
        # Whoever waited here reads the other's link: each statement looks anew.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        chain.one_form(cursor)
        head = head_of(cursor)
        found = list(chain.events(cursor, after=head.until, until=until, limit=IN_ONE_SEAL))
        if not found:
            return 0
        number, last = head.number + 1, found[-1].number
        entries = b"".join(line.entry for line in found)
        digest = chain.seal_digest(
            number=number,
            at=at.astimezone(UTC).strftime(chain.PYTHON_TIME),
            until=last,
            count=len(found),
            entries=entries,
            previous=head.digest,
        )
        cursor.execute(_ADD, [number, at, last, len(found), entries, head.digest, digest])
        return len(found)


def _unsealed_since(cursor: Any, head: Head, at: datetime) -> datetime | None:
    cursor.execute(
        "SELECT at FROM audit_event WHERE number > %s AND at < %s ORDER BY number LIMIT 1",
        [head.until, at - TOO_LATE],
    )
    row = cursor.fetchone()
    return row[0] if row else None
