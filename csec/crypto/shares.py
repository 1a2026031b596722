"""The recovery key on two sheets of paper: both together are the key, and each alone is random."""

import base64
import binascii
import os
from dataclasses import dataclass
from hashlib import sha256

KEY = 32
_SET, _CHECK = 3, 4
_ROWS, _GROUP = 4, 4


class NotAShare(Exception):
    """What was typed is not a share, or not one of the same key; says which."""


@dataclass(frozen=True)
class Share:
    """One of the two. `belongs` is the same on both, and says nothing."""

    number: int
    belongs: bytes
    secret: bytes

    def rows(self) -> list[str]:
        """As it is written down: four rows of four groups, the last with a check of all of it."""
        text = bytes([self.number]) + self.belongs + self.secret
        letters = base64.b32encode(text + sha256(text).digest()[:_CHECK]).decode()
        groups = [letters[n : n + _GROUP] for n in range(0, len(letters), _GROUP)]
        return [" ".join(groups[n : n + _ROWS]) for n in range(0, len(groups), _ROWS)]


def split(key: bytes) -> tuple[Share, Share]:
    """Two shares of a key; each is as random as if there were no key."""
    belongs, one = os.urandom(_SET), os.urandom(KEY)
    return Share(1, belongs, one), Share(2, belongs, _xor(key, one))


def read(typed: str) -> Share:
    """A share as somebody types it from paper: spaces, small letters and 0 for O do not matter. Raises NotAShare."""
    try:
        text = base64.b32decode(same(typed))
    except binascii.Error:
        text = b""
    body, check = text[:-_CHECK], text[-_CHECK:]
    if len(body) != 1 + _SET + KEY or sha256(body).digest()[:_CHECK] != check:
        raise NotAShare("This is not a whole share: a letter is wrong or missing.")
    return Share(body[0], body[1 : 1 + _SET], body[1 + _SET :])


def same(typed: str) -> str:
    """What was typed, in the one form in which it is compared."""
    letters = "".join(one for one in typed.upper() if one.isalnum())
    return letters.translate(str.maketrans("018", "OIB"))


def join(one: Share, other: Share) -> bytes:
    """The key. Raises NotAShare."""
    if one.belongs != other.belongs:
        raise NotAShare("These two shares are of different recovery keys.")
    if one.number == other.number:
        raise NotAShare("This is the same share twice.")
    return _xor(one.secret, other.secret)


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
