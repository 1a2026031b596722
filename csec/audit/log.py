"""Writing the log: one event for each thing done, in the same transaction; no event, no page."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.db import DatabaseError, InterfaceError, OperationalError, connections


class NotLogged(OperationalError):
    """PostgreSQL is there and did not take the event: what was to be logged is not done, and not shown."""


@dataclass
class Request:
    """One request to the application, or one command: what it wrote into the log so far."""

    id: UUID = field(default_factory=uuid4)
    events: int = 0


_WRITE = (
    "INSERT INTO audit_event (id, at, actor, role, verb, subject, case_id, request, result, digest)"
    " VALUES (%s, clock_timestamp(), %s, %s, %s, %s, %s, %s, %s, %s)"
)
_request: ContextVar[Request | None] = ContextVar("audit_request", default=None)


@contextmanager
def request_log() -> Iterator[Request]:
    """Group the events written inside under one request id."""
    request = Request()
    token = _request.set(request)
    try:
        yield request
    finally:
        _request.reset(token)


def in_request() -> bool:
    """Whether a request is being counted, so that a verb need not begin one of its own."""
    return _request.get() is not None


def written() -> int:
    """How many events the current request has written; 0 outside of a request."""
    request = _request.get()
    return request.events if request else 0


def forget(count: int) -> None:
    """Set the count back after a rollback took events with it."""
    request = _request.get()
    if request:
        request.events = count


def record(
    verb: str,
    *,
    actor: UUID | None,
    role: str = "",
    subject: UUID | None = None,
    case: UUID | None = None,
    result: str = "done",
    digest: bytes | None = None,
    using: str = "default",
) -> None:
    """
    Write one event. `verb` is the past tense of what was done (`case_opened`), the rest are opaque ids.

    `digest` is the SHA-256 of a paper that was made, by which it is known again.

    Plain SQL, because Django would ask for the row back and the application may not read the log. `using` is the
    connection of what is done, for what only the owner of the database does. Raises `NotLogged`.
    """
    request = _request.get()
    values = [uuid4(), actor, role, verb, subject, case, request.id if request else None, result, digest]
    try:
        with connections[using].cursor() as cursor:
            cursor.execute(_WRITE, values)
    except (OperationalError, InterfaceError):
        raise
    except DatabaseError as refusal:
        raise NotLogged(str(refusal)) from refusal
    if request:
        request.events += 1


def feeds_missed() -> int:
    """How many tries at an unknown address of a calendar were logged in the last quarter of an hour."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT feeds_missed(make_interval(mins => 15))")
        [count] = cursor.fetchone()
    return int(count)
