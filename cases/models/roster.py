"""That the roster says another thing of a student than their case, and what somebody made of it."""

import uuid

from django.db import models

from cases.models.cases import Case
from csec.accounts.models import User
from csec.crypto.models import DataKey
from csec.directory.models import School, Student


class RosterNote(models.Model):
    """
    Somebody on the case knows that its student left, or is at another school by the roster; append-only.

    It stands for this student at that school alone: when the roster changes once more, it is asked again. The words
    (who goes on, who was told) are sealed under the case's key.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="roster_notes")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    active = models.BooleanField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()

    class Meta:
        ordering = ["at", "id"]

    def words(self, key: DataKey) -> str:
        """Who goes on. Raises CannotUnseal."""
        return str(key.unseal(self.sealed, context=f"roster:{self.pk}"))
