"""
Pages of a long list that go on after the last row of the page before.

No row of another page is read or counted, so that page 50 costs what the first one does. Where a page goes on is
an instant and an id in the address: nothing that names anybody.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, NamedTuple, Self, TypeVar
from uuid import UUID

from django.db.models import DateTimeField, F, Func, UUIDField, Value
from django.db.models.lookups import GreaterThan, LessThan

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Place(NamedTuple):
    """Behind which row a page begins."""

    at: datetime
    pk: UUID

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // _MICROSECOND}.{self.pk.hex}"

    @classmethod
    def read(cls, asked: str | None) -> Self | None:
        """As an address says it; None, which is the first page, for what is none."""
        instant, _point, pk = (asked or "").partition(".")
        try:
            return cls(_EPOCH + int(instant) * _MICROSECOND, UUID(pk))
        except (ValueError, OverflowError):
            return None


@dataclass
class Slice(Generic[T]):
    """One page: its rows, where it began, and where the next one does, if there is one."""

    rows: list[T]
    after: Place | None = None
    following: Place | None = None


def slice_of(rows: Any, *, by: str, after: Place | None, size: int, descending: bool = False) -> Slice[Any]:
    """A page of a queryset, ordered by a moment and the id, in one query."""
    sign = "-" if descending else ""
    if after:
        # As one comparison of two columns, which an index answers by itself.
        here = Func(F(by), F("pk"), function="ROW", output_field=DateTimeField())
        there = Func(
            Value(after.at, output_field=DateTimeField()),
            Value(after.pk, output_field=UUIDField()),
            function="ROW",
            output_field=DateTimeField(),
        )
        rows = rows.filter((LessThan if descending else GreaterThan)(here, there))
    found = list(rows.order_by(f"{sign}{by}", f"{sign}pk")[: size + 1])
    shown = found[:size]
    more = len(found) > size
    return Slice(shown, after, Place(getattr(shown[-1], by), shown[-1].pk) if more else None)
