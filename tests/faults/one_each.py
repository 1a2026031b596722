"""What the rate of the sender is held against: one Celery task for each reminder, in the same worker."""

from typing import Any
from uuid import UUID

from celery import shared_task

NAME = "tests.faults.one_each.remind"


@shared_task(name=NAME)
def remind(message_id: str) -> None:
    """Read one message, send it on a connection of its own, and mark it durably."""
    from django.core.mail import get_connection
    from django.db import connection

    from csec.accounts.models import User
    from csec.delivery.kinds import KINDS
    from csec.delivery.mail import Words, compose
    from csec.delivery.models import Message
    from csec.delivery.ticks import database_now

    message: Any = Message.objects.get(pk=UUID(message_id))
    kind, at = KINDS[message.kind], database_now()
    if message.id not in kind.still_wanted([message], at):
        return
    address = User.objects.get(pk=message.recipient_id).email
    get_connection().send_messages([compose(message, Words(kind), address)])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delivery_message SET state = 'sent', sent_at = %s WHERE id = %s", [at, message.id]
        )
