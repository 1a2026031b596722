"""That two cases belong together: a student suspected of recruiting and those targeted, or two of one student."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.cases import Case
from csec.crypto.models import DataKey


class CaseLink(models.Model):
    """
    From the case of a student suspected of recruiting to another one; or, of two of one student on the same track, what
    the district's liaison said: both are kept, or this one was joined to the other. Append-only.

    PostgreSQL shows it to those alone who may open both cases, on either side. It says nothing of who made it. Why both
    are kept, or one was joined, is sealed under the key of the case that it comes from.
    """

    class Kind(models.TextChoices):
        TARGETED = "targeted", _("A student who may have been targeted")
        SAME_STUDENT = "same_student", _("The same student, as a possible victim")
        KEPT = "kept", _("The same student on the same track: both are kept")
        JOINED = "joined", _("The same student: this one goes on, and took over the concerns")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    from_case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links_out")
    to_case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links_in")
    kind = models.CharField(max_length=20, choices=Kind)
    made_at = models.DateTimeField()
    sealed = models.BinaryField(null=True)

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["from_case", "to_case", "kind"], name="cases_caselink_once"),
            models.CheckConstraint(
                condition=~Q(from_case=models.F("to_case")), name="cases_caselink_between_two_cases"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["targeted", "same_student"], sealed__isnull=True)
                | Q(kind__in=["kept", "joined"], sealed__isnull=False),
                name="cases_caselink_kind_is_known",
            ),
        ]

    def reason(self, key: DataKey) -> str:
        """Why both are kept, or one was joined; empty of any other. Raises CannotUnseal."""
        return str(key.unseal(self.sealed, context=f"case_link:{self.pk}")) if self.sealed else ""
