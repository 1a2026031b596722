"""Who has opened a case, for those who may open it themselves."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from cases.models import Case, EmergencyAccess
from csec.accounts.models import User
from csec.accounts.roles import RECEIVERS

#: Who reads on which days it was opened: those who carry the case or answer for it.
MAY_KNOW_THE_DAYS = RECEIVERS


class Reading(NamedTuple):
    """Somebody opened the case on a day, or some time in the week that begins with it."""

    on: date
    in_week: bool
    name: str
    whose: UUID


def readings(case: Case) -> list[Reading]:
    """
    Who has opened the case and when, the latest day first.

    A week in which a report was made is not told apart into days: who reported could be read from that.
    """
    rows = _ask("SELECT person, read_on, in_week FROM case_readings(%s)", case)
    names = _names([row[0] for row in rows])
    found = [Reading(on, in_week, names.get(person, "–"), person) for person, on, in_week in rows]
    return sorted(found, key=lambda reading: (-reading.on.toordinal(), reading.name))


def who_opened(case: Case) -> list[str]:
    """
    Who has opened the case, by name and without a day: whoever corrects of whom it is tells them.

    When somebody last opened it could tell who reported; the days, as far as they are told, are in `readings`.
    """
    return sorted({reading.name for reading in readings(case)})


class Opened(NamedTuple):
    """An emergency access, with the reason that was given and what its review found."""

    row: EmergencyAccess
    reason: str
    found: str


def emergency_accesses(case: Case) -> list[Opened]:
    """By whom of the district the case was opened in an emergency, the latest first."""
    rows = EmergencyAccess.objects.filter(case=case).select_related("person", "reviewed_by")
    return [
        Opened(row, row.reason(case.key), row.found(case.key)) for row in rows.order_by("-begun_at", "id")
    ]


def _ask(query: str, case: Case) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [case.pk])
        return list(cursor.fetchall())


def _names(people: list[UUID]) -> dict[UUID, str]:
    return {person.pk: person.name for person in User.objects.filter(pk__in=people)}
