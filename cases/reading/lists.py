"""Rows of the list of cases."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from cases.models import Case, CasePerson, StepPart
from cases.reading.parts import is_late
from protocols.schema import Track

PAGE = 25


@dataclass
class CaseRow:
    """One case: its open track, the first step that waits, how many parts are open and late, who carries it."""

    case: Case
    open_parts: list[StepPart] = field(default_factory=list)
    late_parts: int = 0

    @property
    def held_by(self) -> str:
        return ", ".join(self.case.carried_by)  # type: ignore[attr-defined]

    @property
    def track(self) -> Track:
        return self.case.protocol.definition.track(self.case.track)

    @property
    def step(self) -> int | None:
        return self.open_parts[0].step_number if self.open_parts else None


@dataclass
class CaseList:
    """One page of cases. How many there are is not counted: that would get slower with each one."""

    rows: list[CaseRow]
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


def list_cases(cases: Any, *, page: str | None, at: datetime) -> CaseList:
    """The asked page of a queryset of cases, in two queries whatever its size."""
    number = int(page) if page and page.isdecimal() and 0 < int(page) < 10_000 else 1
    first = (number - 1) * PAGE
    carriers = CasePerson.objects.carrying(at).filter(case=OuterRef("pk")).values("person__name")
    found = list(cases.annotate(carried_by=ArraySubquery(carriers))[first : first + PAGE + 1])
    return CaseList(_rows(found[:PAGE], at), number, has_next=len(found) > PAGE)


def _rows(cases: Sequence[Case], at: datetime) -> list[CaseRow]:
    rows = {case.pk: CaseRow(case) for case in cases}
    for part in StepPart.objects.open().filter(case__in=list(rows)):
        row = rows[part.case_id]
        row.open_parts.append(part)
        row.late_parts += is_late(part, at, at.astimezone(row.case.zone).date())
    return list(rows.values())
