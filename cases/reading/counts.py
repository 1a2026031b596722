"""What an administrator or the liaison may count: PostgreSQL's numbers, and which of them this reader is shown."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from cases.text import Words
from csec.small_numbers import FEWEST, Cell, Shown, what_is_shown

Key = tuple[str, ...]
#: The lower quarter, the middle and the upper quarter, in seconds.
Spread = tuple[float, float, float]


class _Counted(NamedTuple):
    """A row of the function `figures`. `own`: of it what is of cases that the reader may open."""

    n: int
    cases: int
    own_n: int
    own_cases: int
    low: float | None = None
    middle: float | None = None
    high: float | None = None

    @property
    def others(self) -> Cell:
        return Cell(self.n - self.own_n, self.cases - self.own_cases)

    @property
    def spread(self) -> Spread | None:
        if self.low is None or self.middle is None or self.high is None:
            return None
        return self.low, self.middle, self.high


NOTHING = _Counted(0, 0, 0, 0)


@dataclass(frozen=True)
class Number:
    """How many, as this reader may know it: a number, or hidden but for those of it that the reader may open."""

    n: int
    is_shown: bool
    at_least: int = 0

    def __str__(self) -> str:
        return str(self.words)

    @property
    def words(self) -> Words:
        if self.is_shown:
            return str(self.n)
        return _("%(n)d or more") % {"n": self.at_least} if self.at_least else _("hidden")

    def hide(self) -> "Number":
        return Number(self.at_least, is_shown=False, at_least=self.at_least)


class Measured(NamedTuple):
    cases: Number
    spread: Spread | None

    @property
    def is_none(self) -> bool:
        return self.cases.is_shown and not self.cases.n


class Counts:
    """
    All numbers of one reader, in one query. `schools` are all that they answer for, whichever of them is looked at:
    what is hidden at one depends on the others. `at` is that one, or None for all together.
    """

    def __init__(self, schools: Iterable[UUID], at: UUID | None, *, since: datetime, from_day: date) -> None:
        self.at = at
        self.schools = list(schools)
        self._rows: dict[str, dict[UUID | None, dict[Key, _Counted]]] = defaultdict(lambda: defaultdict(dict))
        self._shown: dict[tuple[str, Key], Shown[UUID, Key]] = {}
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM figures(%s, %s, %s)", [self.schools, since, from_day])
            for figure, school, key, *counted in cursor.fetchall():
                self._rows[figure][school][tuple(key)] = _Counted(*counted)

    def here(self, figure: str) -> dict[Key, _Counted]:
        """The rows of the one school: for what is of the reader's own cases alone."""
        return self._rows[figure][self.at]

    def decide(self, figure: str, keys: Sequence[Key], *, mixed: bool) -> None:
        """Decide what is shown of these numbers, which are one table (see `what_is_shown`)."""
        table = {
            school: {key: self._rows[figure][school].get(key, NOTHING).others for key in keys}
            for school in self.schools
        }
        decided = what_is_shown(table, list(keys), mixed=mixed)
        for key in keys:
            self._shown[figure, key] = decided

    def number(self, figure: str, key: Key, *, of: UUID | None = None) -> Number:
        """One of them, once it was decided: where this is looked at, or of one school."""
        at = of or self.at
        places = self.schools if at is None else [at]
        rows = [self._rows[figure][place].get(key, NOTHING) for place in places]
        own = sum(row.own_n for row in rows)
        shown = self._shown[figure, key].at(at, key)
        self._any_hidden |= not shown
        return Number(sum(row.n for row in rows) if shown else own, shown, own)

    def measured(self, key: Key) -> "Measured":
        """
        How long a step took. Each step is a table of its own, of cases that ended it.

        That a few others, or none of them, ended a step is the same to whoever is not on their cases: or that a row is
        there would tell that such a case exists. How many ended it is not said either.
        """
        self.decide("time", [key], mixed=False)
        row = self._rows["time"][self.at].get(key, NOTHING)
        if self.all_own:
            return Measured(Number(row.cases, is_shown=True), row.spread)
        if row.others.cases and self._shown["time", key].at(self.at, key):
            return Measured(Number(0, is_shown=False, at_least=FEWEST), row.spread)
        self._any_hidden = True
        return Measured(Number(0, is_shown=False), None)

    _any_hidden = False

    @property
    def any_hidden(self) -> bool:
        """Whether something was hidden of what was asked for until now."""
        return self._any_hidden

    @cached_property
    def all_own(self) -> bool:
        """Whether the reader may open every case that is counted."""
        return all(
            row.cases == row.own_cases
            for figure in list(self._rows.values())
            for rows in figure.values()
            for row in rows.values()
        )
