"""Emergency access: somebody of the district opened a case that they are not on."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.cases import Case
from csec.accounts.models import User
from csec.crypto.models import DataKey

#: How long a case stays open to whoever opened it in an emergency (a proposal of this project).
LASTS = timedelta(hours=4)


class EmergencyAccess(models.Model):
    """
    For some hours, to read and not to write; with a reason, and looked at by somebody else afterwards.

    What is not looked at by `review_by` locks the right of that person until it is. The reason and what the review
    found are sealed under the case's key.
    """

    class Finding(models.TextChoices):
        NEEDED = "needed", _("It was needed")
        NOT_NEEDED = "not_needed", _("It was not needed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    review_by = models.DateTimeField()
    sealed = models.BinaryField(null=True)
    finding = models.CharField(max_length=10, choices=Finding, blank=True)
    reviewed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    review_sealed = models.BinaryField(null=True)

    class Meta:
        ordering = ["begun_at", "id"]
        indexes = [
            models.Index(fields=["person", "case"], name="cases_emergency_by_person"),
            models.Index(
                fields=["begun_at"], condition=Q(reviewed_at__isnull=True), name="cases_emergency_waiting"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("begun_at"), until__lte=F("begun_at") + LASTS),
                name="cases_emergency_lasts_some_hours",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("begun_at")),
                name="cases_emergency_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(
                    finding="", reviewed_by__isnull=True, reviewed_at__isnull=True, review_sealed__isnull=True
                )
                | Q(
                    finding__in=["needed", "not_needed"],
                    reviewed_by__isnull=False,
                    reviewed_at__isnull=False,
                    review_sealed__isnull=False,
                ),
                name="cases_emergency_review_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(reviewed_by=F("person")), name="cases_emergency_reviewed_by_another"
            ),
        ]

    def reason(self, key: DataKey) -> str:
        """Why the case was opened. Raises CannotUnseal."""
        return str(key.unseal(self.sealed, context=f"emergency:{self.pk}")) if self.sealed else ""

    def found(self, key: DataKey) -> str:
        """What the review found; empty before. Raises CannotUnseal."""
        if not self.review_sealed:
            return ""
        return str(key.unseal(self.review_sealed, context=f"emergency_review:{self.pk}"))
