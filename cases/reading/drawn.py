"""A figure as the page shows it: its heading, its chart, and the table of the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.reading.counts import Number
from cases.text import Words
from csec.charts import Chart, Row

#: So many columns stand beside each other on a phone; more of them stand below each other there.
BESIDE = 3


@dataclass(frozen=True)
class Line:
    """A row of a table: what it is, its cells. `printed`: the language of the protocol's words, where it is in them."""

    label: Words
    cells: Sequence[Any]
    head: bool = False
    printed: str = ""


@dataclass(frozen=True)
class Figure:
    """A heading with what it says, its chart (none where there is nothing to draw) and its table."""

    slug: str
    heading: Words
    says: Words
    columns: Sequence[Words]
    lines: Sequence[Line]
    chart: Chart | None
    empty: Words = ""

    @property
    def is_wide(self) -> bool:
        return len(self.columns) > BESIDE

    @property
    def table(self) -> Iterator[tuple[Line, list[tuple[Words, Any]]]]:
        """Each row with its cells, and what each of them is."""
        for line in self.lines:
            yield line, list(zip(self.columns[1:], line.cells, strict=True))


def is_none(number: Number) -> bool:
    return number.is_shown and not number.n


def bar_of(parts: Mapping[str, Number]) -> list[tuple[str, float]]:
    """A bar of what is known in full; of what is hidden in part its length would say something wrong."""
    return (
        [(look, one.n) for look, one in parts.items()] if all(one.is_shown for one in parts.values()) else []
    )


def chart_of(
    slug: str, title: Words, rows: Sequence[Row], key: Sequence[tuple[str, Words]] = ()
) -> Chart | None:
    return Chart(slug, title, rows, key) if any(row.length for row in rows) else None


def spread_words(low: Words, middle: Words, high: Words) -> Words:
    if low == high:
        return middle
    return _("%(middle)s (%(low)s to %(high)s)") % {"middle": middle, "low": low, "high": high}


def how_long(seconds: float) -> Words:
    """A time in the largest unit that says enough of it: hours for as long as a report has."""
    hours = round(seconds / 3600)
    if hours < 1:
        return _("under an hour")
    if hours <= 36:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = round(seconds / 86400)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
