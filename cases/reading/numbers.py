"""Whom the district telephones, beside the step in which it is done, with the day on which a number was checked."""

from datetime import date
from typing import NamedTuple

from csec.directory.card import AGAIN_AFTER, dial
from csec.directory.models import Agency


class Listed(NamedTuple):
    """An agency of the district; `old` when its number should be made sure of again."""

    name: str
    telephone: str
    dial: str
    note: str
    verified_on: date
    old: bool


def numbers(kind: str, today: date) -> list[Listed]:
    """The district's agencies of one kind, each with whether its number should be made sure of again."""
    rows = Agency.objects.filter(kind=kind)
    return [
        Listed(
            row.name,
            row.telephone,
            dial(row.telephone),
            row.note,
            row.verified_on,
            row.verified_on < today - AGAIN_AFTER,
        )
        for row in rows
    ]
