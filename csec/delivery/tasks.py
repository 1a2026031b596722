"""What the worker does when the clock rings."""

from celery import shared_task

from csec.delivery import sending
from csec.delivery.heartbeat import beat


@shared_task
def record_heartbeat() -> None:
    """Show that a message went from the clock through the broker to a worker that reaches the database."""
    beat("worker")


@shared_task
def send_outbox() -> None:
    """Send what is due, as `python3 manage.py send_outbox` does."""
    sending.run()
