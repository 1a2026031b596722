"""What must be sent, the signs of life of the processes that send it, and the clock that they go by."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from csec.accounts.models import User


class Heartbeat(models.Model):
    """When a part of the chain (`heartbeat.PARTS`) was last seen alive, by PostgreSQL's clock."""

    part = models.CharField(primary_key=True, max_length=20)
    at = models.DateTimeField()


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self) -> "MessageQuerySet":
        """Those that are still to be sent."""
        return self.filter(state=Message.State.WAITING)

    def failed(self) -> "MessageQuerySet":
        """Those that will never arrive: what they were about has to be told to somebody else."""
        return self.filter(state=Message.State.FAILED)


def _only(state: str, column: str) -> Q:
    """The condition under which a row of that state has that one of the three ends, or none."""
    ends = {f"{name}__isnull": name != column for name in ("sent_at", "failed_at", "withdrawn_at")}
    return Q(state=state, **ends)


class Message(models.Model):
    """
    One message to one person: the outbox row. It holds no words, no name and no address.

    `subject` and `case_id` are opaque: what they name is known to whoever wrote the row. Together with kind, due,
    recipient and level the subject is the key under which a message exists once, however often a sweep runs.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        WITHDRAWN = "withdrawn", _("No longer needed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.UUIDField()
    case_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=40)
    due = models.DateTimeField()
    # Nobody is ever deleted: PostgreSQL holds that, and need not look up whom a sweep has just read.
    recipient = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    level = models.PositiveSmallIntegerField()
    # Quiet hours are worked out by whoever writes the row.
    send_after = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    # Who is sending it just now: a token of that sender's, and until when it is theirs.
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    # The mail server's reply code (RFC 5321), never its text, which may quote an address.
    error = models.SmallIntegerField(null=True)

    objects: ClassVar[MessageQuerySet] = MessageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "kind", "due", "recipient", "level"], name="delivery_message_exists_once"
            ),
            models.CheckConstraint(
                condition=_only("waiting", "")
                | _only("sent", "sent_at")
                | _only("failed", "failed_at")
                | _only("withdrawn", "withdrawn_at"),
                name="delivery_message_state_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(lease__isnull=True, leased_until__isnull=True)
                | Q(lease__isnull=False, leased_until__isnull=False, state="waiting"),
                name="delivery_message_is_leased_while_waiting",
            ),
            models.CheckConstraint(
                condition=Q(error__isnull=True) | Q(error__gte=200, error__lte=599),
                name="delivery_message_error_is_a_reply_code",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state="waiting"), name="delivery_message_to_try"
            ),
            models.Index(
                fields=["send_after"],
                condition=Q(state="waiting", attempts=0),
                name="delivery_message_untried",
            ),
            models.Index(
                fields=["send_after"],
                condition=Q(state="waiting", attempts__gt=0),
                name="delivery_message_refused",
            ),
            models.Index(fields=["failed_at"], condition=Q(state="failed"), name="delivery_message_failed"),
            models.Index(
                fields=["case_id"], condition=Q(case_id__isnull=False), name="delivery_message_of_case"
            ),
        ]


class BootTick(models.Model):
    """The last time somebody asked for the trusted time on one boot of one host (`ticks.trusted_now`)."""

    boot = models.UUIDField(primary_key=True)
    # Seconds since the host was started, by its own clock, which nobody can set.
    boot_seconds = models.FloatField()
    database_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        db_table = "delivery_tick"


class ClockAlarm(models.Model):
    """PostgreSQL's clock jumped. Open until the clocks agree again, or a named operator accepts the new time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    boot = models.UUIDField()
    opened_at = models.DateTimeField()
    # How far PostgreSQL's clock is ahead of the trusted time (behind: negative), when it was noticed.
    jump_seconds = models.BigIntegerField()
    closed_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["boot"], condition=Q(closed_at__isnull=True), name="delivery_clock_alarm_open_once"
            ),
            models.CheckConstraint(
                condition=Q(accepted_by="") | Q(closed_at__isnull=False),
                name="delivery_clock_alarm_accepted_is_closed",
            ),
        ]
