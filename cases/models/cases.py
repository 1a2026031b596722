"""The case, the people on it, and the decisions about it as a whole."""

import uuid
import zoneinfo
from datetime import UTC, datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.querysets import CasePersonQuerySet, CaseQuerySet
from csec.accounts.models import User
from csec.accounts.roles import CASE_ROLES, Role
from csec.crypto.models import DataKey
from csec.directory.models import School, Student
from protocols.models import ProtocolVersion

#: When a case is late in which nothing has a time: after every other, in an order of moments without a gap.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class Case(models.Model):
    """
    One student's way through one track of the protocol, and through the next one when it is reclassified.

    Pins the version of the protocol it was opened under. The number is random: it tells neither order nor count.
    `track` is the open run's, for lists. So is `late_from`: the moment from which something open in it is late, and
    `late_from_officer`, of what an officer sees of it. PostgreSQL keeps both with the parts and the duties to report,
    so that a list that begins with what is late reads no more rows than it shows.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")
        VOIDED = "voided", _("Voided")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=12, unique=True)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    student = models.ForeignKey(Student, null=True, on_delete=models.PROTECT, related_name="+")
    protocol = models.ForeignKey(ProtocolVersion, on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    track = models.CharField(max_length=30)
    opened_at = models.DateTimeField()
    # When a concern that was in it turned out to be about another student: two rows of the roster were taken apart.
    apart_at = models.DateTimeField(null=True)
    late_from = models.DateTimeField(default=NEVER)
    late_from_officer = models.DateTimeField(default=NEVER)

    objects = CaseQuerySet.as_manager()

    #: The role in which the reader sees the case; set by `visible_to`.
    my_role: str
    #: Until when it is open to a reader who opened it in an emergency; set where its pages are shown.
    open_until: datetime | None = None

    class Meta:
        ordering = ["-opened_at", "id"]
        indexes = [
            models.Index(fields=["school", "status", "-opened_at"], name="cases_case_by_school"),
            models.Index(fields=["status", "late_from", "id"], name="cases_case_late_first"),
            models.Index(fields=["status", "opened_at", "id"], name="cases_case_by_age"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["open", "closed", "voided"]), name="cases_case_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(track__in=["suspected_recruiter", "suspected_victim", "confirmed_victim"]),
                name="cases_case_track_is_known",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("cases:case", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The zone in which this case's days and times are shown: its school's."""
        return self.school.zone


class CasePerson(models.Model):
    """
    Who is on the case, in which role, from when until when: need-to-know is this row.

    `excluded` is the reverse: for that person the case does not exist, whatever their roles are.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="people")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=20, choices=Role)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    excluded = models.BooleanField(default=False)
    # The role with whose end this one ended: a last day that is put off takes it along.
    ended_with = models.UUIDField(null=True)
    # For what counsel was let in, where that is one thing alone such as a records request: it ends with it.
    opened_for = models.UUIDField(null=True)

    objects = CasePersonQuerySet.as_manager()

    #: Whether the person still has this role there; set by `on`.
    works_here: bool

    class Meta:
        ordering = ["since", "id"]
        indexes = [models.Index(fields=["person", "case"], name="cases_caseperson_by_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=sorted(CASE_ROLES)) | Q(excluded=True),
                name="cases_caseperson_role_works_on_cases",
            ),
            models.UniqueConstraint(
                fields=["case", "person", "role"],
                condition=Q(until__isnull=True),
                name="cases_caseperson_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="cases_caseperson_ends_after_it_begins",
            ),
        ]


class Decision(models.Model):
    """
    What was decided about the case as a whole: append-only, one row each.

    `code` is the closing's outcome, the basis of a confirmation, or the role of the person added or taken off;
    the words (reasons, who decided, the track reclassified to) are sealed under the case's key.
    """

    class Kind(models.TextChoices):
        OPENED = "opened", _("Case opened")
        ATTACHED = "attached", _("Concern attached")
        RECLASSIFIED = "reclassified", _("Reclassified")
        CLOSED = "closed", _("Case closed")
        REOPENED = "reopened", _("Case reopened")
        VOIDED = "voided", _("Case voided")
        STUDENT_CORRECTED = "student_corrected", _("Student corrected")
        PERSON_ADDED = "person_added", _("Person added")
        PERSON_REMOVED = "person_removed", _("Person taken off")
        PERSON_EXCLUDED = "person_excluded", _("Kept from a person")
        PERSON_READMITTED = "person_readmitted", _("No longer kept from a person")

    class Closing(models.TextChoices):
        NO_LONGER_NEEDED = "no_longer_needed", _("The student no longer needs this support")
        OTHER_SUPPORT = "other_support", _("Others carry on the support (named in the reason)")
        LEFT = "left", _("The student left the district, and the next school or agency knows")
        NOT_EXPLOITATION = "not_exploitation", _("What was found is not exploitation")
        OTHER = "other", _("Another outcome (explained in the reason)")

    #: How a case closes that was handed over, and in no other way: nobody chooses it.
    TRANSFERRED = "transferred"

    class Basis(models.TextChoices):
        DISCLOSURE = "disclosure", _("The student's own disclosure")
        LAW_ENFORCEMENT = "law_enforcement", _("Law enforcement")
        CHILD_WELFARE = "child_welfare", _("Child Welfare Services")
        OTHER_EVIDENCE = "other_evidence", _("Other reliable evidence")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=20, choices=Kind)
    code = models.CharField(max_length=30, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "opened",
                        "attached",
                        "reclassified",
                        "closed",
                        "reopened",
                        "voided",
                        "student_corrected",
                        "person_added",
                        "person_removed",
                        "person_excluded",
                        "person_readmitted",
                    ]
                ),
                name="cases_decision_kind_is_known",
            ),
        ]

    def words(self, key: DataKey) -> dict[str, str]:
        """Reasons and names given with the decision. Raises CannotUnseal."""
        opened: dict[str, str] = key.unseal(self.sealed, context=f"decision:{self.pk}")
        return opened
