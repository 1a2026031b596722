"""
Letters about how somebody signs in: a link to choose a password, or that their address is another one now.

They are asked for in a request and sent by the worker. So a request takes as long, asks as much and answers the same
whether there is such an account or not, and with the mail server away: what was asked for is sent when it is back,
for as long as it makes sense.
"""

import logging
import smtplib
from datetime import datetime, timedelta

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from csec import languages
from csec.accounts.links import Links
from csec.accounts.models import PasswordReset, User
from csec.audit.log import record

logger = logging.getLogger(__name__)

Kind = PasswordReset.Kind

#: After this long nobody waits for the mail any more; it is not sent.
TOO_LATE = {Kind.ASKED: timedelta(hours=2), Kind.INVITED: timedelta(days=7), Kind.MOVED: timedelta(days=7)}
#: So often, at the most, one person is sent a link.
PAUSE = timedelta(minutes=5)
#: The subject and the words of each kind, in templates/account/email.
_TEMPLATES = {Kind.ASKED: "password_reset_key", Kind.INVITED: "invitation", Kind.MOVED: "moved"}

_ASK = """
INSERT INTO accounts_passwordreset (id, person_id, kind, address, asked_at)
SELECT gen_random_uuid(), u.id, 'asked', '', %(at)s FROM accounts_user u
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


def invite(person: User, *, at: datetime) -> None:
    """Note that somebody who was let in is to be sent a link. Part of the verb that lets them in, and logged by it."""
    _note(person, Kind.INVITED, at=at)


def invited_lately(person: User, *, at: datetime) -> bool:
    """Whether a link for somebody new waits, or was asked for a moment ago."""
    rows = PasswordReset.objects.filter(person=person, kind=Kind.INVITED)
    return rows.filter(sent_at__isnull=True).exists() or rows.filter(asked_at__gt=at - PAUSE).exists()


def tell_before(person: User, address: str, *, at: datetime) -> None:
    """Note that the address that somebody had before is to be told that it no longer signs in."""
    _note(person, Kind.MOVED, at=at, address=address)


def forget(person: User) -> None:
    """The account is closed: a link that waits is not sent."""
    links = PasswordReset.objects.filter(person=person, kind__in=[Kind.ASKED, Kind.INVITED])
    links.filter(sent_at__isnull=True).delete()


def link(person: User) -> str:
    """An address at which this person chooses a password, once (see `Links`)."""
    path = reverse(
        "account_reset_password_from_key", args=[user_pk_to_url_str(person), Links().make_token(person)]
    )
    return str(settings.PUBLIC_URL).rstrip("/") + path


def send(*, at: datetime) -> int:
    """Send what waits, and return how many are dealt with. Any number may run at once; a failure is tried again."""
    for kind, patience in TOO_LATE.items():
        PasswordReset.objects.filter(kind=kind, asked_at__lte=at - patience).delete()
    count = 0
    for waiting in PasswordReset.objects.filter(sent_at__isnull=True).values_list("pk", flat=True):
        with transaction.atomic():
            mine = PasswordReset.objects.select_for_update(skip_locked=True, of=("self",))
            row = mine.select_related("person").filter(pk=waiting, sent_at__isnull=True).first()
            if row is None:
                continue
            try:
                if _is_wanted(row) and not _deliver(row):
                    continue
            except (smtplib.SMTPException, OSError) as failure:
                logger.error("A letter about a sign-in waits: %s.", type(failure).__name__)
                break
            row.sent_at, row.address = at, ""
            row.save(update_fields=["sent_at", "address"])
            count += 1
    return count


def _note(person: User, kind: str, *, at: datetime, address: str = "") -> None:
    row = PasswordReset(person=person, kind=kind, address=address, asked_at=at)
    PasswordReset.objects.bulk_create([row], ignore_conflicts=True)


def _is_wanted(row: PasswordReset) -> bool:
    """Nobody who has left is sent a link; somebody new may have a role only from a later day on."""
    if row.kind == Kind.MOVED:
        return True
    return row.person.is_active if row.kind == Kind.INVITED else row.person.may_sign_in


def _deliver(row: PasswordReset) -> bool:
    """
    Whether it is over: the mail server took it, or will never take anything for this address.

    Refused for now, it waits while the others go out. Raises what smtplib does when the server takes nothing at all.
    """
    name = _TEMPLATES[Kind(row.kind)]
    with languages.written_to(row.person.language):
        context = {} if row.kind == Kind.MOVED else {"password_reset_url": link(row.person)}
        subject = " ".join(render_to_string(f"account/email/{name}_subject.txt", context).split())
        text = render_to_string(f"account/email/{name}_message.txt", context)
    to = row.address or row.person.email
    try:
        EmailMessage(subject, text, to=[to], headers={"Auto-Submitted": "auto-generated"}).send()
    except smtplib.SMTPRecipientsRefused as refusal:
        code = next(iter(refusal.recipients.values()))[0]
        logger.error("A letter about a sign-in was refused: %d.", code)
        return code >= 500
    return True
