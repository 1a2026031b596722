"""What stands between the school and a parent: a suspicion that freezes it, custody."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.cases import Case
from cases.models.steps import Entry
from csec.accounts.models import User
from csec.crypto.models import DataKey
from csec.directory.models import Student


class ParentHold(models.Model):
    """
    A parent, or somebody in the home, may be involved: until it ends nobody contacts, exports to or writes to parents.

    `entry` is the answer that it rests on; one that somebody stated directly has its reason, sealed. Only legal counsel
    ends it. One that rests on "not sure" also ends with the advice that was asked for. `let_in` are the rows by
    which counsel has the case for as long as it stands.

    Whom it is about is the student of its case; or `about`, who was that student when somebody said so, and was not the
    right one. It stands in every case of theirs, and goes nowhere with this one.
    """

    class Cause(models.TextChoices):
        YES = "yes", _("A parent or somebody in the home may be involved: answered “yes” in a step")
        UNSURE = (
            "unsure",
            _("Not sure whether a parent or somebody in the home is involved: answered in a step"),
        )
        STATED = "stated", _("A parent or somebody in the home may be involved")
        FORMER = "former", _("Contact with parents was frozen when another student was named")

    class HeldFor(models.TextChoices):
        """About whom it was said, once another student is named."""

        BOTH = (
            "both",
            _("It may have been about the student named so far: it stays in force for both students"),
        )
        RIGHT_ONE = (
            "right_one",
            _("It was never about the student named so far: it is about the right one alone"),
        )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parent_holds")
    about = models.ForeignKey(Student, null=True, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=10, choices=Cause)
    entry = models.ForeignKey(Entry, null=True, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField(null=True)
    let_in = ArrayField(models.UUIDField(), default=list)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_sealed = models.BinaryField(null=True)

    class Meta:
        ordering = ["begun_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cause="stated", entry__isnull=True, sealed__isnull=False)
                | Q(cause="former", entry__isnull=True)
                | Q(cause__in=["yes", "unsure"], entry__isnull=False, sealed__isnull=True),
                name="cases_parenthold_rests_on_something",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, ended_sealed__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False, ended_sealed__isnull=False)
                | Q(cause="unsure", ended_at__isnull=False, ended_by__isnull=False),
                name="cases_parenthold_released_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("begun_at")),
                name="cases_parenthold_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(ended_at__isnull=True, about__isnull=True),
                name="cases_parenthold_one_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["case", "about"],
                condition=Q(ended_at__isnull=True, about__isnull=False),
                name="cases_parenthold_one_about_each",
            ),
            models.CheckConstraint(
                condition=Q(cause="former", about__isnull=False) | ~Q(cause="former") & Q(about__isnull=True),
                name="cases_parenthold_about_who_was_named",
            ),
        ]

    def reason(self, key: DataKey) -> str:
        """Why, where somebody stated it; empty where it rests on an answer. Raises CannotUnseal."""
        return str(key.unseal(self.sealed, context=f"parent_hold:{self.pk}")) if self.sealed else ""

    def released(self, key: DataKey) -> str:
        """Why counsel ended it; empty before, and where advice ended it. Raises CannotUnseal."""
        if not self.ended_sealed:
            return ""
        return str(key.unseal(self.ended_sealed, context=f"parent_hold_end:{self.pk}"))


class Custody(models.Model):
    """
    An officer took the student into custody as a victim (Education Code 48906): the officer tells the parent.

    Agency, officer and where to are sealed under the case's key.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="custodies")
    taken_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_sealed = models.BinaryField(null=True)

    class Meta:
        ordering = ["taken_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_at__lte=models.F("recorded_at")),
                name="cases_custody_began_before_it_was_recorded",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, ended_sealed__isnull=True)
                | Q(ended_at__gte=models.F("taken_at"), ended_by__isnull=False, ended_sealed__isnull=False),
                name="cases_custody_ended_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="cases_custody_one_at_a_time"
            ),
        ]

    def words(self, key: DataKey) -> dict[str, str]:
        """Agency, officer and where to. Raises CannotUnseal."""
        opened: dict[str, str] = key.unseal(self.sealed, context=f"custody:{self.pk}")
        return opened

    def came_back(self, key: DataKey) -> str:
        """How the student came back; empty before. Raises CannotUnseal."""
        return (
            str(key.unseal(self.ended_sealed, context=f"custody_end:{self.pk}")) if self.ended_sealed else ""
        )
