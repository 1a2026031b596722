"""Something that happened in a case, as every list of such things shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cases.text import Words


@dataclass(frozen=True)
class Action:
    """What the reader may do about it: a link, its words, and what it is about for those who hear the page."""

    url: str
    words: Words
    about: Words = ""


@dataclass(frozen=True)
class Happened:
    """
    One moment: when, what, by whom. `at` and `pk` order a list, and say from where on it goes on.

    `only_day`: no more is known than the day; `in_week`: than the week that begins with it.
    """

    at: datetime
    pk: UUID
    what: Words
    kind: str = ""
    who: Words = ""
    facts: Sequence[tuple[Words, Words]] = ()
    url: str = ""
    recorded_at: datetime | None = None
    only_day: bool = False
    in_week: bool = False
    action: Action | None = None

    @property
    def key(self) -> tuple[datetime, UUID]:
        return self.at, self.pk
