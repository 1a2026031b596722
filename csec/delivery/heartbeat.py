"""Signs of life: written by each part of the chain, read by whoever asks whether it lives."""

from datetime import datetime

from django.db import connection

#: The clock rings, the worker answers, the sweep writes what is due into the outbox, the sender empties it.
PARTS = ("clock", "worker", "sweep", "sender")
#: A mark, and no sign of life: something waits, and there is nobody to whom it could be said.
UNHEARD = "nobody_to_tell"
#: Another: the chain of the log is not the one that was anchored. PostgreSQL writes it, for the login that seals.
CONTRADICTED = "log_contradicted"


def beat(part: str, at: datetime | None = None) -> None:
    """
    Write that `part` is alive, by PostgreSQL's clock, in one statement that any number may run at once.

    With `at` it is what was done by that time: a mark of a run's own, and no sign of life. The disk is not waited
    for: what a power cut takes of it comes anew with the next run.
    """
    # A setting of the transaction, which is this statement alone.
    at_once = "off" if connection.get_autocommit() else None
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH commit AS (SELECT set_config('synchronous_commit',"
            " coalesce(%s, current_setting('synchronous_commit')), true))"
            " INSERT INTO delivery_heartbeat (part, at) SELECT %s, coalesce(%s, clock_timestamp()) FROM commit"
            " ON CONFLICT (part) DO UPDATE SET at = EXCLUDED.at",
            [at_once, part, at],
        )


def log_refused() -> None:
    """Note that just now an event could not be written into the log; whoever asks for the health reads it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT note_log_refused()")
