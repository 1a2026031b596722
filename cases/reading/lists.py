"""Rows of the list of cases."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cases.models import Case, CasePerson
from csec.accounts.roles import CARE_ROLES
from protocols.schema import Track


@dataclass
class CaseRow:
    case: Case
    track: Track | None
    step: int | None
    open_parts: int
    late_parts: int
    held_by: str


def list_rows(cases: Iterable[Case]) -> list[CaseRow]:
    """One row for each case of the page, in two queries; `cases` come from `with_work`."""
    listed = list(cases)
    carers: dict[Any, list[str]] = defaultdict(list)
    people = CasePerson.objects.filter(
        case__in=[case.pk for case in listed], until__isnull=True, excluded=False, role__in=CARE_ROLES
    ).select_related("person")
    for row in people:
        carers[row.case_id].append(row.person.name)
    return [_row(case, ", ".join(carers[case.pk])) for case in listed]


def _row(case: Any, held_by: str) -> CaseRow:
    track = case.protocol.definition.track(case.track) if case.track else None
    return CaseRow(case, track, case.next_step, case.open_parts, case.late_parts, held_by)
