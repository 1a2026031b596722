"""
Pages of a long list that go on after the last row of the page before.

No row of another page is counted, so that page 50 costs what the first one does. Where a page goes on stands in the
address: the id of the row before it, and a mark of where that row stood. Nothing there names anybody or tells a moment
that its reader need not know; and when the row stands elsewhere by now, the list begins anew instead of passing over
what lies between.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import DateTimeField, F, Func, UUIDField, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.utils.crypto import constant_time_compare, salted_hmac

T = TypeVar("T")

#: The orders of a list, as its address names them.
LATE, NEWEST, OLDEST = "late", "newest", "oldest"


class Place(NamedTuple):
    """Behind which row a page begins, and the mark of where that stood."""

    pk: UUID
    mark: str

    def is_at(self, at: datetime | None) -> bool:
        return at is not None and constant_time_compare(self.mark, _mark(self.pk, at))


def place(asked: str | None) -> Place | None:
    """What the address says; None, which is the first page, for what is none."""
    pk, _dot, mark = (asked or "").partition(".")
    try:
        return Place(UUID(pk), mark) if mark else None
    except ValueError:
        return None


def address(pk: UUID, at: datetime) -> str:
    """How the next page's address says that it begins behind a row."""
    return f"{pk.hex}.{_mark(pk, at)}"


def _mark(pk: UUID, at: datetime) -> str:
    return salted_hmac("csec.keyset", f"{pk.hex} {at.timestamp()}", algorithm="sha256").hexdigest()[:16]


Key = tuple[datetime, UUID]
_BEGAN = datetime(1970, 1, 1, tzinfo=UTC)


def address_of(key: Key) -> str:
    """
    How an address says behind which moment and id a page begins, where its reader may know the moment.

    Whatever becomes of the row there, nothing behind it is passed over.
    """
    return f"{(key[0] - _BEGAN) // timedelta(microseconds=1)}.{key[1].hex}"


def key_of(asked: str | None) -> Key | None:
    """What such an address says; None, which is the first page, for what is none."""
    microseconds, _dot, pk = (asked or "").partition(".")
    try:
        return _BEGAN + timedelta(microseconds=int(microseconds)), UUID(pk)
    except (ValueError, OverflowError):
        return None


@dataclass
class Slice(Generic[T]):
    """One page: its rows, whether it is a later one, where the next one begins, and whether the list began anew."""

    rows: list[T]
    later: bool = False
    following: str = ""
    anew: bool = False


def slice_of(rows: Any, *, by: str, after: str | None, size: int, descending: bool = False) -> Slice[Any]:
    """A page of a queryset, ordered by a moment and the id; from the beginning where that is known no more."""
    sign, begins = "-" if descending else "", place(after)
    at = rows.order_by().filter(pk=begins.pk).values_list(by, flat=True).first() if begins else None
    later = begins is not None and begins.is_at(at)
    if begins and later:
        # As one comparison of two columns, which an index answers by itself.
        here = Func(F(by), F("pk"), function="ROW", output_field=DateTimeField())
        there = Func(
            Value(at, output_field=DateTimeField()),
            Value(begins.pk, output_field=UUIDField()),
            function="ROW",
            output_field=DateTimeField(),
        )
        rows = rows.filter((LessThan if descending else GreaterThan)(here, there))
    found = list(rows.order_by(f"{sign}{by}", f"{sign}pk")[: size + 1])
    following = address(found[size - 1].pk, getattr(found[size - 1], by)) if len(found) > size else ""
    return Slice(found[:size], later, following, anew=begins is not None and not later)
