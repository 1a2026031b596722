"""The kinds of message: what each says, and whether it is still wanted. Whoever writes rows registers theirs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise

from csec.delivery.models import Message

#: Asked just before sending, for many messages at once: the ids of those that are still wanted at that time.
StillWanted = Callable[[Sequence[Message], datetime], set[UUID]]


@dataclass(frozen=True)
class Kind:
    """
    One kind of message.

    `text` is one sentence that says that a task needs the reader and nothing else, for the subject line and the
    body. `urgent` kinds are not held back by quiet hours: whoever computes `send_after` asks.
    """

    name: str
    text: str | Promise
    urgent: bool
    still_wanted: StillWanted


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known to the senders. Raises `ValueError` when another has its name."""
    if KINDS.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"There is already a kind of message named {kind.name}.")
