"""A request for a student's records, from the school's office to counsel's answer."""

import uuid
from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.querysets import RecordsRequestQuerySet
from csec.accounts.models import User
from csec.crypto.models import DataKey
from csec.directory.models import School, Student


class RecordsRequest(models.Model):
    """
    That somebody asked for a student's records: logged by whoever received it, against the roster and never a case.

    Whether there is a case is nothing that its row says; PostgreSQL finds that for counsel alone. `closed_at` is when
    counsel answered. Who asked, for what, and a student whom the roster does not have are sealed under its own key.
    """

    class Asker(models.TextChoices):
        PARENT = "parent", _("A parent or guardian")
        STUDENT = "student", _("The student")
        SUBPOENA = "subpoena", _("A subpoena or court order")
        OTHER = "other", _("Somebody else")

    class Way(models.TextChoices):
        IN_PERSON = "in_person", _("In person")
        TELEPHONE = "telephone", _("By telephone")
        MAIL = "mail", _("By mail")
        EMAIL = "email", _("By e-mail")
        SERVED = "served", _("Served by an officer of a court")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    student = models.ForeignKey(Student, null=True, on_delete=models.PROTECT, related_name="+")
    # Who said that this student is meant: counsel is let into no case by their own word.
    student_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    asker = models.CharField(max_length=10, choices=Asker)
    way = models.CharField(max_length=10, choices=Way)
    received_on = models.DateField()
    # The last business day on which an answer is in time, as it was counted when the request was logged.
    due_on = models.DateField()
    logged_at = models.DateTimeField()
    logged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()

    objects = RecordsRequestQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "logged_at", "id"]
        indexes = [
            models.Index(fields=["student"], name="cases_recordsrequest_student"),
            models.Index(
                fields=["due_on"], condition=Q(closed_at__isnull=True), name="cases_recordsrequest_open"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(asker__in=["parent", "student", "subpoena", "other"]),
                name="cases_recordsrequest_asker_is_known",
            ),
            models.CheckConstraint(
                condition=Q(way__in=["in_person", "telephone", "mail", "email", "served"]),
                name="cases_recordsrequest_way_is_known",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("received_on")),
                name="cases_recordsrequest_due_after_it_came",
            ),
            models.CheckConstraint(
                condition=Q(student__isnull=True, student_by__isnull=True)
                | Q(student__isnull=False, student_by__isnull=False),
                name="cases_recordsrequest_student_by_somebody",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("cases:records_request", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def rests_on(self, person: User) -> bool:
        """Whether it is that person's own word alone which student is meant: then no case opens to them for it."""
        return self.student_by_id == person.pk

    def words(self) -> dict[str, str]:
        """Who asked, for what, and the student as described. Raises CannotUnseal."""
        opened: dict[str, str] = self.key.unseal(self.sealed, context=f"records_request:{self.pk}")
        return opened

    def is_late(self, today: date) -> bool:
        """Whether the time allowed is over on that day of the school, and nobody has answered."""
        return self.is_open and today > self.due_on


class RecordsAnswer(models.Model):
    """What counsel answered, for counsel alone: whoever logged the request is told that there is an answer."""

    class Outcome(models.TextChoices):
        RELEASED = "released", _("Released")
        PART = "part", _("Released, and a part withheld")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Taken back, or no request for records")

    request = models.OneToOneField(
        RecordsRequest, primary_key=True, on_delete=models.PROTECT, related_name="answer"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["released", "part", "refused", "withdrawn"]),
                name="cases_recordsanswer_outcome_is_known",
            ),
        ]

    def words(self, key: DataKey) -> dict[str, str]:
        """To whom what was released, and why anything was not. Raises CannotUnseal."""
        opened: dict[str, str] = key.unseal(self.sealed, context=f"records_answer:{self.request_id}")
        return opened
