"""A track as it is walked: its parts, and the entries by which they end."""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.models.cases import Case
from cases.querysets import StepPartQuerySet
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.crypto.models import DataKey


class Outcome(models.TextChoices):
    """How a part of a step ends (printed protocol's reading). `unable` stays open and asks again."""

    DONE = "done", _("Done")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")
    DECLINED = "declined", _("Declined by the student")
    UNABLE = "unable", _("Unable so far")
    SUPERSEDED = "superseded", _("Superseded by reclassifying")
    #: Not an ending: an entry by which a part is open again.
    REOPENED = "reopened", _("Open again")


class Progress(models.TextChoices):
    """How goes on what was done: a service referral that was accepted."""

    WAITING = "waiting", _("Waiting for the first appointment")
    BEGAN = "began", _("Began")
    ENDED = "ended", _("Ended")
    DID_NOT_BEGIN = "did_not_begin", _("Did not begin")


class Compartment(models.TextChoices):
    """Whose facts they are: row-level security opens an entry's evidence by it."""

    TEAM = "team", _("Everybody on the case")
    COUNSELING = "counseling", _("Counselor and social worker")
    SRO = "sro", _("School Resource Officer's steps")
    REPORTER = "reporter", _("The person who reported")


class TrackRun(models.Model):
    """One of the protocol's tracks, opened on a case. Reclassifying ends it and opens the next."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="runs")
    track = models.CharField(max_length=30)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    after = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["started_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(track__in=["suspected_recruiter", "suspected_victim", "confirmed_victim"]),
                name="cases_trackrun_track_is_known",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="cases_trackrun_one_open_a_case"
            ),
        ]


class StepPart(models.Model):
    """
    One duty of a printed step, on one case.

    What the pinned definition says of it and a list has to ask for (kind, actors, compartment, repeats, may_opt_out) is
    copied here when the track opens; the definition never changes. `version` counts the entries, so that a
    page that was opened before somebody else's entry is recognised. `next_on` is the school-local day on which
    the part asks again: the next contact, or the review of what could not be done.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parts")
    run = models.ForeignKey(TrackRun, on_delete=models.PROTECT, related_name="parts")
    position = models.PositiveSmallIntegerField()
    step_number = models.PositiveSmallIntegerField()
    part = models.SlugField(max_length=40)
    kind = models.CharField(max_length=20)
    actors = ArrayField(models.CharField(max_length=20))
    compartment = models.CharField(max_length=10, choices=Compartment)
    repeats = models.BooleanField(default=False)
    # Of a report: whether somebody can say, with a reason, that none applies.
    may_opt_out = models.BooleanField(default=True)
    corresponds_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    next_on = models.DateField(null=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    outcome_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)
    # How goes on what was done, where that is looked at again: then `next_on` is the day for it.
    progress = models.CharField(max_length=20, choices=Progress, blank=True)
    # Of a decision about parents that was made: whether by it nobody is contacted as yet. What it says is sealed.
    holds_back = models.BooleanField(default=False, db_default=False)

    objects = StepPartQuerySet.as_manager()

    #: The role in which the reader sees its case; set by `visible_to`.
    my_role: str
    #: Of a report: whether somebody's duty there is open, whatever others reported; set where it is shown.
    owed = False
    #: Of a report: whether it asks the reader themselves; None where that goes by the role alone. Set with `owed`.
    asks_reader: bool | None = None
    #: Whether a hold or an officer's custody stands before it; set by `with_frozen`.
    frozen = False
    #: Contact with parents that nobody may make as things stand: it is late with nobody. Set where it is read.
    on_hold = False

    class Meta:
        ordering = ["position"]
        indexes = [
            models.Index(
                fields=["case"],
                condition=Q(outcome__in=["", "unable"]) | Q(repeats=True, outcome="done"),
                name="cases_steppart_open",
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(kind="report", outcome__in=["", "unable"]),
                name="cases_steppart_report_open",
            ),
            models.Index(
                fields=["case"],
                condition=Q(kind="referral", outcome__in=["declined", "done"], next_on__isnull=False),
                name="cases_steppart_asked_after",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["run", "part"], name="cases_steppart_once_a_run"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "done", "not_applicable", "declined", "unable", "superseded"]),
                name="cases_steppart_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", outcome_at__isnull=True)
                | (~Q(outcome="") & Q(outcome_at__isnull=False)),
                name="cases_steppart_outcome_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(compartment__in=["team", "counseling", "sro", "reporter"]),
                name="cases_steppart_compartment_is_known",
            ),
            models.CheckConstraint(
                condition=Q(progress="")
                | Q(outcome="done", progress__in=["waiting", "began", "ended", "did_not_begin"]),
                name="cases_steppart_progress_of_what_was_done",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it still asks something of somebody; what recurs does so after each contact."""
        recurs = self.repeats and self.outcome == Outcome.DONE
        return self.owed or recurs or self.outcome in ("", Outcome.UNABLE)


class Entry(models.Model):
    """
    What was entered about a part: append-only, a correction is an entry that names the one it corrects.
    `number` counts a part's entries from 1; the part's state is that of the highest.

    Everybody who may open the case sees that it was entered and its shared facts; the rest is
    `EntryEvidence`. In the reporter's compartment the entry itself does not say who made it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries")
    part = models.ForeignKey(StepPart, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=20, choices=Outcome)
    compartment = models.CharField(max_length=10, choices=Compartment)
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role, blank=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    review_on = models.DateField(null=True)
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")
    shared = models.BinaryField()
    # What the school before had ended of a student who was handed over: its actor took the student over, no more.
    handed_over = models.BooleanField(default=False, db_default=False)
    # Of a report that was recorded outside of the case: its shared facts are there.
    made = models.ForeignKey(
        "cases.ReportMade", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["recorded_at", "number"]
        indexes = [models.Index(fields=["happened_at"], name="cases_entry_by_time")]
        constraints = [
            models.UniqueConstraint(fields=["part", "number"], name="cases_entry_one_of_each_number_a_part"),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=["done", "not_applicable", "declined", "unable", "superseded", "reopened"]
                ),
                name="cases_entry_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=Q(compartment="reporter", actor__isnull=True, role="")
                | (~Q(compartment="reporter") & Q(actor__isnull=False)),
                name="cases_entry_names_its_actor_unless_a_reporter",
            ),
            models.CheckConstraint(
                condition=Q(happened_at__lte=models.F("recorded_at")),
                name="cases_entry_happened_before_it_was_recorded",
            ),
        ]

    @property
    def by(self) -> str:
        """Who stands as having entered it; empty of a report, which names nobody."""
        if self.handed_over:
            return gettext("The previous school")
        return self.actor.name if self.actor else ""

    def shared_facts(self, key: DataKey) -> dict[str, Any]:
        """The fields that the definition shares with everybody on the case. Raises CannotUnseal."""
        if not self.shared:
            return {}
        opened: dict[str, Any] = key.unseal(self.shared, context=f"entry:{self.pk}")
        return opened


class EntryEvidence(models.Model):
    """The evidence of an entry, as JSON under the case's key, readable in its compartment alone."""

    entry = models.OneToOneField(Entry, primary_key=True, on_delete=models.PROTECT, related_name="evidence")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    compartment = models.CharField(max_length=10, choices=Compartment)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(compartment__in=["team", "counseling", "sro", "reporter"]),
                name="cases_entryevidence_compartment_is_known",
            ),
        ]

    def facts(self, key: DataKey) -> dict[str, Any]:
        """All evidence of the entry, with the reason where one was asked for. Raises CannotUnseal."""
        opened: dict[str, Any] = key.unseal(self.sealed, context=f"evidence:{self.pk}")
        return opened
