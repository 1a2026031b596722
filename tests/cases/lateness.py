"""From when each case is late, computed from its rows: what PostgreSQL keeps with the case is to be the same."""

from datetime import datetime

from cases.models import Case, Compartment, ReportDuty, StepPart
from cases.models.cases import NEVER
from cases.reading.lists import late_from


def wrongly_kept() -> list[tuple[str, datetime, datetime]]:
    """The cases that are kept as late from another moment, for those who see all of them or for an officer."""
    wrong = []
    for case in Case.objects.using("owner").select_related("school"):
        parts = list(StepPart.objects.using("owner").filter(case=case).select_related("run"))
        duties = ReportDuty.objects.using("owner").filter(case=case, ended_at__isnull=True)
        asked = any(part.kind == "report" and part.run.ended_at is None for part in parts)
        owed = [duty.due_at for duty in duties if asked]
        parts = [part for part in parts if part.progress or part.run.ended_at is None]
        officers = [part for part in parts if part.compartment != Compartment.COUNSELING]
        for kept, rows in ((case.late_from, parts), (case.late_from_officer, officers)):
            moments = [late_from(part, case.zone) for part in rows]
            computed = min([*(one for one in moments if one), *owed], default=NEVER)
            if kept != computed:
                wrong.append((case.number, kept, computed))
    return wrong
