"""Signs of life: written by the clock and by the worker, read by whoever asks whether they live."""

from django.db import connection


def beat(part: str) -> None:
    """Write that `part` is alive, by PostgreSQL's clock, in one statement that any number may run at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO delivery_heartbeat (part, at) VALUES (%s, clock_timestamp())"
            " ON CONFLICT (part) DO UPDATE SET at = EXCLUDED.at",
            [part],
        )
