"""
Data keys: one for each concern, case and draft. Without it what it sealed is noise; destroying it expunges.

And by what a wrong master key is noticed (`csec.crypto.known`), and lost ones are found again (`csec.crypto.recovery`).
"""

import json
import uuid
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from csec.crypto.keys import CannotUnseal, opened_by, sealed_by, unwrap, wrap

_FORMAT = b"\x01"


class DataKey(models.Model):
    """
    A 256-bit key wrapped by a master key (AES-GCM both times).

    `scope` is the id of the concern, the case or the person (drafts) whose texts it seals; row-level security
    opens a key to those who may open its scope.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.UUIDField()
    master_version = models.PositiveIntegerField()
    wrapped = models.BinaryField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    _plain: bytes | None = None

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=False, destroyed_at__isnull=True)
                | models.Q(wrapped__isnull=True, destroyed_at__isnull=False),
                name="crypto_datakey_is_whole_or_destroyed",
            ),
        ]

    @classmethod
    def make(cls, *, scope: uuid.UUID) -> "DataKey":
        """A new key for `scope`, wrapped by the newest master key; not saved yet."""
        key = cls(scope=scope)
        key._plain = AESGCM.generate_key(256)
        key.master_version, key.wrapped = wrap(key._plain, context=key.id.bytes)
        return key

    def rewrap(self) -> None:
        """Wrap the same key by the newest master key; not saved yet. Raises CannotUnseal."""
        plain = self._unwrapped()
        self.master_version, self.wrapped = wrap(plain, context=self.id.bytes)
        if unwrap(self.master_version, self.wrapped, context=self.id.bytes) != plain:
            raise CannotUnseal("The data key does not come back as it was.")

    def seal(self, value: Any, *, context: str) -> bytes:
        """Encrypt a JSON value. `context` names the place (`table.column:id`): elsewhere it does not open."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return _FORMAT + sealed_by(self._unwrapped(), text, context=context.encode())

    def unseal(self, sealed: bytes | memoryview, *, context: str) -> Any:
        """Decrypt what `seal` made at the same place. Raises CannotUnseal."""
        data = bytes(sealed)
        if data[:1] != _FORMAT:
            raise CannotUnseal("The sealed text has no known format.")
        try:
            text = opened_by(self._unwrapped(), data[1:], context=context.encode())
        except InvalidTag:
            raise CannotUnseal("The data key does not open this text.") from None
        return json.loads(text)

    def open(self) -> None:
        """Unwrap the key with its master key. Raises CannotUnseal."""
        self._unwrapped()

    def _unwrapped(self) -> bytes:
        if self._plain is None:
            if self.wrapped is None:
                raise CannotUnseal("The data key is destroyed.")
            self._plain = unwrap(self.master_version, self.wrapped, context=self.id.bytes)
        return self._plain


class KnownMasterKey(models.Model):
    """A version of the master key that was used here, with a word sealed by it: another key does not open it."""

    version = models.PositiveIntegerField(primary_key=True)
    sealed = models.BinaryField()


class RecoveryKey(models.Model):
    """
    The master keys, sealed for the recovery key: its two shares open them, and nothing that is kept here does.

    Its public half is sealed under a master key: whoever has the database alone cannot put in one of their own, for
    which the master keys would then be sealed as well.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    made_at = models.DateTimeField(db_default=Now())
    master_version = models.PositiveIntegerField()
    public = models.BinaryField()
    # The master keys in the box.
    versions = ArrayField(models.PositiveIntegerField())
    box = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="crypto_recoverykey_is_the_only_one")
        ]
