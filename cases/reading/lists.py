"""Rows of the list of cases."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from cases.models import Case, CasePerson, StepPart
from cases.reading.pages import Page, page_of
from cases.reading.parts import is_late
from protocols.schema import Track

SIZE = 25


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
    def duty(self) -> str:
        """What the first part that waits is called."""
        track = self.track
        first = self.open_parts[0].part if self.open_parts else ""
        return next((part.label for step in track.steps for part in step.parts if part.id == first), "")

    @property
    def step(self) -> int | None:
        return self.open_parts[0].step_number if self.open_parts else None


def list_cases(cases: Any, *, page: str | None, at: datetime) -> Page[CaseRow]:
    """The asked page of a queryset of cases, in two queries whatever its size."""
    carriers = CasePerson.objects.carrying(at).filter(case=OuterRef("pk")).values("person__name")
    found = page_of(cases.annotate(carried_by=ArraySubquery(carriers)), page, size=SIZE)
    return Page(_rows(found.rows, at), found.number, found.has_next)


def _rows(cases: Sequence[Case], at: datetime) -> list[CaseRow]:
    rows = {case.pk: CaseRow(case) for case in cases}
    for part in StepPart.objects.open().filter(case__in=list(rows)):
        row = rows[part.case_id]
        row.open_parts.append(part)
        row.late_parts += is_late(part, at, at.astimezone(row.case.zone).date())
    return list(rows.values())
