"""PostgreSQL's clock, for what is not behind `csec.routes.route`, which reads it for everybody else."""

from datetime import datetime

from django.db import connection


def database_time() -> datetime:
    """Aware. Read once a request, at its edge."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        at: datetime = cursor.fetchone()[0]
    return at
