"""The mail that carries a message: that a task needs the reader and where to sign in, and nothing else."""

import contextlib
import hashlib
import smtplib
from datetime import UTC
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string

from csec import languages
from csec.delivery.kinds import Kind
from csec.delivery.models import Message


class Refused(Exception):
    """The mail server did not take this message: for now, or for good (`final`)."""

    def __init__(self, code: int | None, *, final: bool) -> None:
        super().__init__(code)
        self.code = code
        self.final = final


class Interrupted(Exception):
    """The connection was lost in the middle: nobody knows whether the message was taken."""


class Away(Exception):
    """The mail server cannot be reached, or takes nothing from us at all."""

    def __init__(self, code: int | None = None) -> None:
        super().__init__(code)
        self.code = code


def message_id(message: Message) -> str:
    """The same in every attempt, so that a mail server or a mailbox can tell a repetition."""
    due = message.due.astimezone(UTC).isoformat()
    key = f"{message.subject}|{message.kind}|{due}|{message.recipient_id}|{message.level}"
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    # Half of the digest: the whole would not fit on one line of a mail, and some servers rewrite what is folded.
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


class Words:
    """What a kind of message says in a language, rendered once; "" is that of somebody who has chosen none."""

    def __init__(self, kind: Kind, language: str = "") -> None:
        with languages.written_to(language):
            context = {"text": str(kind.text), "url": settings.PUBLIC_URL}
            self.subject = " ".join(render_to_string("delivery/subject.txt", context).split())
            self.text = render_to_string("delivery/task.txt", context)
            self.html = render_to_string("delivery/task.html", context)


def compose(message: Message, words: Words, address: str) -> EmailMultiAlternatives:
    """The mail to one person."""
    headers = {"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"}
    mail = EmailMultiAlternatives(words.subject, words.text, to=[address], headers=headers)
    mail.attach_alternative(words.html, "text/html")
    return mail


class Post:
    """One connection to the mail server, opened when it is first needed and used for every message of a run."""

    def __init__(self) -> None:
        self._server: Any = get_connection()
        self._open = False

    def deliver(self, mail: EmailMultiAlternatives) -> None:
        """Hand over one mail. Raises `Refused`, `Interrupted` or `Away`; returns when the server has taken it."""
        self._connect()
        try:
            self._server.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as refusal:
            self._refused(next(iter(refusal.recipients.values()))[0])
        except smtplib.SMTPDataError as refusal:
            self._refused(refusal.smtp_code)
        except smtplib.SMTPNotSupportedError:
            raise Refused(None, final=True) from None
        except smtplib.SMTPResponseException as refusal:
            # Not about this recipient: the sender's address, the greeting, the sign-in.
            self._hang_up()
            raise Away(refusal.smtp_code) from None
        except OSError:
            self._hang_up()
            raise Interrupted from None
        except ValueError:
            # The address cannot be written into a mail.
            raise Refused(None, final=True) from None

    def close(self) -> None:
        """Take leave of the server, if a connection is open."""
        if self._open:
            with contextlib.suppress(OSError):
                self._server.close()
        self._open = False

    def _hang_up(self) -> None:
        """Let go of a connection that is of no more use, without a word to a server that may not answer."""
        for name in ("connection", "_partial_connection"):
            if broken := getattr(self._server, name, None):
                broken.close()
        self._server = get_connection()
        self._open = False

    def _connect(self) -> None:
        if self._open:
            return
        try:
            self._server.open()
        except smtplib.SMTPResponseException as refusal:
            self._hang_up()
            raise Away(refusal.smtp_code) from None
        except OSError:
            self._hang_up()
            raise Away from None
        self._open = True

    def _refused(self, code: int) -> None:
        """421 is the server's goodbye to everybody (RFC 5321, 3.8); other codes are about this message."""
        if code == 421:
            self._hang_up()
            raise Away(code) from None
        known = 200 <= code <= 599
        raise Refused(code if known else None, final=known and code >= 500) from None
