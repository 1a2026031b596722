"""How a student is safe at school: the plan agreed on, and who has a telephone with images in custody."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q

from cases.models.cases import Case
from csec.accounts.models import User
from csec.crypto.models import DataKey


class SafetyPlan(models.Model):
    """
    How the student comes and goes, whom they turn to, whom and what to avoid; one version a row.

    The former is kept. Its words are sealed under the case's key; the officer reads one that says so, while it is in
    force.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    agreed = models.BooleanField()
    shared_with_sro = models.BooleanField()
    review_on = models.DateField()
    sealed = models.BinaryField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="cases_safetyplan_numbered"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(replaced_at__isnull=True), name="cases_safetyplan_one_in_force"
            ),
        ]

    def words(self, key: DataKey) -> dict[str, Any]:
        """The plan's words, and who may pick up the student: `who` and name of each. Raises CannotUnseal."""
        opened: dict[str, Any] = key.unseal(self.sealed, context=f"safety_plan:{self.pk}")
        return opened


class DeviceRecord(models.Model):
    """
    From when until when a device was in whose hands, and which officer took it: never what is on it. Append-only.

    Where it goes on from there is another row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    held_since = models.DateTimeField()
    handed_over_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()

    class Meta:
        ordering = ["-at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(held_since__lte=F("at"))
                & (
                    Q(handed_over_at__isnull=True)
                    | Q(handed_over_at__gte=F("held_since"), handed_over_at__lte=F("at"))
                ),
                name="cases_devicerecord_in_order",
            ),
        ]

    def words(self, key: DataKey) -> dict[str, str]:
        """In whose hands, the officer and agency, where it is now. Raises CannotUnseal."""
        opened: dict[str, str] = key.unseal(self.sealed, context=f"device:{self.pk}")
        return opened
