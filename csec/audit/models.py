"""What was done and what was read. It knows nobody: people and things are opaque ids without a foreign key."""

import uuid

from django.db import models
from django.db.models.functions import Now


class Event(models.Model):
    """One line of the log. The application may write it and not read it; the audit role reads it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(db_default=Now())
    actor = models.UUIDField(null=True)
    role = models.CharField(max_length=20, blank=True)
    verb = models.CharField(max_length=60)
    subject = models.UUIDField(null=True)
    case = models.UUIDField(null=True, db_column="case_id")
    request = models.UUIDField(null=True)
    result = models.CharField(max_length=20)

    class Meta:
        ordering = ["at"]
        indexes = [
            models.Index(fields=["case", "at"], name="audit_event_case"),
            models.Index(fields=["actor", "at"], name="audit_event_actor"),
            models.Index(
                fields=["subject"], name="audit_event_concern", condition=models.Q(verb="concern_viewed")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(result__in=["done", "denied", "refused", "not_found"]),
                name="audit_event_result_is_known",
            ),
        ]
