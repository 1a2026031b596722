"""The district: its settings, its schools and their closures, its students, the agencies it telephones."""

import uuid
import zoneinfo
from datetime import datetime, time
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


def validate_time_zone(name: str) -> None:
    """Refuse what is no IANA time zone."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("Enter a time zone such as America/Los_Angeles."))


class District(models.Model):
    """The one district of this installation, and what it has decided for itself."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=200)
    emergency_number = models.CharField(max_length=40, default="911")
    dispatch_number = models.CharField(max_length=40, blank=True)
    website_name = models.CharField(max_length=200, blank=True)
    # After how many minutes of school a concern that nobody took, or a request that no officer answered, climbs.
    climbs_after_minutes = models.PositiveSmallIntegerField(default=30)
    # After how many hours in which nobody recorded a report everybody who carries the duty is asked once more.
    report_prompt_hours = models.PositiveSmallIntegerField(default=12, db_default=12)
    # At night no message goes out but what is urgent or a duty, in each school's own time.
    quiet_from = models.TimeField(default=time(20, 0))
    quiet_until = models.TimeField(default=time(7, 0))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="directory_one_district"),
            models.CheckConstraint(
                condition=models.Q(quiet_from__gt=models.F("quiet_until")), name="directory_quiet_over_night"
            ),
        ]


class School(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200, unique=True)
    time_zone = models.CharField(
        max_length=60, default="America/Los_Angeles", validators=[validate_time_zone]
    )

    class Meta:
        ordering = ["name"]

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The zone in which this school's days begin and end."""
        return zoneinfo.ZoneInfo(self.time_zone)


class ClosureQuerySet(models.QuerySet["Closure"]):
    def in_force(self, as_of: datetime | None = None) -> Self:
        """Those that were not taken out; or the calendar as it was until that moment."""
        kept = models.Q(withdrawn_at__isnull=True)
        return self.filter(kept | models.Q(withdrawn_at__gte=as_of) if as_of else kept)


class Closure(models.Model):
    """
    Days without school, both ends included; for all schools when `school` is empty.

    One that is taken out of the calendar is kept: what it had put on other days is looked for by it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(School, null=True, on_delete=models.CASCADE, related_name="closures")
    name = models.CharField(max_length=100)
    first_day = models.DateField()
    last_day = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = ClosureQuerySet.as_manager()

    class Meta:
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")),
                name="directory_closure_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["school", "first_day", "last_day"],
                condition=models.Q(withdrawn_at__isnull=True),
                nulls_distinct=False,
                name="directory_closure_entered_once",
            ),
        ]


class Student(models.Model):
    """Somebody on the roster. The roster says nothing of any case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="students")
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    birth_date = models.DateField(null=True)
    local_id = models.CharField(max_length=40, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["family_name", "given_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["local_id"],
                condition=~models.Q(local_id=""),
                name="directory_student_local_id_is_unique",
            ),
        ]
        indexes = [models.Index(fields=["school", "family_name"], name="directory_student_by_name")]

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class Agency(models.Model):
    """Whom the district telephones, with the day on which somebody made sure that the number is right."""

    class Kind(models.TextChoices):
        CHILD_WELFARE = "child_welfare", _("Child Welfare Services")
        LAW_ENFORCEMENT = "law_enforcement", _("Law enforcement")
        HOTLINE = "hotline", _("Hotline")
        OTHER = "other", _("Other")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=200)
    telephone = models.CharField(max_length=60)
    other_contact = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=200, blank=True)
    verified_on = models.DateField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["child_welfare", "law_enforcement", "hotline", "other"]),
                name="directory_agency_kind_is_known",
            ),
        ]
