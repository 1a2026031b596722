"""
Anchors: the last link of the chain, written every five minutes where the database's owner cannot reach.

Whoever owns the database can write a chain anew that is whole in itself, or cut off its end; they cannot make it be the
one of which the digests stand here. One line each: the time, the number of the seal, its digest.
"""

import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

EVERY = timedelta(minutes=5)
_TIME = "%Y-%m-%dT%H:%M:%SZ"
#: More than two lines are long.
_TAIL = 400


class Contradicted(Exception):
    """The chain in the database does not go through the link that was anchored last."""


@dataclass(frozen=True)
class Anchor:
    """A link as it was."""

    at: datetime
    number: int
    digest: bytes

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC).strftime(_TIME)} {self.number} {self.digest.hex()}"


def path() -> Path:
    """The file of this installation."""
    return Path(settings.AUDIT_ANCHOR_FILE)


def read(file: Path) -> Iterator[Anchor | None]:
    """The anchors in the order in which they were written; None for a line that is none. Nothing without a file."""
    if not file.exists():
        return
    with file.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.strip():
                yield _parsed(line)


def keep(cursor: Any, *, number: int, digest: bytes, at: datetime) -> bool:
    """
    Anchor the last link when the last anchor is five minutes old, and return whether that was done.

    The file is made for its owner alone. Raises `Contradicted`, and writes nothing, when the last anchor and the
    database do not agree.
    """
    file = path()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        tail = _tail(descriptor)
        last = next((found for line in reversed(tail.splitlines()) if (found := _parsed(line))), None)
        if last:
            _agrees(cursor, last)
            if last.number >= number or timedelta(0) <= at - last.at < EVERY:
                return False
        torn = "\n" if tail and not tail.endswith("\n") else ""
        os.write(descriptor, f"{torn}{Anchor(at, number, digest)}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return True


def _agrees(cursor: Any, last: Anchor) -> None:
    cursor.execute("SELECT digest FROM audit_seal WHERE number = %s", [last.number])
    row = cursor.fetchone()
    if row is None or bytes(row[0]) != last.digest:
        raise Contradicted(
            f"Seal {last.number} of the log is not the one that was anchored: run verify_audit."
        )


def _tail(descriptor: int) -> str:
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, _TAIL, max(0, size - _TAIL)).decode("utf-8", "replace")


def _parsed(line: str) -> Anchor | None:
    try:
        at, number, digest = line.split()
        found = Anchor(datetime.strptime(at, _TIME).replace(tzinfo=UTC), int(number), bytes.fromhex(digest))
    except ValueError:
        return None
    return found if len(found.digest) == 32 else None
