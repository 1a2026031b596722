"""A concern: what somebody saw or heard, before anyone decided what it is. It is never deleted."""

import uuid
import zoneinfo
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models.cases import Case
from cases.querysets import ConcernQuerySet
from csec.accounts.models import User
from csec.crypto.models import DataKey
from csec.directory.models import School, Student


class Concern(models.Model):
    """
    What was seen or heard about a student, with a named receiver and a backup.

    The row never says who wrote it (`ConcernAuthor` does, to its author alone). `first_known_at` is when the
    author first knew or suspected; the words are sealed under the concern's own key.
    """

    class Status(models.TextChoices):
        RECEIVED = "received", _("Received")
        ATTACHED = "attached", _("In a case")
        CLOSED = "closed", pgettext_lazy("of a concern", "Closed")

    class Source(models.TextChoices):
        SEEN = "seen", _("I saw or heard it myself")
        STUDENT = "student", _("The student told me")
        SOMEBODY = "somebody", _("Somebody else told me")
        UNKNOWN = "unknown", _("Source unknown (an anonymous tip)")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    student = models.ForeignKey(Student, null=True, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    backup = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=20, choices=Source, blank=True)
    first_known_at = models.DateTimeField()
    logged_at = models.DateTimeField()
    # Since when somebody is asked; when it goes to the next person if nobody has said that they deal with it, or
    # whoever has said so has not; and since when it is with those who answer for the school as well.
    asked_at = models.DateTimeField(null=True)
    climbs_at = models.DateTimeField(null=True)
    climbed_at = models.DateTimeField(null=True)
    # Since when its student is missing, as somebody entered it.
    missing_since = models.DateTimeField(null=True)
    # When it came back from a case of another student, with whom its own counted as one until then.
    apart_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status, default=Status.RECEIVED)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="concerns")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    sealed_ending = models.BinaryField(null=True)

    objects = ConcernQuerySet.as_manager()

    #: Whether nobody holds it any more, whether it goes past the reader, and the reader's role on its case; set by
    #: `visible_to`.
    unheld: bool
    taken: bool
    goes_past: bool
    case_role: str | None
    #: Whether it asks the reader, and whether they wrote it; set by `on_first_screen`.
    asks: bool
    wrote: bool
    #: By what its author tells it from their others, where those are listed; set by `tell_apart`.
    told_apart: str

    class Meta:
        ordering = ["-logged_at", "id"]
        indexes = [
            models.Index(fields=["receiver", "status"], name="cases_concern_by_receiver"),
            models.Index(fields=["backup", "status"], name="cases_concern_by_backup"),
            models.Index(
                fields=["climbs_at"], condition=Q(accepted_at__isnull=True), name="cases_concern_unread"
            ),
            models.Index(
                fields=["climbs_at"], condition=Q(status="received"), name="cases_concern_to_deal_with"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="received", case__isnull=True, ended_at__isnull=True)
                | Q(status="attached", case__isnull=False, ended_at__isnull=False)
                | Q(status="closed", case__isnull=True, ended_at__isnull=False),
                name="cases_concern_is_received_attached_or_closed",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="cases_concern_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(backup__isnull=True) | ~Q(backup=models.F("receiver")),
                name="cases_concern_backup_is_another",
            ),
            models.CheckConstraint(
                condition=Q(first_known_at__lte=models.F("logged_at")),
                name="cases_concern_known_before_it_was_logged",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("cases:concern", args=[self.pk])

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return self.school.zone

    def words(self) -> dict[str, Any]:
        """account, words (the student's own), student_described, indicators. Raises CannotUnseal."""
        opened: dict[str, Any] = self.key.unseal(self.sealed, context=f"concern:{self.pk}")
        return opened

    def ending(self) -> dict[str, str]:
        """Why it was closed or attached; empty while it is received."""
        if self.sealed_ending is None:
            return {}
        opened: dict[str, str] = self.key.unseal(self.sealed_ending, context=f"concern-ending:{self.pk}")
        return opened


class ConcernAuthor(models.Model):
    """Who wrote a concern: readable by its author alone, and by the receiver if the author said so."""

    concern = models.OneToOneField(Concern, primary_key=True, on_delete=models.PROTECT, related_name="author")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name_shown = models.BooleanField(default=False)


class ConcernExclusion(models.Model):
    """
    Somebody on the staff who is implicated or related: for them the concern does not exist.

    Its author said so, or the case that it is in goes past them; or PostgreSQL found that a case of its student is kept
    from them (`by_case`), which ends with that, and which is read by whoever deals with the concern.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="exclusions")
    # Since when it no longer holds: it was a mistake.
    lifted_at = models.DateTimeField(null=True)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_case = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["concern", "person"], name="cases_concernexclusion_once"),
        ]


class ConcernCorrection(models.Model):
    """That the concern is about another student than was written, and why. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="corrections")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    before = models.ForeignKey(Student, null=True, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()

    class Meta:
        ordering = ["at", "id"]

    def reason(self, key: DataKey) -> str:
        """Why; empty where nobody was named before. Raises CannotUnseal."""
        opened: str = key.unseal(self.sealed, context=f"correction:{self.pk}")
        return opened


class ConcernAddition(models.Model):
    """What the author added later. Append-only; it does not say who wrote it either."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="additions")
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        ordering = ["at", "id"]

    def words(self, key: DataKey) -> dict[str, Any]:
        """The same fields as the concern's, those that were filled in. Raises CannotUnseal."""
        opened: dict[str, Any] = key.unseal(self.sealed, context=f"addition:{self.pk}")
        return opened
