"""Where a case stands, in one line, and what is next in it and by whom."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.functional import cached_property

from cases.reading.case import CasePage
from cases.reading.clocks import days_open
from cases.reading.happened import Happened
from cases.reading.lately import recent
from cases.reading.moments import of_decision, of_seen
from cases.reading.parts import PartView, StepView
from cases.text import Words
from csec.accounts.roles import CARE_ROLES


class Glance:
    """From what the page of the case has read: it asks nothing more."""

    def __init__(self, page: CasePage) -> None:
        self.page = page

    @property
    def step(self) -> StepView | None:
        """The first step of which something is asked."""
        return self.page.current.now if self.page.case.is_open else None

    @cached_property
    def late(self) -> int:
        """How many parts are late, of those that the reader sees."""
        return sum(part.late for part in self.page.parts)

    @property
    def days(self) -> int:
        """For how many days the case is open, or was opened."""
        return days_open(self.page.case.opened_at, self.page.at, self.page.case.zone)

    @property
    def ended_at(self) -> datetime | None:
        """When the case was closed or became void; None while it is open."""
        return self.page.ended_at

    @property
    def holders(self) -> str:
        """Who carries the case: its counselors and social workers of today."""
        here = [row for row in self.page.people if row.works_here and row.role in CARE_ROLES]
        return ", ".join(row.person.name for row in here)

    @cached_property
    def mine(self) -> list[PartView]:
        return self.page.mine

    @cached_property
    def others(self) -> list[PartView]:
        """What waits for somebody else, the late first, what is on hold last."""

        def order(part: PartView) -> tuple[bool, bool, int]:
            return part.row.on_hold, not part.late, part.row.position

        return sorted(self.page.others, key=order)

    @property
    def next(self) -> PartView | None:
        """What is next: the reader's own, or what somebody else is asked for."""
        return next(iter([*self.mine, *self.others]), None)

    @property
    def next_is_mine(self) -> bool:
        return bool(self.mine)

    @property
    def also_mine(self) -> Sequence[PartView]:
        return self.mine[1:]

    @property
    def with_others(self) -> Sequence[PartView]:
        return self.others if self.mine else self.others[1:]

    @property
    def next_actions(self) -> list[tuple[str, Words]]:
        return self.next.actions if self.next and self.next_is_mine else []

    @cached_property
    def recent(self) -> list[Happened]:
        return recent(self.page)

    @property
    def decided(self) -> list[Happened]:
        """What was decided about the case as a whole, with the words given."""
        return [of_decision(row, facts) for row, facts in self.page.decisions]

    @property
    def seen_to(self) -> list[Happened]:
        """What could not wait, and what was found by whom."""
        return [of_seen(one, self.page.case) for one in self.page.seen_to]
