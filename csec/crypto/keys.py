"""
Master keys: what else is secret is sealed under them. They come from the environment or a file, never the database.

Each has a version. What is sealed says under which, and the highest seals what is new.
"""

import base64
import binascii
import os
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE = 12


class CannotUnseal(Exception):
    """The key is the wrong one, is destroyed, or the sealed text was altered or belongs to another row."""


@lru_cache(maxsize=1)
def master_keys() -> dict[int, bytes]:
    """All master keys by version, read once per process. Raises ImproperlyConfigured when there is none."""
    text = settings.CSEC_MASTER_KEYS
    if not text and settings.CSEC_MASTER_KEYS_FILE:
        text = Path(settings.CSEC_MASTER_KEYS_FILE).read_text()
    return parse(text)


def parse(text: str) -> dict[int, bytes]:
    """Read `1:<base64 of 32 bytes>,2:…` (commas or lines). Says which entry is wrong, never what it holds."""
    keys: dict[int, bytes] = {}
    for position, entry in enumerate(text.replace("\n", ",").split(","), start=1):
        if not entry.strip():
            continue
        version, _, encoded = entry.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not version.isdigit() or len(key) != 32 or int(version) in keys:
            raise ImproperlyConfigured(
                f"Master key number {position} is not `version:base64 of 32 bytes` with a version of its own."
            )
        keys[int(version)] = key
    if not keys:
        raise ImproperlyConfigured("No master key: set CSEC_MASTER_KEYS or CSEC_MASTER_KEYS_FILE.")
    return keys


def written(keys: dict[int, bytes]) -> str:
    """What `parse` reads, a line each."""
    return "".join(f"{version}:{base64.b64encode(key).decode()}\n" for version, key in sorted(keys.items()))


def newest() -> int:
    """The version that seals what is new."""
    return max(master_keys())


def wrap(plain: bytes, *, context: bytes) -> tuple[int, bytes]:
    """Seal under the newest master key, for a place of its own: elsewhere it does not open. The version comes first."""
    version = newest()
    return version, sealed_by(master_keys()[version], plain, context=context)


def unwrap(version: int, sealed: bytes | memoryview, *, context: bytes) -> bytes:
    """Open what `wrap` made for the same place. Raises CannotUnseal."""
    master = master_keys().get(version)
    if master is None:
        raise CannotUnseal(f"Master key {version} is not configured.")
    try:
        return opened_by(master, sealed, context=context)
    except InvalidTag:
        raise CannotUnseal(f"Master key {version} is not the one that was used.") from None


def sealed_by(key: bytes, plain: bytes, *, context: bytes) -> bytes:
    """AES-256-GCM with a nonce of its own, which stands before it."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, context)


def opened_by(key: bytes, sealed: bytes | memoryview, *, context: bytes) -> bytes:
    """Open what `sealed_by` made. Raises InvalidTag."""
    data = bytes(sealed)
    return AESGCM(key).decrypt(data[:NONCE], data[NONCE:], context)
