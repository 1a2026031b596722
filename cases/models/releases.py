"""What leaves the school about a student: releases of information, their review, and interviews at school."""

import uuid

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases.models.cases import Case
from csec.accounts.models import User
from csec.crypto.models import DataKey


class ReleaseQuerySet(models.QuerySet["Release"]):
    def unread(self) -> "ReleaseQuerySet":
        """What was recorded after counsel last read its case's list."""
        read = ReleaseReview.objects.filter(case=OuterRef("case")).filter(
            Q(last__recorded_at__gt=OuterRef("recorded_at"))
            | Q(last__recorded_at=OuterRef("recorded_at"), last__id__gte=OuterRef("pk"))
        )
        return self.filter(~Exists(read))


class Release(models.Model):
    """
    That something about the student left the school: to whom, what, on which basis, and for which interest.

    Append-only: a correction is a row of its own that names the one it stands for. The words are sealed under the
    case's key (FERPA, 34 CFR 99.32; Education Code 49064).
    """

    class Recipient(models.TextChoices):
        PARENT = "parent", _("Parent or guardian")
        STUDENT = "student", _("The student")
        CHILD_WELFARE = "child_welfare", _("Child Welfare Services")
        LAW_ENFORCEMENT = "law_enforcement", _("Law enforcement")
        COURT = "court", _("A court, or an attorney in a case before it")
        OTHER_SCHOOL = "other_school", _("Another school or district")
        PROVIDER = "provider", _("A provider of services")
        OTHER = "other", _("Somebody else")

    class Basis(models.TextChoices):
        CONSENT = "consent", _("Written consent (34 CFR 99.30; Education Code 49075)")
        SCHOOL_OFFICIAL = "school_official", _("A school official who needs it (34 CFR 99.31(a)(1))")
        OTHER_SCHOOL = (
            "other_school",
            _("The school where the student enrolls (34 CFR 99.31(a)(2); Education Code 49068)"),
        )
        EMERGENCY = "emergency", _("Health or safety emergency (34 CFR 99.36)")
        COURT_ORDER = "court_order", _("Subpoena or court order (34 CFR 99.31(a)(9))")
        CARE = "care", _("The agency that cares for the student (20 U.S.C. 1232g(b)(1)(L))")
        REPORT = "report", _("Asked for by whoever investigates a report (Penal Code 11167(b))")
        ACCESS = "access", _("Own right of a parent or student (Education Code 49069.7; 34 CFR 99.10)")
        OTHER = "other", _("Another basis (named with the interest)")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="releases")
    left_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recipient_kind = models.CharField(max_length=20, choices=Recipient)
    basis = models.CharField(max_length=20, choices=Basis)
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")
    sealed = models.BinaryField()

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["left_at", "recorded_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    recipient_kind__in=[
                        "parent",
                        "student",
                        "child_welfare",
                        "law_enforcement",
                        "court",
                        "other_school",
                        "provider",
                        "other",
                    ]
                ),
                name="cases_release_recipient_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    basis__in=[
                        "consent",
                        "school_official",
                        "other_school",
                        "emergency",
                        "court_order",
                        "care",
                        "report",
                        "access",
                        "other",
                    ]
                ),
                name="cases_release_basis_is_known",
            ),
            models.CheckConstraint(
                condition=Q(left_at__lte=F("recorded_at")), name="cases_release_left_before_it_was_recorded"
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("id")),
                name="cases_release_corrects_another",
            ),
        ]

    def words(self, key: DataKey) -> dict[str, str]:
        """Recipient, what left, interest; for an emergency threat and persons. Raises CannotUnseal."""
        opened: dict[str, str] = key.unseal(self.sealed, context=f"release:{self.pk}")
        return opened


class ReleaseReview(models.Model):
    """That counsel read the list of releases up to an entry, before it is shown to a parent (Education Code 49064)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="release_reviews")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # The entry that was recorded last of those that were read.
    last = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="reviews")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "last"], name="cases_releasereview_once_up_to_an_entry"),
        ]


class Interview(models.Model):
    """
    That an agency spoke with the student at school, and what the student was told of their choice (Penal Code 11174.3).

    Circumstances alone, never what was said. Append-only; a correction names the row it stands for.
    """

    class Agency(models.TextChoices):
        CHILD_WELFARE = "child_welfare", _("Child Welfare Services")
        LAW_ENFORCEMENT = "law_enforcement", _("Law enforcement")
        OTHER = "other", _("Another agency")

    class Adult(models.TextChoices):
        ALONE = "alone", _("The student chose to be alone with the interviewer")
        ACCEPTED = "accepted", _("The student chose an adult of the staff, who accepted")
        DECLINED = "declined", _("The student chose an adult of the staff, who declined")
        NOT_ASKED = "not_asked", _("The student was not asked, or it is not known")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="interviews")
    held_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency_kind = models.CharField(max_length=20, choices=Agency)
    # Whether the student was told, before it began, of the choice between being alone and a chosen adult.
    told = models.BooleanField()
    adult = models.CharField(max_length=10, choices=Adult)
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")
    sealed = models.BinaryField()

    class Meta:
        ordering = ["held_at", "recorded_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agency_kind__in=["child_welfare", "law_enforcement", "other"]),
                name="cases_interview_agency_is_known",
            ),
            models.CheckConstraint(
                condition=Q(adult__in=["alone", "accepted", "declined", "not_asked"]),
                name="cases_interview_choice_is_known",
            ),
            models.CheckConstraint(
                condition=Q(held_at__lte=F("recorded_at")), name="cases_interview_held_before_it_was_recorded"
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("id")),
                name="cases_interview_corrects_another",
            ),
        ]

    def words(self, key: DataKey) -> dict[str, str]:
        """Agency, interviewer, the chosen adult, circumstances. Raises CannotUnseal."""
        opened: dict[str, str] = key.unseal(self.sealed, context=f"interview:{self.pk}")
        return opened
