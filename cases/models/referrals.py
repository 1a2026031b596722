"""How a service referral that was accepted goes on."""

import uuid

from django.db import models
from django.db.models import Q

from cases.models.cases import Case
from cases.models.steps import Progress, StepPart
from csec.accounts.models import User
from csec.crypto.models import DataKey


class Referral(models.Model):
    """
    Each time that somebody looked how an accepted referral goes; append-only.

    How it stands now is the part's `progress`, for everybody who sees the part; what was found is in the
    counselor's section, under the case's key.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    part = models.ForeignKey(StepPart, on_delete=models.PROTECT, related_name="looks")
    state = models.CharField(max_length=20, choices=Progress)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    next_on = models.DateField(null=True)
    sealed = models.BinaryField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "began", "ended", "did_not_begin"]),
                name="cases_referral_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "began"], next_on__isnull=False)
                | Q(state__in=["ended", "did_not_begin"], next_on__isnull=True),
                name="cases_referral_looked_at_again_while_it_goes_on",
            ),
        ]

    def note(self, key: DataKey) -> str:
        """What was found. Raises CannotUnseal."""
        return str(key.unseal(self.sealed, context=f"referral:{self.pk}"))
