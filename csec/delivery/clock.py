"""The clock (Celery beat): a fixed schedule, and a sign of life of its own."""

import logging
import time
from datetime import UTC, datetime

from celery.beat import Scheduler
from django.db import DatabaseError, InterfaceError, connection

from csec.delivery.heartbeat import beat

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_SIGNS = 10
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Clock(Scheduler):  # type: ignore[misc]
    """Celery's in-memory scheduler. Its entries are intervals from the settings, so it has nothing to store."""

    _last_sign = float("-inf")

    def setup_schedule(self) -> None:
        """Everything is due when the clock starts, so that what an outage left is caught up with at once."""
        super().setup_schedule()
        for entry in self.data.values():
            entry.last_run_at = LONG_AGO

    def tick(self, *args: object, **kwargs: object) -> float:
        """Ring what is due; returns the seconds until the next look."""
        if time.monotonic() - self._last_sign >= SECONDS_BETWEEN_SIGNS:
            self._last_sign = time.monotonic()
            try:
                beat("clock")
            except (DatabaseError, InterfaceError):
                logger.warning("The clock cannot reach the database.")
                connection.close()
        wait: float = super().tick(*args, **kwargs)
        return min(wait, SECONDS_BETWEEN_SIGNS)
