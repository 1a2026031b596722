"""Whom the district telephones, beside the step in which it is done, with the day on which a number was checked."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from csec.directory.card import AGAIN_AFTER, dial
from csec.directory.models import Agency, District

_SHOWN = ("name", "telephone", "note", "verified_on")

#: The numbers of Child Welfare Services, with whatever is asked for first: they cost no query of their own.
CHILD_WELFARE = ArraySubquery(
    Agency.objects.filter(kind=Agency.Kind.CHILD_WELFARE)
    .order_by("position", "name")
    .values(row=JSONObject(**{name: name for name in _SHOWN}))
)


class Listed(NamedTuple):
    """
    An agency of the district; `old` when its number should be made sure of again.

    A number that is no agency's (`verified_on` is None) comes from the settings, which keep no day for it.
    """

    name: str
    telephone: str
    dial: str
    note: str
    verified_on: date | None
    old: bool


def numbers(kind: str, today: date) -> list[Listed]:
    """The district's agencies of one kind, each with whether its number should be made sure of again."""
    return [_listed(**row, today=today) for row in Agency.objects.filter(kind=kind).values(*_SHOWN)]


def numbers_of_officer(today: date) -> list[Listed]:
    """
    What an officer telephones, with a case and without one: danger, dispatch, law enforcement, Child Welfare.

    By themselves, in two queries: an officer who was asked into nothing reads them as well.
    """
    district = District.objects.only("emergency_number", "dispatch_number").first() or District()
    named = [
        (_("Emergency number"), district.emergency_number),
        (_("Police dispatch"), district.dispatch_number),
    ]
    of_district = [
        Listed(name, number, dial(number), "", None, old=False) for name, number in named if number
    ]
    kinds = [Agency.Kind.LAW_ENFORCEMENT, Agency.Kind.CHILD_WELFARE]
    rows = Agency.objects.filter(kind__in=kinds).order_by("position", "name").values("kind", *_SHOWN)
    found = sorted(rows, key=lambda row: kinds.index(row["kind"]))
    return [*of_district, *(_listed(**{name: row[name] for name in _SHOWN}, today=today) for row in found)]


def child_welfare(today: date) -> list[Listed]:
    """Whom to telephone with a report."""
    return numbers(Agency.Kind.CHILD_WELFARE, today)


def numbers_with(rows: Iterable[Mapping[str, Any]] | None, today: date) -> list[Listed]:
    """The same from what came along (`CHILD_WELFARE`)."""
    return [
        _listed(**{**row, "verified_on": date.fromisoformat(row["verified_on"])}, today=today)
        for row in rows or ()
    ]


def _listed(*, name: str, telephone: str, note: str, verified_on: date, today: date) -> Listed:
    return Listed(name, telephone, dial(telephone), note, verified_on, verified_on < today - AGAIN_AFTER)
