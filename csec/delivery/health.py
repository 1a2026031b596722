"""
Whether reminders go out: each part of the chain has to be heard of, and nothing may wait untried.

And whether what is done is logged: the log has to take events, and to be sealed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from csec.delivery.heartbeat import CONTRADICTED, PARTS, UNHEARD

SILENCE_SECONDS = 300
SILENCE = timedelta(seconds=SILENCE_SECONDS)
#: So long nobody to tell is an alarm: the sweep looks for it each quarter of an hour.
UNHEARD_FOR = timedelta(minutes=20)

_STATE = """
SELECT array(SELECT part::text FROM delivery_heartbeat WHERE at > %s),
    EXISTS (SELECT FROM delivery_clockalarm WHERE closed_at IS NULL),
    backlog.failed, backlog.oldest,
    log_unsealed_since(make_interval(secs => %s)),
    EXISTS (SELECT FROM delivery_heartbeat WHERE part = 'log_refused' AND at > %s)
        OR NOT (has_any_column_privilege('csec_app', 'audit_event', 'INSERT')
            AND has_any_column_privilege('csec_worker', 'audit_event', 'INSERT')),
    EXISTS (SELECT FROM delivery_heartbeat WHERE part = %s AND at > %s),
    EXISTS (SELECT FROM delivery_heartbeat WHERE part = %s AND at > %s)
FROM delivery_backlog(%s, make_interval(secs => %s)) AS backlog
"""


@dataclass(frozen=True)
class Health:
    """
    How it stands. `failed` counts one day; `oldest_due_unsent` is set when a message is late, and `unsealed_since` when
    the log has waited too long for its seal. `nobody_to_tell`: something waits, and nobody could be told of it.
    """

    silent_parts: tuple[str, ...]
    failed: int
    clock_alarm: bool
    oldest_due_unsent: datetime | None
    unsealed_since: datetime | None = None
    log_refuses: bool = False
    log_contradicted: bool = False
    nobody_to_tell: bool = False

    @property
    def ok(self) -> bool:
        """Nothing is silent, and nothing that was due five minutes ago is still untried."""
        return not self.silent_parts and self.oldest_due_unsent is None

    @property
    def logged(self) -> bool:
        """
        The log took every event of the last minutes, none of an earlier time is without its seal, and its chain is the
        one that was anchored.
        """
        return self.unsealed_since is None and not self.log_refuses and not self.log_contradicted


def state(at: datetime) -> Health:
    """The state at a time by PostgreSQL's clock, in one statement that the application and the worker may run."""
    with connection.cursor() as cursor:
        since = at - SILENCE
        marks: list[Any] = [CONTRADICTED, since, UNHEARD, at - UNHEARD_FOR]
        cursor.execute(_STATE, [since, SILENCE_SECONDS, since, *marks, at, SILENCE_SECONDS])
        heard, alarm, failed, oldest, unsealed, refuses, contradicted, nobody = cursor.fetchone()
    silent = tuple(part for part in PARTS if part not in heard)
    return Health(silent, failed, alarm, oldest, unsealed, refuses, contradicted, nobody)
