"""A student moves to another school: offered to a named person, or out of the district, until somebody answers."""

import uuid
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cases.models.cases import Case, CasePerson
from cases.models.steps import Compartment
from csec.accounts.models import User
from csec.accounts.roles import CARE_ROLES, Role
from csec.crypto.models import DataKey
from csec.directory.models import School

#: Who takes over a case at another school.
TAKES_OVER = CARE_ROLES | {Role.ADMINISTRATOR}


class TransferQuerySet(models.QuerySet["Transfer"]):
    def visible_to(self, user: User) -> Self:
        """
        Those of cases that `user` sees and is no officer on, old or new; and what is offered to themselves.

        Whoever it is offered to sees the offer, and nothing of the case. Never while one of the two is kept from them.
        """
        cases = Case.objects.visible_to(user).filter(~Q(my_role=Role.SRO)).values("pk")
        schools = [m.school_id for m in user.current_memberships if m.role in TAKES_OVER]
        kept_away = CasePerson.objects.order_by().filter(
            Q(until__isnull=True) | Q(until__gt=Now()),
            Q(case=OuterRef("case")) | Q(case=OuterRef("new_case")),
            person=user,
            excluded=True,
        )
        offered = Q(receiver=user, to_school__in=schools) & ~Exists(kept_away)
        return self.filter(Q(case__in=cases) | Q(new_case__in=cases) | offered)

    def waiting(self) -> Self:
        """Those over which a case does not close."""
        return self.filter(state__in=[Transfer.State.ASKED, Transfer.State.OPEN])


class Transfer(models.Model):
    """
    The handoff of one case, from a decision to transfer until somebody has taken the student over.

    To a school of the district it is offered to a named person, who reads the chosen sections (TransferSection) and
    nothing of the case; on acceptance their school has a case of its own (`new_case`). Out of the district, or where
    nobody knows where to, it is open until somebody acknowledges the student. It has a key of its own: what is offered
    opens to whom it is offered. `sealed` are the sender's own words and `answer_sealed` those of the answer, both
    under the case's key but for a refusal, which is under its own; `closing` is the decision by which the old case
    closes, written by those who hand over, as whoever accepts does not see that case.
    """

    class Kind(models.TextChoices):
        UNDECIDED = "", _("Not offered yet")
        SCHOOL = "school", _("To a school of this district")
        OUTSIDE = "outside", _("To a school or agency outside of the district")
        UNKNOWN = "unknown", _("Nobody knows where to")

    class State(models.TextChoices):
        ASKED = "asked", _("Decided, not offered yet")
        OPEN = "open", _("Waits for an answer")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="transfers")
    from_school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind, blank=True, default=Kind.UNDECIDED)
    state = models.CharField(max_length=15, choices=State, default=State.ASKED)
    began_at = models.DateTimeField()
    began_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    to_school = models.ForeignKey(School, null=True, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey(DataKey, null=True, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(null=True)
    offered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    climbs_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    new_case = models.OneToOneField(Case, null=True, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField(null=True)
    answer_sealed = models.BinaryField(null=True)
    closing = models.UUIDField(null=True)
    closing_sealed = models.BinaryField(null=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ["began_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=["asked", "open"]), name="cases_transfer_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["", "school", "outside", "unknown"]),
                name="cases_transfer_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "open", "accepted", "refused", "withdrawn", "acknowledged"]),
                name="cases_transfer_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind="", state__in=["asked", "withdrawn"], key__isnull=True, offered_at__isnull=True
                )
                | Q(
                    kind__in=["school", "outside", "unknown"],
                    key__isnull=False,
                    offered_at__isnull=False,
                    offered_by__isnull=False,
                )
                & ~Q(state="asked"),
                name="cases_transfer_offered_or_asked",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind="school",
                    to_school__isnull=False,
                    receiver__isnull=False,
                    climbs_at__isnull=False,
                    closing__isnull=False,
                    closing_sealed__isnull=False,
                )
                & ~Q(state="acknowledged")
                | Q(
                    to_school__isnull=True,
                    receiver__isnull=True,
                    climbs_at__isnull=True,
                    closing__isnull=True,
                    closing_sealed__isnull=True,
                )
                & ~Q(kind="school")
                & ~Q(state__in=["accepted", "refused"]),
                name="cases_transfer_to_somebody_of_a_school",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "open"], answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(state__in=["asked", "open"]),
                name="cases_transfer_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", new_case__isnull=False)
                | ~Q(state="accepted") & Q(new_case__isnull=True),
                name="cases_transfer_accepted_with_its_case",
            ),
        ]

    @property
    def waits(self) -> bool:
        return self.state in (self.State.ASKED, self.State.OPEN)

    def words(self, key: DataKey) -> dict[str, str]:
        """The sender's own words, under the case's key. Raises CannotUnseal."""
        return dict(key.unseal(self.sealed, context=f"transfer:{self.pk}")) if self.sealed else {}

    def answer(self, key: DataKey) -> dict[str, str]:
        """The words of the answer, under the case's key, or its own for a refusal. Raises CannotUnseal."""
        if not self.answer_sealed:
            return {}
        return dict(key.unseal(self.answer_sealed, context=f"transfer_answer:{self.pk}"))


class TransferSection(models.Model):
    """
    One section of what is offered, as it stood on the page on which it was sent: never changed afterwards.

    What comes from the counselor's section is a row of that compartment.
    """

    class Section(models.TextChoices):
        WHO = "who", _("Who it is about, and whom to call")
        TRACK = "track", _("The track, and how its steps stand")
        CONTACT = "contact", _("The check-ins: how often, and when the next is due")
        SAFETY = "safety", _("What is needed for the student’s safety")
        NEEDS = "needs", _("What the student needs at school")
        COUNSELING = "counseling", _("The restricted section")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="sections")
    section = models.CharField(max_length=10, choices=Section)
    compartment = models.CharField(max_length=10, choices=Compartment, default=Compartment.TEAM)
    position = models.PositiveSmallIntegerField()
    sealed = models.BinaryField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["transfer", "section"], name="cases_transfersection_once"),
            models.CheckConstraint(
                condition=Q(section="counseling", compartment="counseling")
                | Q(section__in=["who", "track", "contact", "safety", "needs"], compartment="team"),
                name="cases_transfersection_in_its_compartment",
            ),
        ]

    def lines(self, key: DataKey) -> list[list[str]]:
        """What is read there: pairs of a label and words. Raises CannotUnseal."""
        opened: list[Any] = key.unseal(self.sealed, context=f"transfer_section:{self.pk}")
        return opened
