"""What the worker does for cases when the clock rings."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from cases.reminders.sweep import sweep as write_reminders
from csec.delivery import tasks, ticks
from csec.delivery.heartbeat import beat

logger = logging.getLogger(__name__)


@shared_task
def sweep() -> None:
    """
    Write the reminders that are due by the trusted time, and show that it was done.

    What was written is sent at once and not a minute later, where the broker can be reached; else at the next ring.
    """
    written = write_reminders(ticks.trusted_now().at)
    beat("sweep")
    if written:
        try:
            tasks.send_outbox.apply_async(expires=55)
        except OperationalError:
            logger.warning("The broker cannot be reached; what was written is sent at the next ring.")
