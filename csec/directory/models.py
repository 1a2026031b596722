"""The district: its settings, its schools and their closures, its students, the agencies it telephones."""

import uuid
import zoneinfo
from collections.abc import Iterable
from datetime import datetime, time
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
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
    # By the end of which school day after it was offered a transfer that nobody answered climbs.
    transfer_answered_in_days = models.PositiveSmallIntegerField(default=2)
    # By the end of which school day after a step began an officer is asked in, and the impact on campus is looked at;
    # empty where that goes by the protocol's own definition.
    sro_asked_in_days = models.PositiveSmallIntegerField(null=True)
    campus_looked_at_in_days = models.PositiveSmallIntegerField(null=True)
    # After how many days a service referral that was declined is offered again, and an accepted one is looked at again.
    offer_again_days = models.PositiveSmallIntegerField(default=30)
    referral_look_days = models.PositiveSmallIntegerField(default=14)
    # After how many days without a review an open case is listed for whoever answers for it.
    review_days = models.PositiveSmallIntegerField(default=30, db_default=30)
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


class Drill(models.Model):
    """
    Invented schools, people and cases in which one person learns: a side of its own, which nobody else ever sees.

    Whoever is in it acts as its `twin`, an account that signs nobody in. What names a drill is never real, and what
    names none always is. PostgreSQL keeps the two sides apart (docs/adr/0016).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    twin = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    situation = models.CharField(max_length=40)
    # In which of its person's roles it is: it lasts no longer than they are theirs.
    roles = ArrayField(models.CharField(max_length=20), default=list)
    begun_at = models.DateTimeField()
    # Out of it by the button, and not because a session ended; nothing while one is in it.
    left_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(ended_at__isnull=True),
                name="directory_drill_one_at_a_time",
            ),
        ]


class School(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    time_zone = models.CharField(
        max_length=60, default="America/Los_Angeles", validators=[validate_time_zone]
    )
    drill = models.ForeignKey(Drill, null=True, editable=False, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(drill__isnull=True),
                name="directory_school_name_is_unique",
                violation_error_message=_("School with this Name already exists."),
            ),
        ]

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
    # A holiday of the whole district, offices and all: of Monday to Friday only such days are no business days.
    offices_closed = models.BooleanField(default=False)
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
            models.CheckConstraint(
                condition=models.Q(offices_closed=False) | models.Q(school__isnull=True),
                name="directory_closure_of_offices_is_of_all",
            ),
        ]


class StudentQuerySet(models.QuerySet["Student"]):
    def at(self, schools: Iterable[School]) -> Self:
        """Those of these schools who are here; also when only another row of the same student says so."""
        others = Student.objects.filter(merged_into=models.OuterRef("pk"), active=True)
        return self.filter(models.Q(active=True) | models.Q(models.Exists(others)), school__in=schools)

    def kept(self) -> Self:
        """Each student once: without the rows that were merged into another one."""
        return self.filter(merged_into__isnull=True)


class Student(models.Model):
    """
    Somebody on the roster. The roster says nothing of any case.

    Where two rows turned out to be one student, one is kept and the other is read as that one (`merged_into`, of which
    there is never a chain). What names the other goes on naming it: so taking them apart changes nothing else.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="students")
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    birth_date = models.DateField(null=True)
    local_id = models.CharField(max_length=40, blank=True)
    active = models.BooleanField(default=True)
    # By hand; empty again once the roster has them too.
    entered_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")

    objects = StudentQuerySet.as_manager()

    class Meta:
        ordering = ["family_name", "given_name"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")),
                name="directory_student_is_not_merged_into_itself",
            ),
            models.UniqueConstraint(
                fields=["local_id"],
                condition=~models.Q(local_id=""),
                name="directory_student_local_id_is_unique",
            ),
        ]
        indexes = [models.Index(fields=["school", "family_name"], name="directory_student_by_name")]

    @property
    def kept(self) -> "Student":
        """The row as which this one is read: itself, or the one it was merged into."""
        return self.merged_into or self

    @property
    def kept_id(self) -> uuid.UUID:
        return self.merged_into_id or self.pk

    @property
    def rows(self) -> StudentQuerySet:
        """All rows of the same student."""
        return Student.objects.filter(models.Q(pk=self.kept_id) | models.Q(merged_into=self.kept_id))

    def is_same(self, other: "Student | None") -> bool:
        """Whether both rows are the same student."""
        return other is not None and self.kept_id == other.kept_id

    @property
    def full_name(self) -> str:
        """How the student is called: by the row that was kept."""
        return self.kept.own_name

    @property
    def own_name(self) -> str:
        """What stands in this row."""
        return f"{self.given_name} {self.family_name}"


class StudentMerge(models.Model):
    """That two rows of the roster were said to be one student, by whom; and by whom they were taken apart again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    alias = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="+")
    kept = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alias"],
                condition=models.Q(undone_at__isnull=True),
                name="directory_studentmerge_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True, undone_by__isnull=True)
                | models.Q(undone_at__isnull=False, undone_by__isnull=False),
                name="directory_studentmerge_undone_by_somebody",
            ),
        ]


class Agency(models.Model):
    """Whom the district telephones, with the day on which somebody made sure that the number is right."""

    class Kind(models.TextChoices):
        CHILD_WELFARE = "child_welfare", _("Child Welfare Services")
        LAW_ENFORCEMENT = "law_enforcement", _("Law enforcement")
        HOTLINE = "hotline", _("Hotline")
        PROVIDER = "provider", _("Counseling or social services")
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
                condition=models.Q(
                    kind__in=["child_welfare", "law_enforcement", "hotline", "provider", "other"]
                ),
                name="directory_agency_kind_is_known",
            ),
        ]
