"""Asking for a report again that was entered as ended."""

from datetime import datetime

from cases.kinds import report
from cases.models import Case, Outcome, StepPart
from cases.workflow.entries import Written, write_entry
from csec.accounts.models import User


def reopen_reports(case: Case, ended: Outcome, *, actor: User, at: datetime, reason: str) -> None:
    """Open the report of a locked case's open track again where it had ended that way."""
    parts = StepPart.objects.select_for_update().filter(
        case=case, run__ended_at__isnull=True, kind=report.KIND, outcome=ended
    )
    for part in parts:
        write_entry(case, part, Written(Outcome.REOPENED, at, reason=reason), actor=actor, at=at)
