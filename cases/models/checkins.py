"""Regular contact: the schedule, the contact that is due next, and who goes on in a break."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.cases import Case
from cases.models.steps import Entry
from cases.rhythm import Rhythm
from csec.accounts.models import User
from csec.crypto.models import DataKey


class CheckInPlan(models.Model):
    """
    The schedule of a case's check-ins: how often, by whom, and who covers.

    It belongs to the case and not to a track, and so goes on through reclassifying. A changed schedule is a new
    row; the one before keeps when it ended. Without a person it runs all the same, for those who answer for the case.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="plans")
    rhythm = models.JSONField()
    start = models.DateField()
    person = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    cover = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="cases_checkinplan_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(cover__isnull=True) | Q(person__isnull=True) | ~Q(cover=F("person")),
                name="cases_checkinplan_covered_by_another",
            ),
        ]

    @property
    def how_often(self) -> Rhythm:
        return Rhythm.from_json(self.rhythm)


class CheckIn(models.Model):
    """
    One contact that is planned, due at the end of a school day.

    A case has at most one that waits: it stays due, and late, until the student was seen. `level` and `remind_at`
    say how far its reminders have climbed and when the next is written; what is due never depends on them.
    `moved_from` is its own day where the calendar has put it on another one since.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SEEN = "seen", _("The student was seen")
        ENDED = "ended", _("Ended with its schedule")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="check_ins")
    plan = models.ForeignKey(CheckInPlan, on_delete=models.PROTECT, related_name="check_ins")
    due_on = models.DateField()
    moved_from = models.DateField(null=True)
    before_at = models.DateTimeField()
    day_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    ended_at = models.DateTimeField(null=True)
    entry = models.OneToOneField(Entry, null=True, on_delete=models.PROTECT, related_name="check_in")
    taken_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    level = models.PositiveSmallIntegerField(default=0)
    remind_at = models.DateTimeField()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["remind_at"], condition=Q(state="waiting"), name="cases_checkin_to_remind"),
            models.Index(fields=["due_on"], name="cases_checkin_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="waiting"), name="cases_checkin_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True, entry__isnull=True)
                | Q(state="seen", ended_at__isnull=False, entry__isnull=False)
                | Q(state="ended", ended_at__isnull=False, entry__isnull=True),
                name="cases_checkin_state_has_its_end",
            ),
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True, taken_at__isnull=True)
                | Q(taken_by__isnull=False, taken_at__isnull=False),
                name="cases_checkin_taken_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(before_at__lt=F("day_at"), day_at__lt=F("due_at")),
                name="cases_checkin_reminded_in_order",
            ),
        ]


class BreakPlan(models.Model):
    """Who keeps contact in one break of a week or more, and how; and when the school does so again."""

    class Who(models.TextChoices):
        SCHOOL = "school", _("Somebody of the school, on the days of the schedule")
        CHILD_WELFARE = "child_welfare", _("Child Welfare Services goes on")
        PROVIDER = "provider", _("The service provider goes on")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="break_plans")
    first_day = models.DateField()
    last_day = models.DateField()
    who = models.CharField(max_length=20, choices=Who)
    person = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    first_contact_on = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True)
    sealed = models.BinaryField()

    class Meta:
        ordering = ["first_day", "set_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "first_day"],
                condition=Q(replaced_at__isnull=True),
                name="cases_breakplan_one_a_break",
            ),
            models.CheckConstraint(
                condition=Q(who__in=["school", "child_welfare", "provider"]),
                name="cases_breakplan_who_is_known",
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day"), first_contact_on__gt=F("last_day")),
                name="cases_breakplan_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(who="school", person__isnull=False) | (~Q(who="school") & Q(person__isnull=True)),
                name="cases_breakplan_school_names_somebody",
            ),
        ]

    def words(self, key: DataKey) -> dict[str, str]:
        """Who it is outside of the school, and how contact is kept. Raises CannotUnseal."""
        opened: dict[str, str] = key.unseal(self.sealed, context=f"break:{self.pk}")
        return opened
