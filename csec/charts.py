"""
Charts as SVG, laid out on the server: no script, no style in the page, text that a phone shows at 12 px and more.

Each says in words what it draws, row by row; the table beside it is the same once more. Looks differ by pattern as
well as by colour, and so in black and white.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

#: In units of the picture, which a phone of 390 px shows about as large.
WIDTH = 340
LETTERS = 46
LINE, BAR, GAP = 18, 12, 14
#: So narrow a bar can still be seen.
NARROWEST = 3

#: What a part of a bar can look like (templates/includes/chart.html, static/csec/figures.css).
FULL, LIGHT, HATCHED = "full", "light", "hatched"


@dataclass(frozen=True)
class Row:
    """
    One line: what it is, how much in words, and how much as parts of a bar (look, amount) or as a spread (the lower
    quarter, the middle, the upper quarter). Neither, where the number is not shown. `head` begins a group.
    """

    label: Any
    words: Any
    parts: Sequence[tuple[str, float]] = ()
    spread: tuple[float, float, float] | None = None
    head: bool = False

    @property
    def length(self) -> float:
        return self.spread[2] if self.spread else sum(amount for _look, amount in self.parts)


@dataclass(frozen=True)
class Line:
    """One line of text, from the left or (`end`) up to the right."""

    text: str
    y: int
    strong: bool = False
    end: bool = False


@dataclass(frozen=True)
class Mark:
    """A piece of a bar (`look`), a spread's line, or its middle."""

    look: str
    x: float
    y: int
    width: float


class Chart:
    """Rows below each other, drawn to one scale. `key` says what each look stands for."""

    width = WIDTH
    bar = BAR

    def __init__(
        self, slug: str, title: Any, rows: Sequence[Row], key: Sequence[tuple[str, Any]] = ()
    ) -> None:
        self.slug = slug
        self.title = title
        self.key = key
        self.rows = rows
        self.lines: list[Line] = []
        self.marks: list[Mark] = []
        longest = max((row.length for row in rows), default=0) or 1
        y = 0
        for row in rows:
            y = self._put(row, y, WIDTH / longest)
        self.height = y or LINE

    def _put(self, row: Row, y: int, scale: float) -> int:
        """Draw a row from `y` downwards; return where the next one begins."""
        # The letters of a head are bold, and wider.
        label = textwrap.wrap(str(row.label), LETTERS - 4 if row.head else LETTERS) or [""]
        words = str(row.words)
        for text in label:
            y += LINE
            self.lines.append(Line(text, y - 5, strong=row.head))
        if len(label[-1]) + 2 + len(words) > LETTERS:
            y += LINE
        self.lines.append(Line(words, y - 5, end=True))
        if row.spread:
            low, middle, high = (value * scale for value in row.spread)
            self.marks.append(Mark("track", 0, y, WIDTH))
            length = max(high - low, NARROWEST)
            self.marks.append(Mark("spread", round(min(low, WIDTH - length), 1), y, round(length, 1)))
            self.marks.append(Mark("middle", round(min(max(middle - 2, 0), WIDTH - 4), 1), y, 4))
            return y + BAR + GAP
        x = 0.0
        for look, amount in row.parts:
            if amount:
                width = max(amount * scale, NARROWEST)
                self.marks.append(Mark(look, round(x, 1), y, round(min(width, WIDTH - x), 1)))
                x += width
        return y + (BAR if row.parts else 0) + GAP

    @property
    def words(self) -> str:
        """All of it for whoever does not see it."""
        return "; ".join(f"{row.label}: {row.words}" for row in self.rows)
