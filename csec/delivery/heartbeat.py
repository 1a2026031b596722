"""Signs of life: written by each part of the chain, read by whoever asks whether it lives."""

from datetime import datetime

from django.db import connection

#: The clock rings, the worker answers, the sweep writes what is due into the outbox, the sender empties it.
PARTS = ("clock", "worker", "sweep", "sender")


def beat(part: str, at: datetime | None = None) -> None:
    """
    Write that `part` is alive, by PostgreSQL's clock, in one statement that any number may run at once.

    With `at` it is what was done by that time: a mark of a run's own, and no sign of life.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO delivery_heartbeat (part, at) VALUES (%s, coalesce(%s, clock_timestamp()))"
            " ON CONFLICT (part) DO UPDATE SET at = EXCLUDED.at",
            [part, at],
        )
