"""That two cases belong together: a student suspected of recruiting, and the students targeted."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.cases import Case


class CaseLink(models.Model):
    """
    From the case of a student suspected of recruiting to another one. Append-only.

    PostgreSQL shows it to those alone who may open both cases, on either side. It says nothing of who made it.
    """

    class Kind(models.TextChoices):
        TARGETED = "targeted", _("A student who may have been targeted")
        SAME_STUDENT = "same_student", _("The same student, as a possible victim")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    from_case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links_out")
    to_case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links_in")
    kind = models.CharField(max_length=20, choices=Kind)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["from_case", "to_case"], name="cases_caselink_once"),
            models.CheckConstraint(
                condition=~Q(from_case=models.F("to_case")), name="cases_caselink_between_two_cases"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["targeted", "same_student"]), name="cases_caselink_kind_is_known"
            ),
        ]
