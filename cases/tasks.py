"""What the worker does for cases when the clock rings."""

from celery import shared_task

from cases.reminders.sweep import sweep as write_reminders
from csec.delivery import ticks
from csec.delivery.heartbeat import beat


@shared_task
def sweep() -> None:
    """Write the reminders that are due by the trusted time, and show that it was done."""
    write_reminders(ticks.trusted_now().at)
    beat("sweep")
