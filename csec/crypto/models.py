"""
Data keys: one for each concern, case and draft. Without it what it sealed is noise; destroying it expunges.

And by what a wrong master key is noticed (`csec.crypto.known`).
"""

import json
import os
import uuid
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models

from csec.crypto.keys import master_keys, newest

_NONCE = 12
_FORMAT = b"\x01"


class CannotUnseal(Exception):
    """The key is the wrong one, is destroyed, or the sealed text was altered or belongs to another row."""


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
        version, master = newest()
        key = cls(scope=scope, master_version=version)
        key._plain = AESGCM.generate_key(256)
        nonce = os.urandom(_NONCE)
        key.wrapped = nonce + AESGCM(master).encrypt(nonce, key._plain, key.id.bytes)
        return key

    def seal(self, value: Any, *, context: str) -> bytes:
        """Encrypt a JSON value. `context` names the place (`table.column:id`): elsewhere it does not open."""
        nonce = os.urandom(_NONCE)
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return _FORMAT + nonce + AESGCM(self._unwrapped()).encrypt(nonce, text, context.encode())

    def unseal(self, sealed: bytes | memoryview, *, context: str) -> Any:
        """Decrypt what `seal` made at the same place. Raises CannotUnseal."""
        data = bytes(sealed)
        if data[:1] != _FORMAT:
            raise CannotUnseal("The sealed text has no known format.")
        nonce, body = data[1 : 1 + _NONCE], data[1 + _NONCE :]
        try:
            text = AESGCM(self._unwrapped()).decrypt(nonce, body, context.encode())
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
            master = master_keys().get(self.master_version)
            if master is None:
                raise CannotUnseal(f"Master key {self.master_version} is not configured.")
            data = bytes(self.wrapped)
            try:
                self._plain = AESGCM(master).decrypt(data[:_NONCE], data[_NONCE:], self.id.bytes)
            except InvalidTag:
                raise CannotUnseal(
                    f"Master key {self.master_version} is not the one that was used."
                ) from None
        return self._plain


class KnownMasterKey(models.Model):
    """A version of the master key that was used here, with a word sealed by it: another key does not open it."""

    version = models.PositiveIntegerField(primary_key=True)
    sealed = models.BinaryField()
