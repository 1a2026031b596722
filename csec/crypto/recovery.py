"""
The way back when the master keys are lost: they are kept sealed for a recovery key, which is kept on paper alone.

It is a pair (X25519). The installation keeps the public half, so that a new master key is added without anybody
fetching the papers; the private half is printed once, in two shares (`csec.crypto.shares`), and forgotten.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import transaction

from csec.audit.log import record
from csec.crypto import keys
from csec.crypto.models import RecoveryKey

OWNER = "owner"
_PUBLIC, _BOX = b"crypto_recoverykey.public", b"crypto_recoverykey.box"
_LENGTH = 32


class NotRecovered(Exception):
    """The two shares do not open what is kept here."""


class NotOurs(Exception):
    """What is kept here was not made with these master keys: somebody put it in."""


def new_key() -> bytes:
    """The private half of a new pair: to be printed, and to be kept nowhere."""
    return X25519PrivateKey.generate().private_bytes_raw()


def keep(private: bytes) -> None:
    """Seal the master keys for this recovery key, and for none that was made before it."""
    public = X25519PrivateKey.from_private_bytes(private).public_key()
    row = RecoveryKey()
    _seal(row, public)
    with transaction.atomic(using=OWNER):
        RecoveryKey.objects.using(OWNER).all().delete()
        row.save(using=OWNER, force_insert=True)
        record("recovery_key_made", actor=None, using=OWNER)


def keep_up() -> bool:
    """
    Whether the master keys that are configured now had to be sealed anew. Raises NotOurs.

    After a new one was added, or one left out that nothing needs any more.
    """
    with transaction.atomic(using=OWNER):
        row = RecoveryKey.objects.using(OWNER).select_for_update().first()
        if row is None or row.versions == sorted(keys.master_keys()):
            return False
        _seal(row, X25519PublicKey.from_public_bytes(_public_of(row)))
        row.save(using=OWNER, update_fields=["master_version", "public", "versions", "box"])
        record("recovery_key_kept_up", actor=None, using=OWNER)
        return True


def opened(private: bytes) -> dict[int, bytes]:
    """The master keys, by the joined shares. Raises NotRecovered."""
    row = RecoveryKey.objects.using(OWNER).first()
    if row is None:
        raise NotRecovered("No recovery key was made here.")
    secret, box = X25519PrivateKey.from_private_bytes(private), bytes(row.box)
    sender = X25519PublicKey.from_public_bytes(box[:_LENGTH])
    shared = _derived(secret.exchange(sender), sender, secret.public_key())
    try:
        text = keys.opened_by(shared, box[_LENGTH:], context=_BOX)
    except InvalidTag:
        raise NotRecovered(
            "These shares are of another recovery key than the one that was made last."
        ) from None
    return keys.parse(text.decode())


def _seal(row: RecoveryKey, public: X25519PublicKey) -> None:
    """Put all master keys into the box of a row. Nobody can open it again but by the private half."""
    row.master_version, row.public = keys.wrap(public.public_bytes_raw(), context=_PUBLIC)
    row.versions = sorted(keys.master_keys())
    once = X25519PrivateKey.generate()
    shared = _derived(once.exchange(public), once.public_key(), public)
    text = keys.written(keys.master_keys()).encode()
    row.box = once.public_key().public_bytes_raw() + keys.sealed_by(shared, text, context=_BOX)


def _public_of(row: RecoveryKey) -> bytes:
    try:
        return keys.unwrap(row.master_version, row.public, context=_PUBLIC)
    except keys.CannotUnseal:
        raise NotOurs from None


def _derived(shared: bytes, sender: X25519PublicKey, reader: X25519PublicKey) -> bytes:
    info = _BOX + sender.public_bytes_raw() + reader.public_bytes_raw()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(shared)
