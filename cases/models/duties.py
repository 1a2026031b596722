"""The duty to report, person by person: who carries it stays with them, that a report was made does not."""

import uuid
import zoneinfo
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.cases import Case
from cases.models.intake import Concern
from csec.accounts.models import User
from csec.crypto.models import DataKey
from csec.directory.models import School


class ReportDuty(models.Model):
    """
    That one person, having learned of one concern, reports to Child Welfare Services: readable by that person alone.

    Open until their own report, a joint one that they confirm was made, or their own reason why none applies. What
    is new asks again, in a row with the next `number`. `learned_at` is never changed: a correction is a row of its
    own (`LearnedCorrection`), from which `due_at` follows. `case` is where it is carried, if anywhere; it outlives
    that case, and whatever becomes of its person there. What its person recorded here is sealed under a key of its
    own; `entry` is what they recorded in the case instead. Of a case that another school handed over there is no
    `concern`: its people do not read those of the school before, and what they carry is of the case.
    """

    class How(models.TextChoices):
        OWN = "own", _("Reported")
        JOINT = "joint", _("A joint report was made")
        NOT_APPLICABLE = "not_applicable", _("Not applicable")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    concern = models.ForeignKey(Concern, null=True, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField(default=1)
    asked_at = models.DateTimeField()
    learned_at = models.DateTimeField()
    due_at = models.DateTimeField()
    # As they were asked; whoever may open the case goes by its track (`own_reports.may_opt_out`).
    may_opt_out = models.BooleanField()
    # When the call was made whose written half is still to be sent.
    called_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=20, choices=How, blank=True)
    entry = models.ForeignKey(
        "cases.Entry", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    key = models.ForeignKey(DataKey, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    sealed = models.BinaryField(null=True)

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(ended_at__isnull=True), name="cases_reportduty_open_by_due"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "concern", "number"], name="cases_reportduty_once_a_number"
            ),
            models.UniqueConstraint(
                fields=["person", "case", "number"],
                condition=Q(concern__isnull=True),
                name="cases_reportduty_once_a_number_of_a_case",
            ),
            models.CheckConstraint(
                condition=Q(concern__isnull=False) | Q(case__isnull=False),
                name="cases_reportduty_of_a_concern_or_a_case",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, how="")
                | Q(ended_at__isnull=False, how__in=["own", "joint", "not_applicable"]),
                name="cases_reportduty_ended_somehow",
            ),
            models.CheckConstraint(
                condition=Q(learned_at__lte=F("asked_at")),
                name="cases_reportduty_learned_before_it_was_asked",
            ),
            models.CheckConstraint(
                condition=Q(sealed__isnull=True) | Q(key__isnull=False),
                name="cases_reportduty_sealed_by_a_key",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return self.school.zone

    def facts(self) -> dict[str, Any]:
        """What its person recorded here. Raises CannotUnseal."""
        if self.sealed is None or self.key is None:
            return {}
        opened: dict[str, Any] = self.key.unseal(self.sealed, context=f"duty:{self.pk}")
        return opened


class LearnedCorrection(models.Model):
    """That its person first knew at another time than was written; both stay. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    duty = models.ForeignKey(ReportDuty, on_delete=models.PROTECT, related_name="corrections")
    at = models.DateTimeField()
    learned_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(learned_at__lte=F("at"), due_at__gt=F("learned_at")),
                name="cases_learnedcorrection_learned_before_it_was_said",
            ),
        ]

    def reason(self, key: DataKey) -> str:
        """Why. Raises CannotUnseal."""
        return str(key.unseal(self.sealed, context=f"learned:{self.pk}"))


class ReportMade(models.Model):
    """
    That a report was made about a concern, to which agency and when; not by whom.

    For what was recorded outside of a case; a case that the concern is in has an entry of it. Sealed under the
    concern's key, or not at all where its author could no longer open that.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="reports")
    made_at = models.DateTimeField()
    sealed = models.BinaryField(null=True)

    class Meta:
        ordering = ["made_at", "id"]

    def facts(self, key: DataKey) -> dict[str, Any]:
        """The facts that the definition shares. Raises CannotUnseal."""
        if self.sealed is None:
            return {}
        opened: dict[str, Any] = key.unseal(self.sealed, context=f"report:{self.pk}")
        return opened
