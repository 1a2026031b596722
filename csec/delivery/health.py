"""Whether reminders go out: each part of the chain has to be heard of, and nothing may wait untried."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from csec.delivery.heartbeat import PARTS

SILENCE_SECONDS = 300
SILENCE = timedelta(seconds=SILENCE_SECONDS)

_STATE = """
SELECT array(SELECT part::text FROM delivery_heartbeat WHERE at > %s),
    EXISTS (SELECT FROM delivery_clockalarm WHERE closed_at IS NULL),
    backlog.failed, backlog.oldest
FROM delivery_backlog(%s, make_interval(secs => %s)) AS backlog
"""


@dataclass(frozen=True)
class Health:
    """How the chain stands. `failed` counts one day; `oldest_due_unsent` is set when a message is late."""

    silent_parts: tuple[str, ...]
    failed: int
    clock_alarm: bool
    oldest_due_unsent: datetime | None

    @property
    def ok(self) -> bool:
        """Nothing is silent, and nothing that was due five minutes ago is still untried."""
        return not self.silent_parts and self.oldest_due_unsent is None


def state(at: datetime) -> Health:
    """The state at a time by PostgreSQL's clock, in one statement that the application and the worker may run."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [at - SILENCE, at, SILENCE_SECONDS])
        heard, alarm, failed, oldest = cursor.fetchone()
    return Health(tuple(part for part in PARTS if part not in heard), failed, alarm, oldest)
