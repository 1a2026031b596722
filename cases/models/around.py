"""The people around a student, each with what they may; and what only the counselor's section says of them."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.cases import Case
from cases.text import Words
from csec.accounts.models import User
from csec.crypto.models import DataKey


class Answer(models.TextChoices):
    UNKNOWN = "unknown", _("Not known yet")
    YES = "yes", _("Yes")
    NO = "no", _("No")


#: What is asked of each person, by the names of the columns.
PERMISSIONS: Mapping[str, Words] = {
    "may_be_contacted": _("May be contacted"),
    "gets_schedule": _("May be told the timetable"),
    "gets_education": _("May receive education records"),
    "gets_case": _("May be told about this case"),
    "may_pick_up": _("May pick up the student"),
    "decides_education": _("Decides on education (holder of educational rights)"),
    "lives_in_home": _("Lives in the student’s home"),
    "may_be_involved": _("May be involved in the exploitation"),
}


def _answer() -> Any:
    return models.CharField(max_length=7, choices=Answer, default=Answer.UNKNOWN)


class ContactQuerySet(models.QuerySet["Contact"]):
    def in_force(self) -> "ContactQuerySet":
        """The latest version of everybody who is still a contact."""
        return self.filter(replaced_at__isnull=True, ended_at__isnull=True)

    def to_pick_up(self) -> "ContactQuerySet":
        """Who is named for it: entered that they may, and not that they may be involved."""
        return self.in_force().filter(may_pick_up=Answer.YES).exclude(may_be_involved=Answer.YES)


class Contact(models.Model):
    """
    One person around a student, in one relation, as somebody entered them; `who` is the same in all versions of them.

    A changed contact is a new row, and the former is kept: so each answer says who gave it and when. The name, the
    telephone number and what the answers rest on are sealed under the case's key.
    """

    class Relation(models.TextChoices):
        PARENT = "parent", _("Parent")
        GUARDIAN = "guardian", _("Guardian")
        CAREGIVER = "caregiver", _("Caregiver, for instance a foster parent")
        CHILD_WELFARE_WORKER = "child_welfare_worker", _("Child Welfare worker")
        RIGHTS_HOLDER = "rights_holder", _("Holder of educational rights")
        ATTORNEY = "attorney", _("Attorney")
        PROVIDER = "provider", _("Service provider")
        OTHER_ADULT = "other_adult", _("Another adult whom the student trusts")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="contacts")
    who = models.UUIDField(default=uuid.uuid4, editable=False)
    relation = models.CharField(max_length=20, choices=Relation)
    may_be_contacted = _answer()
    gets_schedule = _answer()
    gets_education = _answer()
    gets_case = _answer()
    may_pick_up = _answer()
    decides_education = _answer()
    lives_in_home = _answer()
    may_be_involved = _answer()
    sealed = models.BinaryField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    end_sealed = models.BinaryField(null=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["set_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "who"],
                condition=Q(replaced_at__isnull=True),
                name="cases_contact_one_version_in_force",
            ),
            models.CheckConstraint(
                condition=Q(
                    relation__in=[
                        "parent",
                        "guardian",
                        "caregiver",
                        "child_welfare_worker",
                        "rights_holder",
                        "attorney",
                        "provider",
                        "other_adult",
                    ]
                ),
                name="cases_contact_relation_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    may_be_contacted__in=["unknown", "yes", "no"],
                    gets_schedule__in=["unknown", "yes", "no"],
                    gets_education__in=["unknown", "yes", "no"],
                    gets_case__in=["unknown", "yes", "no"],
                    may_pick_up__in=["unknown", "yes", "no"],
                    decides_education__in=["unknown", "yes", "no"],
                    lives_in_home__in=["unknown", "yes", "no"],
                    may_be_involved__in=["unknown", "yes", "no"],
                ),
                name="cases_contact_answers_are_known",
            ),
            models.CheckConstraint(
                condition=~Q(may_be_involved="yes")
                | (
                    ~Q(may_be_contacted="yes")
                    & ~Q(gets_schedule="yes")
                    & ~Q(gets_education="yes")
                    & ~Q(gets_case="yes")
                ),
                name="cases_contact_involved_is_told_nothing",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, end_sealed__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False, end_sealed__isnull=False),
                name="cases_contact_end_is_whole",
            ),
        ]

    @property
    def picks_up(self) -> bool:
        """As `to_pick_up`, of one in force."""
        return bool(self.may_pick_up == Answer.YES != self.may_be_involved)

    @property
    def is_of_the_home(self) -> bool:
        """A parent or whoever stands in a parent's place, or somebody who lives in the student's home."""
        home = (self.Relation.PARENT, self.Relation.GUARDIAN, self.Relation.CAREGIVER)
        return self.relation in home or self.lives_in_home == Answer.YES

    @property
    def answers(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in PERMISSIONS}

    def words(self, key: DataKey) -> dict[str, str]:
        """Name, telephone, language, and what the answers rest on. Raises CannotUnseal."""
        opened: dict[str, str] = key.unseal(self.sealed, context=f"contact:{self.pk}")
        return opened

    def why_ended(self, key: DataKey) -> str:
        """Why they are no longer a contact; empty before. Raises CannotUnseal."""
        return str(key.unseal(self.end_sealed, context=f"contact_end:{self.pk}")) if self.end_sealed else ""


class ContactNote(models.Model):
    """What the counselor's section says of one of these people. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    who = models.UUIDField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()

    class Meta:
        ordering = ["at", "id"]

    def words(self, key: DataKey) -> str:
        """Raises CannotUnseal."""
        return str(key.unseal(self.sealed, context=f"contact_note:{self.pk}"))
