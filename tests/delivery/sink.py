"""A real SMTP server that keeps what it takes and misbehaves on demand, and what the tests of delivery make."""

import asyncio
import email
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from email.message import Message as Mail
from typing import Any
from uuid import UUID, uuid4

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from csec.accounts.models import User
from csec.delivery import outbox
from csec.delivery.models import Message
from csec.launcher.postgres import free_port
from tests.make import AT

logging.getLogger("mail.log").setLevel(logging.ERROR)


class Sink:
    """
    What the mail server does, and what it got.

    `recipients`: the answers to single addresses (by the part before the @). `sender`: the answer to every sender's
    address. `slow`: seconds before it says that it has a message. `hang_up`: connections it cuts in the middle of a
    message. `before_answer` and `after_answer` are called with the port of the sender.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.taken: list[tuple[str, str]] = []
        self.mails: list[Mail] = []
        self.keep_mails = True
        self.recipients: dict[str, str] = {}
        self.every_recipient = ""
        self.sender = ""
        self.data = ""
        self.slow = 0.0
        self.hang_up = 0
        self.connections = 0
        self.before_answer: Callable[[int], None] | None = None
        self.after_answer: Callable[[int], None] | None = None

    @property
    def copies(self) -> Counter[str]:
        """How often each recipient got something."""
        return Counter(to for to, _id in self.taken)

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: Any
    ) -> Any:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.sender:
            return self.sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = self.recipients.get(address.partition("@")[0], self.every_recipient)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.data:
            return self.data
        if self.slow:
            await asyncio.sleep(self.slow)
        if self.hang_up:
            self.hang_up -= 1
            server.transport.abort()
            return "451 Never heard"
        mail = email.message_from_bytes(envelope.content)
        self.taken.append((envelope.rcpt_tos[0], str(mail["Message-ID"])))
        if self.keep_mails:
            self.mails.append(mail)
        port = session.peer[1]
        if self.before_answer:
            self.before_answer(port)
        if self.after_answer:
            asyncio.get_running_loop().call_soon(self.after_answer, port)
        return "250 Taken"


class _Controller(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="sink", enable_SMTPUTF8=False)


@contextmanager
def open_sink(sink: Sink | None = None) -> Iterator[Sink]:
    """Serve a sink on its port until the end of the block."""
    sink = sink or Sink()
    controller = _Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


class TestKind:
    """A kind of message of the tests: `unwanted` are the subjects that are over."""

    __test__ = False

    def __init__(self, name: str = "test") -> None:
        self.name = name
        self.unwanted: set[UUID] = set()
        self.asked = 0

    def still_wanted(self, messages: Sequence[Message], at: datetime) -> set[UUID]:
        self.asked += 1
        return {message.id for message in messages if message.subject not in self.unwanted}


def person(name: str) -> User:
    """Somebody with an address, who plays no part otherwise."""
    return User.objects.create_user(email=f"{name}@example.org", name=name.title())


def message(to: User, *, at: datetime = AT, kind: str = "test", **given: Any) -> Message:
    """One message that is due at a time, as the sweep writes it."""
    subject = given.pop("subject", None) or uuid4()
    values = {"subject": subject, "kind": kind, "due": at, "recipient": to.pk, "level": 0} | given
    outbox.enqueue(
        "SELECT %(subject)s::uuid AS subject, NULL::uuid AS case_id, %(kind)s AS kind, %(due)s::timestamptz AS due,"
        " %(recipient)s::uuid AS recipient, %(level)s::int AS level, %(due)s::timestamptz AS send_after",
        values,
        at=at,
    )
    return Message.objects.get(subject=subject, kind=kind, due=values["due"], level=values["level"])
