"""What the worker does for those who sign in."""

from celery import shared_task

from csec.accounts import resets, sessions, tries
from csec.accounts.clock import database_time


@shared_task
def send_password_resets() -> None:
    """Send the links that were asked for."""
    resets.send(at=database_time())


@shared_task
def forget_what_is_over() -> None:
    """Delete sessions that have ended, and tries that no longer count."""
    sessions.SessionStore.clear_expired()
    tries.forget(at=database_time())
