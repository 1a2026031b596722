"""The sender: takes what is due from the outbox, asks again whether it is wanted, hands it over, marks it."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection

from csec.accounts.models import User
from csec.delivery import outbox
from csec.delivery.heartbeat import beat
from csec.delivery.kinds import KINDS
from csec.delivery.mail import Away, Interrupted, Post, Refused, Words, compose
from csec.delivery.models import Message
from csec.delivery.ticks import trusted_now

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
T = TypeVar("T")

BATCH = 50
#: A run ends in time for the next ring of the clock. One alone goes on while anything is due, so that what an outage
#: left is caught up with; the others leave the worker to whatever else rings.
LONGEST_RUN = timedelta(seconds=50)
LONGEST_CATCHING_UP = timedelta(minutes=10)
_CATCHING_UP = 6_073_415_203  # an arbitrary number of ours
#: For so long what was read of a batch is taken for the present.
FRESH = timedelta(seconds=1)
#: So many connections lost one after the other are no accident.
INTERRUPTIONS = 2


@dataclass
class Outcome:
    """What a run did. `server_away`: the mail server took nothing, and what was left over waits for the next run."""

    sent: int = 0
    failed: int = 0
    retried: int = 0
    withdrawn: int = 0
    put_off: int = 0
    server_away: bool = False


def run() -> Outcome:
    """One run of a sender, as the task and the command do it; any number may run at once."""
    return send_due(durably(trusted_now).running())


def send_due(at_clock: Clock) -> Outcome:
    """
    Send what is due by `at_clock`, until there is nothing more or the run has lasted long enough.

    Batch by batch, so that a long run needs no more memory than a short one.
    A message that is refused stops no other one. A server that is away ends the run; the rest stays due.
    Raises `OperationalError` or `InterfaceError` when PostgreSQL is away for longer than a moment.
    """
    run = _Run(at_clock)
    began = at_clock()
    try:
        while (passed := at_clock() - began) < LONGEST_CATCHING_UP:
            if passed >= LONGEST_RUN and not run.goes_on():
                break
            batch = durably(lambda: outbox.claim(BATCH, at_clock()))
            if not batch:
                break
            run.send(batch)
            if run.outcome.sent:
                durably(lambda: beat("sender"))
        durably(lambda: beat("sender"))
    except Away as away:
        run.outcome.server_away = True
        logger.error("The mail server is away (code %s); what is due stays due.", away.code)
    finally:
        run.post.close()
        run.ends()
    return run.outcome


def durably(statement: Callable[[], T]) -> T:
    """
    Run one statement, again on a new connection when PostgreSQL cut the old one.

    After a cut nobody knows whether it was committed: every statement here may be run twice.
    """
    for pause in (0.1, 0.5, 2.0):
        try:
            return statement()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(pause)
    return statement()


def _ask(sql: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, [_CATCHING_UP])
        return bool(cursor.fetchone()[0])


class Reader(NamedTuple):
    """Where somebody is written to, and in which language."""

    address: str
    language: str


@dataclass
class _Run:
    at_clock: Clock
    post: Post = field(default_factory=Post)
    outcome: Outcome = field(default_factory=Outcome)
    words: dict[tuple[str, str], Words] = field(default_factory=dict)
    interruptions: int = 0
    catching_up: bool = False

    def goes_on(self) -> bool:
        """Whether this run is the one that catches up. When it dies PostgreSQL frees its place with the connection."""
        if not self.catching_up:
            self.catching_up = durably(lambda: _ask("SELECT pg_try_advisory_lock(%s)"))
        return self.catching_up

    def ends(self) -> None:
        """Leave the place to the next."""
        if self.catching_up:
            durably(lambda: _ask("SELECT pg_advisory_unlock(%s)"))

    def send(self, batch: Sequence[Message]) -> None:
        """Send a claimed batch in its order. Raises `Away` after giving back what was not tried."""
        waiting = list(batch)
        readers: dict[UUID, Reader] = {}
        looked_at: datetime | None = None
        try:
            while waiting:
                at = self.at_clock()
                if not self._ours(waiting[0], at):
                    return
                if looked_at is None or at - looked_at > FRESH:
                    waiting, readers = self._look_again(waiting, at)
                    looked_at = self.at_clock()
                    continue
                message = waiting[0]
                self._send_one(message, readers.get(message.recipient_id))
                waiting.pop(0)
                if message.attempts and any(other.subject == message.subject for other in waiting):
                    # What is to be said to somebody else because this did not arrive may be over now.
                    looked_at = None
        finally:
            durably(lambda: outbox.give_back(waiting, self.at_clock()))

    def _ours(self, message: Message, at: datetime) -> bool:
        """Whether the lease lasts for one more delivery: a sender that was frozen sends nothing that others have."""
        return message.leased_until is not None and at < message.leased_until - outbox.lease_length() / 4

    def _look_again(
        self, waiting: Sequence[Message], at: datetime
    ) -> tuple[list[Message], dict[UUID, Reader]]:
        """What of it is still to be sent, and where to: the state is read as late as can be."""
        kept: set[UUID] = set()
        for name in {message.kind for message in waiting}:
            kept |= self._still_wanted(name, [message for message in waiting if message.kind == name], at)
        remaining = [message for message in waiting if message.id in kept]
        people = User.objects.filter(id__in={message.recipient_id for message in remaining}, is_active=True)
        rows = durably(lambda: list(people.values_list("id", "email", "language")))
        return remaining, {pk: Reader(address, language) for pk, address, language in rows}

    def _still_wanted(self, name: str, messages: Sequence[Message], at: datetime) -> set[UUID]:
        """The ids to keep of one kind; the others are withdrawn, or put off when nobody can say."""
        kind = KINDS.get(name)
        try:
            if kind is None:
                raise LookupError(name)
            judge = kind.still_wanted
            wanted = durably(lambda: judge(messages, at))
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("Messages of the kind %s cannot be judged; they wait.", name)
            for message in messages:
                self.outcome.put_off += self._mark(outbox.put_off, message)
            return set()
        for message in messages:
            if message.id not in wanted:
                self.outcome.withdrawn += self._mark(outbox.withdraw, message)
        return wanted

    def _send_one(self, message: Message, reader: Reader | None) -> None:
        if reader is None or not reader.address:
            # Nobody is there any more to do it: somebody else has to be told.
            self.outcome.failed += self._mark(outbox.mark_failed, message)
            return
        try:
            said = message.kind, reader.language
            if said not in self.words:
                self.words[said] = Words(KINDS[message.kind], reader.language)
            self.post.deliver(compose(message, self.words[said], reader.address))
        except Refused as refusal:
            self._refused(message, refusal)
        except Interrupted:
            self.outcome.retried += self._mark(outbox.mark_retry, message)
            self.interruptions += 1
            if self.interruptions >= INTERRUPTIONS:
                raise Away from None
        except Away:
            raise
        except Exception:
            # A fault of ours that this message brings out: it costs an attempt, and stops no other.
            logger.exception("A message of the kind %s could not be made.", message.kind)
            self.outcome.retried += self._mark(outbox.mark_retry, message)
        else:
            self.interruptions = 0
            self.outcome.sent += self._mark(outbox.mark_sent, message)

    def _refused(self, message: Message, refusal: Refused) -> None:
        at, code = self.at_clock(), refusal.code
        self.interruptions = 0  # the server answers
        if refusal.final:
            self.outcome.failed += durably(lambda: outbox.mark_failed(message, at, code=code))
        else:
            self.outcome.retried += durably(lambda: outbox.mark_retry(message, at, code=code))

    def _mark(self, mark: Callable[[Message, datetime], bool], message: Message) -> bool:
        at = self.at_clock()
        return durably(lambda: mark(message, at))
