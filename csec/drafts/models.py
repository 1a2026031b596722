"""Half-written forms, kept on the server and encrypted, so that being signed out loses nothing."""

import uuid

from django.conf import settings
from django.db import models

from csec.crypto.models import DataKey


class Draft(models.Model):
    """What one person typed into one form and has not sent yet. Nobody else can read it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=100)
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "form"], name="drafts_one_per_form")]
