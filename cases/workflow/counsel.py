"""Legal counsel on a case for as long as something in it is theirs to say: dated rows, as of anybody else on it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from cases.models import Case, CasePerson
from csec.accounts.models import Membership
from csec.accounts.roles import Role


def let_counsel_in(case: Case, *, at: datetime) -> list[UUID]:
    """
    Put the district's counsel on a locked case, and return the rows; past whoever is on it already or kept from it.

    They read the team's facts, and nothing of the counselor's section or of who reported. A row of counsel's that ends
    by itself, for another reason, does not stand for this one.
    """
    others = (
        CasePerson.objects.of(at)
        .filter(case=case)
        .exclude(role=Role.COUNSEL, excluded=False, until__isnull=False)
    )
    there = set(others.values_list("person", flat=True))
    day = at.astimezone(case.zone).date()
    rows = [
        CasePerson(case=case, person_id=pk, role=Role.COUNSEL, since=at)
        for pk in sorted(
            set(
                Membership.objects.current(day)
                .filter(role=Role.COUNSEL, person__is_active=True, person__drill=case.school.drill_id)
                .values_list("person", flat=True)
            )
            - there
        )
    ]
    for row in rows:
        row.save(force_insert=True)
    return [row.pk for row in rows]


def let_counsel_out(rows: Iterable[UUID], *, at: datetime) -> None:
    """End those rows, where they have not ended; the last act of a verb, whose actor may lose sight of the case."""
    CasePerson.objects.filter(pk__in=list(rows), until__isnull=True).update(until=at)
