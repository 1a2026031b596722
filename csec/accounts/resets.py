"""
Links to choose a new password. They are asked for in a request and sent by the worker.

So a request takes as long, asks as much and answers the same whether there is such an account or not, and with
the mail server away: what was asked for is sent when it is back, for as long as it makes sense.
"""

import logging
import smtplib
from datetime import datetime, timedelta

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from csec.accounts.models import PasswordReset, User
from csec.audit.log import record

logger = logging.getLogger(__name__)

#: After this long nobody waits for the mail any more; it is not sent.
TOO_LATE = timedelta(hours=2)
#: So often, at the most, one person is sent a link.
PAUSE = timedelta(minutes=5)

_ASK = """
INSERT INTO accounts_passwordreset (id, person_id, asked_at)
SELECT gen_random_uuid(), u.id, %(at)s FROM accounts_user u
WHERE lower(u.email) = lower(%(address)s) AND u.is_active
    AND NOT EXISTS (SELECT FROM accounts_passwordreset r WHERE r.person_id = u.id AND r.asked_at > %(pause)s)
ON CONFLICT DO NOTHING
"""


def ask(address: str, *, at: datetime) -> None:
    """Note that whoever has this address, if anybody has, is to be sent a link. The log does not say who."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_ASK, {"address": address, "at": at, "pause": at - PAUSE})
        record("password_reset_asked", actor=None)


def send(*, at: datetime) -> int:
    """Send what waits, and return how many went out. Any number may run at once; a failure is tried again."""
    PasswordReset.objects.filter(asked_at__lte=at - TOO_LATE).delete()
    sent = 0
    for waiting in PasswordReset.objects.filter(sent_at__isnull=True).values_list("pk", flat=True):
        with transaction.atomic():
            mine = PasswordReset.objects.select_for_update(skip_locked=True, of=("self",))
            row = mine.select_related("person").filter(pk=waiting, sent_at__isnull=True).first()
            if row is None:
                continue
            if row.person.may_sign_in and not _deliver(row.person):
                break
            row.sent_at = at
            row.save(update_fields=["sent_at"])
            sent += 1
    return sent


def _deliver(person: User) -> bool:
    """Whether the mail server took it."""
    with translation.override(settings.LANGUAGE_CODE):
        key = default_token_generator.make_token(person)
        path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(person), key])
        context = {"password_reset_url": settings.PUBLIC_URL.rstrip("/") + path}
        subject = " ".join(render_to_string("account/email/password_reset_key_subject.txt", context).split())
        text = render_to_string("account/email/password_reset_key_message.txt", context)
    try:
        EmailMessage(subject, text, to=[person.email], headers={"Auto-Submitted": "auto-generated"}).send()
    except (smtplib.SMTPException, OSError) as failure:
        logger.error("A link for a new password waits: %s.", type(failure).__name__)
        return False
    return True
