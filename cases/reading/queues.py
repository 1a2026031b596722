"""The lists of the first screen: what each is called, how much of it stands open, and where it is seen to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.text import Words

#: So many of a list are shown at first, and how many more there are; a duty to report is never left out.
AT_FIRST = 60
#: So many of what can wait stand open in a list, and the rest behind a summary. What is late is never behind one.
FEW = 3

#: The lists that name a case as a whole, in the order in which they are shown, and what each says of one.
BY_CASE: Mapping[str, Words] = {
    "held": _("Contact with parents is frozen: only you can end that"),
    "unread": _("Releases of information that you have not reviewed"),
    "nobodys": _("Nobody carries this case"),
    "left": _("Left, or away, with nobody in their place"),
    "uncovered": _("Check-ins without a person or a cover"),
    "elsewhere": _("The student left or changed school: who goes on?"),
    "breaks": _("A break is near: who keeps contact?"),
    "safety": _("Safety plan to look at again"),
    "of_age": _("The student is 18 now: the rights are the student’s"),
    "idle": _("Every step has ended: close it, or go on?"),
    "unreviewed": _("To review"),
}
#: Where each is seen to; the others on the page of the case.
SEEN_TO_AT: Mapping[str, str] = {
    "held": "cases:parents_of_case",
    "unread": "cases:review_releases",
    "nobodys": "cases:add_person",
    "left": "cases:add_person",
    "uncovered": "cases:plan_checkins",
    "breaks": "cases:breaks_of_case",
    "safety": "cases:safety",
    "unreviewed": "cases:review_case",
}
#: Those of them that cannot wait, and one that has words of its own.
AT_ONCE, REVIEW = frozenset({"held", "unread"}), frozenset({"unreviewed"})

T = TypeVar("T")


@dataclass
class Queue(Generic[T]):
    """One list of the first screen: what is shown of it, and how many more there are."""

    name: str
    shown: list[T]
    more: int = 0
    #: It was asked for to the end.
    in_full: bool = False
    #: Of a list of cases what is said of each beside its name: the day that the list is about.
    said: Mapping[UUID, Words] = field(default_factory=dict)

    @property
    def seen_to_at(self) -> str:
        return SEEN_TO_AT.get(self.name, "cases:case")

    @property
    def first(self) -> list[T]:
        """What stands open: a few, and whatever is late."""
        return [one for i, one in enumerate(self.shown) if i < FEW or getattr(one, "late", False)]

    @property
    def rest(self) -> list[T]:
        return [one for i, one in enumerate(self.shown) if i >= FEW and not getattr(one, "late", False)]

    @property
    def behind(self) -> int:
        return len(self.rest) + self.more

    @property
    def rest_by_school(self) -> list[tuple[str, list[T]]]:
        """The rest, school by school: whoever answers for several goes through them so."""
        schools: dict[str, list[T]] = defaultdict(list)
        for one in self.rest:
            schools[_school_of(one)].append(one)
        return sorted(schools.items())

    @property
    def words(self) -> Words:
        """What a list says of a case as a whole."""
        return BY_CASE[self.name]

    @property
    def count(self) -> int:
        return len(self.shown) + self.more


def cut(name: str, found: Sequence[T], in_full: str) -> Queue[T]:
    shown = list(found if name == in_full else found[:AT_FIRST])
    return Queue(name, shown, len(found) - len(shown), in_full=name == in_full)


def _school_of(one: Any) -> str:
    """Of a case, or of the case of a step."""
    return str(getattr(one, "case", one).school.name)
