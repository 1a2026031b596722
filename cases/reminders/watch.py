"""
What is watched for in the log, and told to the liaison: somebody who opens very many cases, a log without a seal, one
that is not the log that was anchored, and somebody who was given a role that answers for cases.

Where the liaison is the only one and is it themselves, those who answer for the schools are told.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from cases.schedule import TO_COVER
from csec.delivery import outbox
from csec.delivery.heartbeat import CONTRADICTED, beat
from csec.delivery.kinds import Kind, register
from csec.delivery.models import Message

#: So many different cases in so short a time are no day's work.
MANY = 30
WITHIN = timedelta(minutes=10)
#: How long the log may be without a seal; `seal_audit` runs each minute.
UNSEALED = timedelta(minutes=5)

#: The mark of what was looked through, and how far back a first look goes. A page that was slow is logged late.
_MARK = "readings"
_FIRST_LOOK, _LONGEST_LOOK, _LATE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)

_ANSWERS = """
    answers AS (
        SELECT DISTINCT m.person_id, m.role
        FROM accounts_membership m JOIN accounts_user u ON u.id = m.person_id AND u.is_active
        WHERE m.role IN ('liaison', 'administrator', 'counsel') AND m.since <= %(at)s::date
            AND (m.until IS NULL OR m.until > %(at)s::date)
    )
"""
_TO_WHOM = """
    SELECT DISTINCT f.subject, NULL::uuid AS case_id, '{kind}' AS kind, f.due, a.person_id AS recipient, 0 AS level,
        %(at)s AS send_after
    FROM found f JOIN answers a ON a.person_id <> f.subject
    WHERE a.role = 'liaison' OR a.role = 'administrator' AND NOT EXISTS (
        SELECT FROM answers l WHERE l.role = 'liaison' AND l.person_id <> f.subject)
"""
_MANY_OPENED = f"""
    WITH found AS (
        SELECT person AS subject, date_trunc('hour', opened_at) AS due
        FROM many_opened(%(since)s, %(at)s, %(many)s, %(within)s)
    ), {_ANSWERS} {_TO_WHOM.format(kind="many_opened")}
"""
_LOG_UNSEALED = f"""
    WITH found AS (
        SELECT event AS subject, date_trunc('hour', clock_timestamp()) AS due FROM log_unsealed(%(unsealed)s)
    ), {_ANSWERS} {_TO_WHOM.format(kind="log_unsealed")}
"""
_IS_CONTRADICTED = f"""
    EXISTS (
        SELECT FROM delivery_heartbeat
        WHERE part = '{CONTRADICTED}' AND at > clock_timestamp() - %(unsealed)s)
"""
#: Of the log as a whole: by no id.
_LOG_CONTRADICTED = f"""
    WITH found AS (
        SELECT '{UUID(int=0)}'::uuid AS subject, date_trunc('hour', clock_timestamp()) AS due WHERE {_IS_CONTRADICTED}
    ), {_ANSWERS} {_TO_WHOM.format(kind="log_contradicted")}
"""
#: Every other liaison; where there is none, or a message reaches none of them, legal counsel and those who answer for
#: the schools. Neither whoever gave
#: it, nor whoever got it: that one liaison makes another is no secret of theirs.
_ROLE_GIVEN = f"""
    WITH unreached AS MATERIALIZED (
        SELECT subject, due, recipient_id FROM delivery_message
        WHERE kind = 'role_given' AND (
            state = 'failed' AND failed_at > %(at)s - interval '7 days'
            OR state = 'waiting' AND attempts > 0 AND send_after <= %(at)s - %(to_cover)s)
    ), found AS (
        SELECT * FROM overseers_made(%(since)s, %(at)s)
        UNION SELECT g.* FROM (SELECT DISTINCT subject, due FROM unreached) u
        CROSS JOIN LATERAL overseers_made(u.due - interval '1 microsecond', u.due) g WHERE g.subject = u.subject
    ), {_ANSWERS}, others AS (
        SELECT f.subject, f.given_at, a.person_id, a.role
        FROM found f JOIN answers a ON a.person_id <> f.person AND a.person_id IS DISTINCT FROM f.given_by
    )
    SELECT DISTINCT o.subject, NULL::uuid AS case_id, 'role_given' AS kind, o.given_at AS due,
        o.person_id AS recipient, 0 AS level, %(at)s AS send_after
    FROM others o
    WHERE o.role = 'liaison' OR NOT EXISTS (
        SELECT FROM others l
        WHERE l.subject = o.subject AND l.role = 'liaison' AND NOT EXISTS (
            SELECT FROM unreached u WHERE u.subject = l.subject AND u.recipient_id = l.person_id))
"""
_STILL_THERE = {
    "many_opened": "true",
    "log_unsealed": "EXISTS (SELECT FROM log_unsealed(%(unsealed)s))",
    "log_contradicted": _IS_CONTRADICTED,
    "role_given": "true",
}


def watch(at: datetime) -> int:
    """Write what was found since the last look, each once a person and hour; returns how many messages that were."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT at FROM delivery_heartbeat WHERE part = %s", [_MARK])
        row = cursor.fetchone()
    looked = min(row[0], at) - _LATE if row else at - _FIRST_LOOK
    since = max(looked, at - _LONGEST_LOOK)
    parameters: dict[str, Any] = {"at": at, "since": since, "to_cover": TO_COVER}
    parameters |= {"many": MANY, "within": WITHIN, "unsealed": UNSEALED}
    written = outbox.enqueue(_MANY_OPENED, parameters, at=at)
    written += outbox.enqueue(_LOG_UNSEALED, parameters, at=at)
    written += outbox.enqueue(_LOG_CONTRADICTED, parameters, at=at)
    written += outbox.enqueue(_ROLE_GIVEN, parameters, at=at)
    beat(_MARK, at)
    return written


def register_watch() -> None:
    """Make the kinds known to the senders; called once, when the application starts."""
    text = _("A task needs you now.")
    for name in _STILL_THERE:
        register(Kind(name, text, True, _still_wanted(name)))


def _still_wanted(kind: str) -> Callable[[Sequence[Message], datetime], set[UUID]]:
    sql = f"""
        WITH {_ANSWERS}
        SELECT m.id FROM delivery_message m
        WHERE m.id = ANY (%(ids)s) AND {_STILL_THERE[kind]}
            AND m.recipient_id IN (SELECT person_id FROM answers)
    """

    def still_wanted(messages: Sequence[Message], at: datetime) -> set[UUID]:
        values: dict[str, Any] = {"at": at, "unsealed": UNSEALED, "ids": [message.id for message in messages]}
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return {row[0] for row in cursor.fetchall()}

    return still_wanted
