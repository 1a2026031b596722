"""
Which master keys this database was used with. A wrong one is noticed at the start and not at the first text.

A key of the right version and other bytes would seal what no other process can open, and open nothing.
"""

import logging
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import Error, connection

from csec.crypto.keys import master_keys
from csec.crypto.models import CannotUnseal, DataKey, KnownMasterKey

logger = logging.getLogger(__name__)

_WORD = b"the key that was used"
_NONCE = 12


class WrongMasterKey(Exception):
    """A configured key is not the one that was used, or one that was used is missing. Names the version alone."""


def check(*, using: str = "default") -> None:
    """Compare the configured keys with those that were used here. Raises WrongMasterKey."""
    keys = master_keys()
    for known in KnownMasterKey.objects.using(using).order_by("version"):
        if known.version not in keys:
            raise WrongMasterKey(
                f"Master key {known.version} is not configured, and texts are sealed under it: put it back."
            )
        if not _opens(known, keys[known.version]):
            raise _wrong(known.version)


def learn(*, using: str = "owner") -> list[int]:
    """
    Check the configured keys, note those that are new and forget those that seal nothing any more.

    As the owner of the database, who sees every data key. Returns the versions known. Raises WrongMasterKey.
    """
    keys = master_keys()
    in_use = DataKey.objects.using(using).filter(wrapped__isnull=False)
    rows = KnownMasterKey.objects.using(using)
    used = set(in_use.order_by().values_list("master_version", flat=True).distinct())
    rows.exclude(version__in=used | keys.keys()).delete()
    check(using=using)
    if missing := used - keys.keys():
        raise WrongMasterKey(
            f"Master key {min(missing)} is not configured, and texts are sealed under it: put it back."
        )
    for version in sorted(keys.keys() - set(rows.values_list("version", flat=True))):
        _try(in_use.filter(master_version=version).first(), version)
        nonce = os.urandom(_NONCE)
        sealed = nonce + AESGCM(keys[version]).encrypt(nonce, _WORD, _place(version))
        rows.bulk_create([KnownMasterKey(version=version, sealed=sealed)], ignore_conflicts=True)
    check(using=using)
    return sorted(keys)


def check_at_start() -> None:
    """
    Check before the first page is served. Raises WrongMasterKey.

    Without an answer of the database the emergency card still has to be served: then this says so and goes on.
    """
    try:
        check()
    except Error:
        logger.error("The master keys could not be compared: the database gave no answer.")
    finally:
        connection.close()


def _place(version: int) -> bytes:
    return f"crypto_knownmasterkey.sealed:{version}".encode()


def _opens(known: KnownMasterKey, key: bytes) -> bool:
    sealed = bytes(known.sealed)
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _place(known.version)) == _WORD
    except InvalidTag:
        return False


def _try(data_key: DataKey | None, version: int) -> None:
    """A data key from before the word was kept has to open; where there is none, the key is new."""
    try:
        if data_key:
            data_key.open()
    except CannotUnseal:
        raise _wrong(version) from None


def _wrong(version: int) -> WrongMasterKey:
    return WrongMasterKey(
        f"Master key {version} is not the one that was used here: nothing that was sealed opens with it. "
        "Put back the right one."
    )
