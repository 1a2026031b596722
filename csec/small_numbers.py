"""
Which numbers of a table are shown to somebody who is not on the cases behind them.

The rule is that of the US federal guidance on student privacy: no number that stands for fewer than five students, and
no other number from which it follows (primary and complementary suppression; National Center for Education Statistics,
Technical Brief 2011-603; Privacy Technical Assistance Center, "Frequently Asked Questions: Disclosure Avoidance").

What is held here, of one table: categories (the rows of a figure) at several places (schools), read place by place and
for all places together. Whoever puts all of these pages side by side finds for each hidden number

- at least two that it could be, also when they know from elsewhere how many there are in all at each place (`mixed`),
  and work this procedure backward;
- of all places together one below five and one that is not, so that it is not known to be small (unless there are
  fewer than five in all, and that is known from elsewhere).

It is held by making the table coarser, and not by cleverness: the hidden categories are one group, the same everywhere;
a place is shown as a whole or not at all; and what is not shown of it is a remainder that is safe by itself. So the
numbers that can be worked out are those of group and remainder alone. None of something (0) is shown: it is nobody's.

What is not held: who compares the pages of two days sees what changed between them, and two readers who are on
different cases can put together what each of them may know.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

FEWEST = 5

P = TypeVar("P")
C = TypeVar("C")


@dataclass(frozen=True)
class Cell:
    """How many there are, and of how many cases."""

    n: int = 0
    cases: int = 0

    def __add__(self, other: "Cell") -> "Cell":
        return Cell(self.n + other.n, self.cases + other.cases)

    @property
    def is_small(self) -> bool:
        return 0 < self.cases < FEWEST


NONE = Cell()


@dataclass(frozen=True)
class Shown(Generic[P, C]):
    """What may be shown. `together`: all places; `hidden`: the categories that are one group."""

    places: frozenset[P] = frozenset()
    together: bool = False
    hidden: frozenset[C] = frozenset()
    #: Where the whole group is none, each of it is; and what is none in the remainder is none wherever it is from. Both
    #: follow from what is shown, and so are shown as well.
    empty_at: frozenset[P] = frozenset()
    none_left: frozenset[C] = frozenset()

    def at(self, place: P | None, category: C) -> bool:
        """Whether the number of a category is shown at a place, or (None) of all places together."""
        if place is None:
            return self.together and category not in self.hidden
        if place not in self.places:
            return category in self.none_left
        return place in self.empty_at or category not in self.hidden


@dataclass
class Rule(Generic[C]):
    """
    When one row of numbers is safe to be read: none of them is small, and the hidden group is none, or is more than
    small numbers alone could make, so that nobody knows which of it are small. `mixed`: how many there are in all is
    known from elsewhere, so that a number that is all of them would tell of each.
    """

    categories: Sequence[C]
    mixed: bool
    hidden: frozenset[C] = frozenset()

    def is_safe(self, row: Mapping[C, Cell], hidden: frozenset[C] | None = None) -> bool:
        group = self.hidden if hidden is None else hidden
        if any(self._gives_away(row, one) for one in self.categories if one not in group):
            return False
        cases = [row[one].cases for one in group]
        return not any(cases) or (max(cases) >= FEWEST and sum(cases) > (FEWEST - 1) * len(cases))

    def _gives_away(self, row: Mapping[C, Cell], one: C) -> bool:
        whole = sum(cell.n for cell in row.values())
        return row[one].is_small or (self.mixed and whole > 0 and row[one].n == whole)

    def hide(self, row: Mapping[C, Cell]) -> bool:
        """Hide what is not safe, and as little more as makes the rest safe; say whether that can be done."""
        self.hidden = frozenset(one for one in self.categories if self._gives_away(row, one))
        while len(self.hidden) == 1 or not self.is_safe(row):
            rest = sorted(
                (one for one in self.categories if one not in self.hidden), key=lambda one: row[one].cases
            )
            if not rest:
                return False
            enough = (one for one in rest if self.is_safe(row, self.hidden | {one}))
            some = (one for one in rest if row[one].cases)
            self.hidden |= {next(enough, next(some, rest[0]))}
        return True


def what_is_shown(
    table: Mapping[P, Mapping[C, Cell]], categories: Sequence[C], *, mixed: bool = True
) -> Shown[P, C]:
    """Decide it for one table, by place and category; what is missing in it is none. No clock, no chance."""
    full = {place: {one: row.get(one, NONE) for one in categories} for place, row in table.items()}
    rule = Rule(categories, mixed)
    if not rule.hide(_together(full.values(), categories)):
        # Of a place without any that is known from elsewhere, too.
        none = frozenset(place for place, row in full.items() if mixed and not any(c.n for c in row.values()))
        return Shown(places=none, empty_at=none)
    shown = {place: row for place, row in full.items() if rule.is_safe(row)}
    by_size = sorted(shown, key=lambda place: sum(cell.cases for cell in shown[place].values()))
    smallest_first = [place for place in by_size if any(cell.cases for cell in shown[place].values())]
    while not rule.is_safe(
        rest := _together((row for place, row in full.items() if place not in shown), categories)
    ):
        del shown[smallest_first.pop(0)]
    return Shown(
        places=frozenset(shown),
        together=True,
        hidden=rule.hidden,
        empty_at=frozenset(
            place for place, row in shown.items() if not any(row[c].cases for c in rule.hidden)
        ),
        none_left=frozenset(
            one
            for one in categories
            if not rest[one].cases and (one not in rule.hidden or not any(rest[c].cases for c in rule.hidden))
        ),
    )


def _together(rows: Iterable[Mapping[C, Cell]], categories: Sequence[C]) -> dict[C, Cell]:
    cells = list(rows)
    return {one: sum((row[one] for row in cells), NONE) for one in categories}
