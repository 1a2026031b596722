"""What the worker does for the log when the clock rings."""

from celery import shared_task

from csec.audit import sealing


@shared_task
def seal_audit() -> None:
    """Seal what was written since the last minute, as `python3 manage.py seal_audit` does."""
    sealing.run(sealing.clock())
