"""The published versions of the protocol. A case is bound to one of them; once published it never changes."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.utils import translation

from protocols import schema, translations
from protocols.schema import Protocol

# Definitions that were read, by digest and language. Few, and they never change: kept as long as the process runs.
_read: dict[str, Protocol] = {}
_spoken: dict[tuple[str, str | None], Protocol] = {}


class ProtocolVersionQuerySet(models.QuerySet["ProtocolVersion"]):
    def in_force(self, on: date) -> "ProtocolVersion":
        """The version that new cases follow on that day: the latest that had come into force by then.

        ProtocolVersion.DoesNotExist when none had.
        """
        version = (
            self.filter(in_force_from__lte=on).order_by("-in_force_from", "-loaded_at", "-version").first()
        )
        if version is None:
            raise ProtocolVersion.DoesNotExist(
                f"No protocol was in force on {on:%Y-%m-%d}; run load_protocols."
            )
        return version

    def published(self, protocol: str, version: str) -> Self:
        """The one version of that name, or nothing."""
        return self.filter(protocol=protocol, version=version)


class ProtocolVersion(models.Model):
    """One published version: its text as it was loaded, and its digest. A trigger refuses any change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    protocol = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    text = models.TextField()
    in_force_from = models.DateField()
    loaded_at = models.DateTimeField()

    objects = ProtocolVersionQuerySet.as_manager()

    class Meta:
        ordering = ["protocol", "in_force_from", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["protocol", "version"], name="protocols_version_is_published_once"
            ),
            models.CheckConstraint(
                condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"), name="protocols_version_digest_is_sha256"
            ),
            models.CheckConstraint(condition=~models.Q(text=""), name="protocols_version_has_text"),
        ]

    def __str__(self) -> str:
        return f"{self.protocol} {self.version}"

    @property
    def definition(self) -> Protocol:
        """
        The definition in the language that is active, read once per process.

        DefinitionError when the text does not have the digest.
        Queries that only need this may defer `text`: it is fetched the first time alone.
        """
        if self.digest not in _read:
            if schema.digest(self.text) != self.digest:
                raise schema.DefinitionError(
                    f"{self}: the stored text does not have the stored digest {self.digest}"
                )
            _read[self.digest] = schema.parse(self.text, file=str(self))
        key = (self.digest, translation.get_language())
        if key not in _spoken:
            _spoken[key] = translations.spoken(_read[self.digest])
        return _spoken[key]
