"""One page of a long list. How many rows there are is not counted: that would get slower with each one."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass
class Page(Generic[T]):
    rows: list[T]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_other_pages(self) -> bool:
        return self.has_next or self.has_previous

    @property
    def next_page_number(self) -> int:
        return self.number + 1

    @property
    def previous_page_number(self) -> int:
        return self.number - 1


def number_of(asked: str | None) -> int:
    """The number of the asked page; the first one for what is no number."""
    return int(asked) if asked and asked.isdecimal() and 0 < int(asked) < 10_000 else 1


def page_of(rows: Any, asked: str | None, *, size: int) -> Page[Any]:
    """The asked page of a queryset, in one query."""
    number = number_of(asked)
    first = (number - 1) * size
    found = list(rows[first : first + size + 1])
    return Page(found[:size], number, has_next=len(found) > size)
