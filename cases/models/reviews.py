"""The review of an open case by whoever answers for it, and the questions that it puts to the people on the case."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.cases import Case
from csec.accounts.models import User
from csec.crypto.models import DataKey


class CaseReview(models.Model):
    """
    That somebody looked a case through on a day, and how it stands with the county's multidisciplinary team.

    Append-only. What the team decided, or why it is not needed, is sealed under the case's key.
    """

    class Team(models.TextChoices):
        MET = "met", _("It met")
        NOT_YET = "not_yet", _("It has not met yet")
        NOT_NEEDED = "not_needed", _("It is not needed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reviews")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    team = models.CharField(max_length=10, choices=Team)
    # The day on which it met, or is going to.
    team_on = models.DateField(null=True)
    sealed = models.BinaryField()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["case", "-at"], name="cases_casereview_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(team="met", team_on__isnull=False)
                | Q(team="not_yet")
                | Q(team="not_needed", team_on__isnull=True),
                name="cases_casereview_team_is_whole",
            ),
        ]

    def team_words(self, key: DataKey) -> str:
        """What came of the team's meeting, or why there is none. Raises CannotUnseal."""
        return str(key.unseal(self.sealed, context=f"case_review:{self.pk}"))


class ReviewQuestion(models.Model):
    """
    What a review asks of those who act on the case, and what they answered.

    Put to a role and not to a person: whoever carries the case then answers. To say that one cannot say it is an
    answer, so that nobody is made to open a restricted section. Question and answer are sealed under the case's key.
    """

    class To(models.TextChoices):
        CARRIER = "carrier", _("Whoever carries the case")
        SRO = "sro", _("The School Resource Officer")

    class Answer(models.TextChoices):
        ANSWERED = "answered", _("Here is my answer")
        CANNOT_SAY = "cannot_say", _("I cannot say this to you")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    review = models.ForeignKey(CaseReview, on_delete=models.PROTECT, related_name="questions")
    put_to = models.CharField(max_length=10, choices=To)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answer_sealed = models.BinaryField(null=True)

    class Meta:
        ordering = ["asked_at", "put_to", "id"]
        constraints = [
            models.UniqueConstraint(fields=["review", "put_to"], name="cases_reviewquestion_one_to_each"),
            models.CheckConstraint(
                condition=Q(put_to__in=["carrier", "sro"]), name="cases_reviewquestion_to_is_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    answer="", answered_at__isnull=True, answered_by__isnull=True, answer_sealed__isnull=True
                )
                | Q(
                    answer__in=["answered", "cannot_say"],
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                    answer_sealed__isnull=False,
                ),
                name="cases_reviewquestion_answer_is_whole",
            ),
        ]

    def words(self, key: DataKey) -> str:
        """What is asked. Raises CannotUnseal."""
        return str(key.unseal(self.sealed, context=f"review_question:{self.pk}"))

    def answer_words(self, key: DataKey) -> str:
        """What was answered; empty before, and where nothing was added to its kind. Raises CannotUnseal."""
        if not self.answer_sealed:
            return ""
        return str(key.unseal(self.answer_sealed, context=f"review_answer:{self.pk}"))
