"""
The outbox: rows are written by a sweep, claimed by senders, and marked one by one.

Every function here is one statement that commits by itself (when called outside of a transaction) and that any
number of processes may run at once. A mark takes effect only while the row is still leased to its sender.
"""

import logging
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection

from csec.delivery.models import Message

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 12
LONGEST_PAUSE = timedelta(minutes=30)
#: For a message that no sender can judge (its kind is unknown, or failed to say whether it is wanted).
PUT_OFF = timedelta(minutes=5)

#: What the SELECT of a sweep yields, by these names.
COLUMNS = ("subject", "case_id", "kind", "due", "recipient", "level", "send_after")

# In one order whatever the plan: two sweeps that wrote the same keys crosswise would wait for each other.
_ENQUEUE = """
{claiming}
INSERT INTO delivery_message (id, subject, case_id, kind, due, recipient_id, level, send_after, next_try_at, state,
    attempts, created_at)
SELECT gen_random_uuid(), d.subject, d.case_id, d.kind, d.due, d.recipient, d.level, d.send_after, d.send_after,
    'waiting', 0, %(_created_at)s
FROM ({select}) AS d
ORDER BY d.subject, d.kind, d.due, d.recipient, d.level
ON CONFLICT ON CONSTRAINT delivery_message_exists_once DO NOTHING
"""

# A leased row is out of the way of the others until its lease ends: that is when it is tried again by itself.
_CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id FROM delivery_message WHERE state = 'waiting' AND next_try_at <= %(at)s
    ORDER BY next_try_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE delivery_message AS m SET lease = %(token)s, leased_until = %(until)s, next_try_at = %(until)s
FROM due WHERE m.id = due.id
RETURNING m.*
"""


def lease_length() -> timedelta:
    """How long a claimed message is its sender's alone."""
    return timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)


def enqueue(
    select: str, parameters: Mapping[str, Any] | None = None, *, at: datetime, claiming: str = ""
) -> int:
    """
    Write a message for each row of a SELECT that has none yet, and return how many were written.

    `select` is SQL of ours with named placeholders (`%(name)s`); its columns are named as in `COLUMNS`, `recipient`
    being the id of a user. `claiming` is a WITH clause of ours before it, which may mark what is written about in the
    same statement. Part of the caller's transaction, if there is one. The rows never come to this process.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _ENQUEUE.format(select=select, claiming=claiming), {**(parameters or {}), "_created_at": at}
        )
        return int(cursor.rowcount)


def claim(limit: int, at: datetime) -> list[Message]:
    """Take up to `limit` messages that are due, the longest due first; each carries the lease that makes it ours."""
    values = {"at": at, "limit": limit, "token": uuid4(), "until": at + lease_length()}
    return sorted(Message.objects.raw(_CLAIM, values), key=lambda message: (message.send_after, message.id))


def mark_sent(message: Message, at: datetime) -> bool:
    """The mail server has taken it. False when it was no longer ours."""
    return _mark(message, state=Message.State.SENT, sent_at=at, attempts=message.attempts + 1)


def mark_retry(message: Message, at: datetime, *, code: int | None = None) -> bool:
    """It was refused for now: try again after 1, 2, 4 … minutes, at most 30; the twelfth attempt was the last."""
    attempts = message.attempts + 1
    if attempts >= MAX_ATTEMPTS:
        return mark_failed(message, at, code=code)
    pause = min(timedelta(minutes=2 ** (attempts - 1)), LONGEST_PAUSE)
    return _mark(message, attempts=attempts, next_try_at=at + pause, error=code)


def mark_failed(message: Message, at: datetime, *, code: int | None = None) -> bool:
    """It will not arrive; whoever reads `Message.objects.failed()` tells somebody else."""
    return _mark(message, state=Message.State.FAILED, failed_at=at, attempts=message.attempts + 1, error=code)


def withdraw(message: Message, at: datetime) -> bool:
    """It is no longer wanted, and is never sent."""
    return _mark(message, state=Message.State.WITHDRAWN, withdrawn_at=at)


def put_off(message: Message, at: datetime) -> bool:
    """Leave it for a later run, without counting an attempt."""
    return _mark(message, next_try_at=at + PUT_OFF)


def give_back(messages: Collection[Message], at: datetime) -> int:
    """Let others have what was claimed and not tried; returns how many were still ours."""
    if not messages:
        return 0
    ids = [message.id for message in messages]
    leases = {message.lease for message in messages}
    return (
        Message.objects.waiting()
        .filter(id__in=ids, lease__in=leases)
        .update(lease=None, leased_until=None, next_try_at=at)
    )


def _mark(message: Message, **values: Any) -> bool:
    """Write the values (our columns) and end the lease, while it is this sender's. SQL: this runs for each mail."""
    columns = "".join(f", {column} = %({column})s" for column in values)
    statement = (
        f"UPDATE delivery_message SET lease = NULL, leased_until = NULL{columns}"  # noqa: S608
        " WHERE id = %(_id)s AND lease = %(_lease)s AND state = 'waiting'"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, "_id": message.id, "_lease": message.lease})
        marked = bool(cursor.rowcount == 1)
    if not marked:
        logger.warning("A message was no longer this sender's to mark.")
    return marked
