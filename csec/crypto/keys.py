"""Master keys: they wrap the data keys, come from the environment or a file, and are never in the database."""

import base64
import binascii
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


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


def newest() -> tuple[int, bytes]:
    """The version and the key that wrap new data keys."""
    keys = master_keys()
    version = max(keys)
    return version, keys[version]
