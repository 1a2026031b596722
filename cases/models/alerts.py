"""What cannot wait: a student who is not safe, or missing; it goes on until a named person sees to it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.cases import Case
from csec.accounts.models import User
from csec.crypto.models import DataKey
from csec.directory.models import Student


class StudentAbsence(models.Model):
    """
    That somebody entered a student as missing without an explanation. Attendance itself is not read.

    Any of the staff may enter it, and learns nothing of whether there is a case.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="+")
    missing_since = models.DateTimeField()
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-entered_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(missing_since__lte=models.F("entered_at")),
                name="cases_studentabsence_began_before_it_was_entered",
            ),
        ]


class Alert(models.Model):
    """
    Something on a case that somebody has to see to at once; `subject` is the entry or the absence it rests on.

    Somebody takes it over by name, and it ends when somebody writes down what was found.
    """

    class Kind(models.TextChoices):
        UNSAFE = "unsafe", _("The student is not safe")
        ABSENCE = "absence", _("The student is missing, and nobody knows why")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="alerts")
    kind = models.CharField(max_length=10, choices=Kind)
    subject = models.UUIDField()
    at = models.DateTimeField()
    taken_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    sealed = models.BinaryField(null=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["at"], condition=Q(ended_at__isnull=True), name="cases_alert_open"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "subject"], name="cases_alert_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["unsafe", "absence"]), name="cases_alert_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True, taken_at__isnull=True)
                | Q(taken_by__isnull=False, taken_at__isnull=False),
                name="cases_alert_taken_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True, ended_at__isnull=True, sealed__isnull=True)
                | Q(ended_by__isnull=False, ended_at__isnull=False, sealed__isnull=False),
                name="cases_alert_ended_with_what_was_found",
            ),
        ]

    def found(self, key: DataKey) -> str:
        """What was found when it ended; empty before. Raises CannotUnseal."""
        return str(key.unseal(self.sealed, context=f"alert:{self.pk}")) if self.sealed else ""
