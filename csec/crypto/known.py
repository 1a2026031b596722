"""
Which master keys this database was used with. A wrong one is noticed at the start and not at the first text.

A key of the right version and other bytes would seal what no other process can open, and open nothing.
"""

import logging

from cryptography.exceptions import InvalidTag
from django.db import Error, connection

from csec.crypto import rotation
from csec.crypto.keys import CannotUnseal, master_keys, opened_by, sealed_by
from csec.crypto.models import DataKey, KnownMasterKey
from csec.crypto.rotation import OWNER

logger = logging.getLogger(__name__)

_WORD = b"the key that was used"


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


def learn() -> list[int]:
    """
    Check the configured keys, note those that are new and forget those that seal nothing any more.

    As the owner of the database, who sees every row. Returns the versions known. Raises WrongMasterKey.
    """
    keys = master_keys()
    rows = KnownMasterKey.objects.using(OWNER)
    needed = rotation.needed()
    rows.exclude(version__in=needed.keys() | keys.keys()).delete()
    check(using=OWNER)
    if missing := needed.keys() - keys.keys():
        raise WrongMasterKey(
            f"Master key {min(missing)} is not configured, and texts are sealed under it: put it back."
        )
    for version in sorted(keys.keys() - set(rows.values_list("version", flat=True))):
        _try(version)
        sealed = sealed_by(keys[version], _WORD, context=_place(version))
        rows.bulk_create([KnownMasterKey(version=version, sealed=sealed)], ignore_conflicts=True)
    check(using=OWNER)
    return sorted(keys)


def doubts(keys: dict[int, bytes]) -> list[str]:
    """What speaks against these being the master keys that were used here."""
    found = []
    for known in KnownMasterKey.objects.using(OWNER).order_by("version"):
        if known.version not in keys:
            found.append(f"Master key {known.version} was used here and is not among them.")
        elif not _opens(known, keys[known.version]):
            found.append(f"Master key {known.version} is not the one that was used here.")
    return found


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
    try:
        return opened_by(key, known.sealed, context=_place(known.version)) == _WORD
    except InvalidTag:
        return False


def _try(version: int) -> None:
    """A data key from before the word was kept has to open; where there is none, the key is new."""
    whole = DataKey.objects.using(OWNER).filter(wrapped__isnull=False, master_version=version)
    try:
        for data_key in whole[:1]:
            data_key.open()
    except CannotUnseal:
        raise _wrong(version) from None


def _wrong(version: int) -> WrongMasterKey:
    return WrongMasterKey(
        f"Master key {version} is not the one that was used here: nothing that was sealed opens with it. "
        "Put back the right one."
    )
