"""
Checking the log against its chain and its anchors, from the first event to the last, in one snapshot.

Everything is hashed here and not by the database, and what is held at once does not grow with the log.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from csec.audit import anchors, chain
from csec.audit.anchors import Anchor
from csec.audit.sealing import ROLE

#: So many seals are asked for at once: enough for those of quiet minutes, and not too many full ones.
_SEALS_AT_ONCE = 250
_SEALS = f"""
SELECT number, coalesce(to_char(at, '{chain.SQL_TIME}'), ''), until, count, entries, previous, digest
FROM audit_seal ORDER BY number, digest
"""  # noqa: S608
_REST = "SELECT count(*), min(at) FROM audit_event WHERE number > %s"
_OUTSIDE = "SELECT EXISTS (SELECT FROM audit_event WHERE number IS NULL)"


@dataclass(frozen=True)
class Bad:
    """The first entry that is not as it was written: an event or a seal, by its number."""

    what: str
    number: int
    happened: str

    def __str__(self) -> str:
        return f"{self.what} {self.number} {self.happened}"


@dataclass
class Verdict:
    """What was found. `bad` is the first bad entry; `unsealed` events come after the last seal."""

    events: int = 0
    seals: int = 0
    anchors: int = 0
    damaged_anchors: int = 0
    bad: Bad | None = None
    last_seal: int = 0
    last_anchor: Anchor | None = None
    unsealed: int = 0
    unsealed_since: datetime | None = None


@dataclass(frozen=True)
class _Seal:
    number: int
    at: str
    until: int
    count: int
    entries: bytes
    previous: bytes
    digest: bytes

    @property
    def is_whole(self) -> bool:
        return self.digest == chain.seal_digest(
            number=self.number,
            at=self.at,
            until=self.until,
            count=self.count,
            entries=self.entries,
            previous=self.previous,
        )


class _Anchors:
    """The anchors beside the seals, both in their order: one step forward for each seal."""

    def __init__(self, file: Path, verdict: Verdict) -> None:
        self._verdict = verdict
        self._left = self._read(file)
        self._next = next(self._left, None)

    def _read(self, file: Path) -> Iterator[Anchor]:
        for anchor in anchors.read(file):
            if anchor is None:
                self._verdict.damaged_anchors += 1
            else:
                self._verdict.anchors += 1
                self._verdict.last_anchor = anchor
                yield anchor

    def pass_by(self, seal: _Seal) -> Bad | None:
        """What is wrong with this seal by the anchors up to it."""
        while self._next and self._next.number <= seal.number:
            anchor, before = self._next, self._next.number
            self._next = next(self._left, None)
            if anchor.number < seal.number or anchor.digest != seal.digest:
                when = f"{anchor.at:%Y-%m-%d %H:%M:%S} UTC"
                return Bad("seal", before, f"is not the one that was anchored at {when}")
        return None

    def beyond(self, last: int) -> Bad | None:
        """What is missing after the last seal by the anchors that are left."""
        if self._next is None:
            return None
        return Bad(
            "seal", last + 1, f"is missing: the end was cut off (seal {self._next.number} was anchored)"
        )


def check(file: Path) -> Verdict:
    """
    Read the whole log and name the first entry that was changed, removed, inserted or moved, or the cut-off end.

    The anchors are opened first: whatever is anchored later may be missing from this snapshot. Raises `DatabaseError`
    when the tables themselves cannot be read.
    """
    verdict = Verdict()
    beside = _Anchors(file, verdict)
    with transaction.atomic(using=ROLE), connections[ROLE].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        chain.one_form(cursor)
        before = (0, chain.BEFORE_ALL, chain.BEGINNING)
        for seals in _batches(cursor):
            sound, bad = _links(seals, before, beside)
            verdict.seals += len(sound)
            verdict.bad = _compared(cursor, sound, before[1], verdict) or bad
            if verdict.bad:
                return verdict
            before = (sound[-1].number, sound[-1].until, sound[-1].digest)
        verdict.last_seal = before[0]
        verdict.bad = beside.beyond(before[0])
        if verdict.bad is None:
            cursor.execute(_OUTSIDE)
            if cursor.fetchone()[0]:
                verdict.bad = Bad("event", 0, "was inserted without a number")
        cursor.execute(_REST, [before[1]])
        verdict.unsealed, verdict.unsealed_since = cursor.fetchone()
    return verdict


def _batches(cursor: Any) -> Iterator[list[_Seal]]:
    cursor.execute(f"DECLARE seals NO SCROLL CURSOR FOR {_SEALS}")
    while True:
        cursor.execute(f"FETCH {_SEALS_AT_ONCE} FROM seals")
        rows = cursor.fetchall()
        if not rows:
            return
        yield [_Seal(*row[:4], *(bytes(value) for value in row[4:])) for row in rows]


def _links(
    seals: list[_Seal], before: tuple[int, int, bytes], beside: _Anchors
) -> tuple[list[_Seal], Bad | None]:
    """The seals up to the first that is no link after the one before it, and what is wrong with that one."""
    number, until, digest = before
    for place, seal in enumerate(seals):
        bad = None
        if seal.number != number + 1:
            bad = Bad("seal", number + 1, "is missing" if seal.number > number else "is there twice")
        elif not seal.is_whole:
            bad = Bad("seal", seal.number, "was changed")
        elif seal.previous != digest or seal.until <= until:
            bad = Bad("seal", seal.number, "does not follow the one before it")
        bad = bad or beside.pass_by(seal)
        if bad:
            return seals[:place], bad
        number, until, digest = seal.number, seal.until, seal.digest
    return seals, None


def _compared(cursor: Any, seals: list[_Seal], after: int, verdict: Verdict) -> Bad | None:
    """The first event that differs from what these seals say of it."""
    if not seals:
        return None
    with closing(chain.events(cursor, after=after, until=seals[-1].until)) as lines:
        line = next(lines, None)
        for seal in seals:
            stands: list[chain.Line] = []
            while line and line.number <= seal.until:
                # One more than there should be is enough to name the first that is wrong.
                if len(stands) <= seal.count:
                    stands.append(line)
                line = next(lines, None)
            if b"".join(found.entry for found in stands) != seal.entries:
                return _first_difference(seal, stands)
            verdict.events += len(stands)
    return None


def _first_difference(seal: _Seal, stands: list[chain.Line]) -> Bad:
    """Name the first event in which the log and its seal differ."""
    sealed = list(chain.ENTRY.iter_unpack(seal.entries))
    was = {digest: number for number, digest in sealed}
    now = {line.digest: line.number for line in stands}
    place = next(
        n
        for n, (one, other) in enumerate(zip_longest(stands, sealed))
        if one is None or (one.number, one.digest) != other
    )
    line = stands[place] if place < len(stands) else None
    number, digest = sealed[place] if place < len(sealed) else (None, b"")
    if line and was.get(line.digest, line.number) != line.number:
        return Bad("event", line.number, f"was moved: it was number {was[line.digest]} ({line.id})")
    if line is None or (number is not None and line.number > number):
        if digest in now:
            return Bad("event", number, f"was moved: it is number {now[digest]} now")
        return Bad("event", number, "was removed")
    return Bad(
        "event", line.number, f"{'was changed' if line.number == number else 'was inserted'} ({line.id})"
    )
