"""Asking an SRO in: to whom, and what they answered."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.cases import Case
from cases.models.steps import StepPart
from csec.accounts.models import User


class SroRequest(models.Model):
    """
    A request to one officer, from the part of the protocol that asks one in.

    Accepting is not investigating: what came of it is reported back as an entry of the part that answers.
    """

    class Answer(models.TextChoices):
        WAITING = "", _("Waiting for an answer")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Taken back: the School Resource Officer is no longer on the case")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="sro_requests")
    part = models.ForeignKey(StepPart, on_delete=models.PROTECT, related_name="sro_requests")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    # When the officer's cover is told that the officer has not answered, and when those who answer for the case are
    # (at once with the cover where there is none).
    climbs_at = models.DateTimeField(null=True)
    overseers_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True)

    #: Whether the officer is not there today, and who covers and is; set where it is shown.
    away: bool
    cover: str
    #: Whom to call instead, as the district gave it.
    dispatch: str

    class Meta:
        ordering = ["asked_at", "id"]
        indexes = [
            models.Index(fields=["officer", "answer"], name="cases_srorequest_by_officer"),
            models.Index(fields=["climbs_at"], condition=Q(answer=""), name="cases_srorequest_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | Q(answer__in=["accepted", "declined", "withdrawn"], answered_at__isnull=False),
                name="cases_srorequest_answer_has_its_time",
            ),
            models.UniqueConstraint(
                fields=["part"],
                condition=Q(answer__in=["", "accepted"]),
                name="cases_srorequest_one_a_part",
            ),
        ]
