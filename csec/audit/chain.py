"""What the sealing and the checking of the log have in common: the bytes of an event, and of a link of the chain."""

import struct
from collections.abc import Generator, Iterable, Iterator
from hashlib import sha256
from typing import Any, NamedTuple

#: An entry of a seal: the event's number, and the digest of the rest of it.
ENTRY = struct.Struct(">q32s")
#: What stands before the first seal.
BEGINNING = bytes(32)
#: Below every number of an event.
BEFORE_ALL = -(2**63)

#: PostgreSQL's own text form of each column, tab between them, the number first: the same on every version of it.
#: A digest stands behind the result, and most events have none: those have the bytes that they had before it came.
_EVENTS = """
COPY (
    SELECT number, id, at, actor, role, verb, subject, case_id, request,
        result || coalesce(' ' || encode(digest, 'hex'), '') FROM audit_event
    WHERE number > %s AND number <= %s ORDER BY number, id {limit}
) TO STDOUT
"""
#: The form of a time in a seal's digest, for `to_char` and for `strftime`.
SQL_TIME, PYTHON_TIME = "YYYY-MM-DD HH24:MI:SS.US", "%Y-%m-%d %H:%M:%S.%f"


class Line(NamedTuple):
    """One event as it stands in the log: its number, and the rest of it as text and as a digest."""

    number: int
    digest: bytes
    text: bytes

    @property
    def entry(self) -> bytes:
        return ENTRY.pack(self.number, self.digest)

    @property
    def id(self) -> str:
        return self.text.split(b"\t", 1)[0].decode()


def one_form(cursor: Any) -> None:
    """Have this transaction write times in one form, whatever the server or the role prefer."""
    cursor.execute("SET LOCAL TimeZone TO 'UTC'")
    cursor.execute("SET LOCAL DateStyle TO 'ISO, YMD'")


def events(cursor: Any, *, after: int, until: int, limit: int | None = None) -> Generator[Line]:
    """The events numbered above `after` up to `until`, by number; they come one by one and are not kept."""
    query = _EVENTS.format(limit=f"LIMIT {int(limit)}" if limit else "")
    # Copying goes past Django's own cursor, and so past what makes its errors Django's.
    with cursor.db.wrap_database_errors, cursor.copy(query, [after, until]) as copy:
        for line in _lines(copy):
            number, rest = line.split(b"\t", 1)
            yield Line(int(number), sha256(rest).digest(), rest)


def _lines(copy: Iterable[Any]) -> Iterator[bytes]:
    """A line for each row: line feeds inside of a value are escaped by PostgreSQL."""
    pending = b""
    for block in copy:
        pending += bytes(block)
        if pending.endswith(b"\n"):
            yield from pending[:-1].split(b"\n")
            pending = b""


def seal_digest(*, number: int, at: str, until: int, count: int, entries: bytes, previous: bytes) -> bytes:
    """The digest of a link. All but the last value have a fixed length, so that no two links give the same bytes."""
    values = struct.pack(">qqq", number, until, count)
    return sha256(previous + values + sha256(entries).digest() + at.encode()).digest()
