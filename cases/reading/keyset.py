"""
Pages of a long list that go on after the last row of the page before.

No row of another page is counted, so that page 50 costs what the first one does. Where a page goes on is the id
of the row before it in the address: nothing that names anybody, and no moment that its reader need not know.
"""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import DateTimeField, F, Func, UUIDField, Value
from django.db.models.lookups import GreaterThan, LessThan

T = TypeVar("T")


def place(asked: str | None) -> UUID | None:
    """Behind which row a page begins, as its address says it; None, which is the first page, for what is none."""
    try:
        return UUID(asked) if asked else None
    except ValueError:
        return None


@dataclass
class Slice(Generic[T]):
    """One page: its rows, where it began, and where the next one does, if there is one."""

    rows: list[T]
    after: UUID | None = None
    following: UUID | None = None


def slice_of(rows: Any, *, by: str, after: UUID | None, size: int, descending: bool = False) -> Slice[Any]:
    """A page of a queryset, ordered by a moment and the id; from the beginning behind a row that is not in it."""
    sign = "-" if descending else ""
    at = rows.order_by().filter(pk=after).values_list(by, flat=True).first() if after else None
    if at:
        # As one comparison of two columns, which an index answers by itself.
        here = Func(F(by), F("pk"), function="ROW", output_field=DateTimeField())
        there = Func(
            Value(at, output_field=DateTimeField()),
            Value(after, output_field=UUIDField()),
            function="ROW",
            output_field=DateTimeField(),
        )
        rows = rows.filter((LessThan if descending else GreaterThan)(here, there))
    found = list(rows.order_by(f"{sign}{by}", f"{sign}pk")[: size + 1])
    return Slice(found[:size], after if at else None, found[size - 1].pk if len(found) > size else None)
