"""What was done and what was read. It knows nobody: people and things are opaque ids without a foreign key."""

import uuid

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now


class Event(models.Model):
    """One line of the log. The application may write it and not read it; the audit role reads it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Given by PostgreSQL and by nobody else; numbers of what was rolled back are missing.
    number = models.BigIntegerField(unique=True, editable=False)
    at = models.DateTimeField(db_default=Now())
    actor = models.UUIDField(null=True)
    role = models.CharField(max_length=20, blank=True)
    verb = models.CharField(max_length=60)
    subject = models.UUIDField(null=True)
    case = models.UUIDField(null=True, db_column="case_id")
    request = models.UUIDField(null=True)
    result = models.CharField(max_length=20)
    # Of a paper that was made: the SHA-256 of its bytes.
    digest = models.BinaryField(null=True)

    class Meta:
        ordering = ["at"]
        indexes = [
            models.Index(fields=["case", "at"], name="audit_event_case"),
            models.Index(fields=["actor", "at"], name="audit_event_actor"),
            models.Index(
                fields=["subject"],
                name="audit_event_of_concern",
                condition=models.Q(verb__in=["concern_viewed", "report_sheet_opened"]),
            ),
            models.Index(
                fields=["at"], name="audit_event_feed_missed", condition=models.Q(verb="feed_not_found")
            ),
            BrinIndex(fields=["at"], name="audit_event_at", autosummarize=True),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(result__in=["done", "denied", "refused", "not_found"]),
                name="audit_event_result_is_known",
            ),
            # No name, no text and no address: what was done, and in which role, by the program's own words.
            models.CheckConstraint(
                condition=models.Q(verb__regex=r"^[a-z_]+$", role__regex=r"^[a-z_]*$"),
                name="audit_event_holds_no_text",
            ),
        ]


class Seal(models.Model):
    """
    One link of the chain over the log: the events after the last link's up to `until`, and the last link's digest.

    `entries` holds for each event its number (8 bytes) and the SHA-256 of the rest of it (32 bytes), so that the
    first one that is not as it was can be named. Only the audit role writes one, and nobody changes it.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    until = models.BigIntegerField(unique=True)
    count = models.PositiveIntegerField()
    entries = models.BinaryField()
    previous = models.BinaryField(unique=True)
    digest = models.BinaryField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__gte=1, count__gte=1), name="audit_seal_seals_something"
            ),
        ]
