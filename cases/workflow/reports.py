"""Asking for a report again that was entered as ended, and that no case is closed over one."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from cases.kept import as_kept, ours
from cases.kinds import report
from cases.models import Case, Concern, Outcome, StepPart
from cases.workflow.duties import ask_again
from cases.workflow.entries import Written, write_entry
from cases.workflow.facts import ask_website_again
from cases.workflow.refusals import Conflict
from csec.accounts.models import User

SOMETHING_ADDED = ours(_("Something was added to a concern in this case."))
REPORT_FIRST = _(
    "A report to Child Welfare Services is still open. It cannot be explained away: report first."
)
SOMEBODYS = _(
    "A duty to report is still open. Each person answers for themselves alone, and nobody can end another’s: the case"
    " stays open until they have recorded theirs."
)


def is_owed(case: Case) -> bool:
    """Whether somebody's duty to report is open in a case; not whose."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT report_owed(%s)", [case.pk])
        return cursor.fetchone()[0] is not None


def check_reported(case: Case, open_parts: Iterable[StepPart]) -> None:
    """Raise Conflict while a report is open in the case, or the duty of anybody."""
    if any(part.kind == report.KIND for part in open_parts):
        raise Conflict(REPORT_FIRST)
    if is_owed(case):
        raise Conflict(SOMEBODYS)


def reopen_reports(
    case: Case,
    *ended: Outcome,
    actor: User,
    at: datetime,
    reason: str,
    before: datetime | None = None,
) -> bool:
    """
    Open the report of a locked case's open track again where it had ended in one of those ways, and say whether.

    Given `before`, only where that was recorded earlier.
    """
    opened = False
    parts = StepPart.objects.select_for_update().filter(
        case=case, run__ended_at__isnull=True, kind=report.KIND, outcome__in=ended
    )
    for part in parts:
        if before and part.entries.latest("number").recorded_at >= before:
            continue
        write_entry(case, part, Written(Outcome.REOPENED, at, reason=reason), actor=actor, at=at)
        opened = True
    return opened


def reopen_for_what_was_read(case: Case, *, actor: User, at: datetime) -> None:
    """
    The same for a case that was closed while something was added to a concern in it, and read there.

    Whoever called the report not applicable, or the evidence not sufficient, did not know of that: each is asked anew.
    """
    added = Concern.objects.filter(case=case, additions__isnull=False, accepted_at__isnull=False)
    here = added.aggregate(last=Max("accepted_at"))["last"]
    with connection.cursor() as cursor:
        # Also at the school before, whose people alone see the concern.
        cursor.execute("SELECT added_and_read_before(%s)", [case.pk])
        read_at = max(filter(None, (here, cursor.fetchone()[0])), default=None)
    if read_at:
        opened = reopen_reports(
            case, Outcome.NOT_APPLICABLE, actor=actor, at=at, reason=as_kept(SOMETHING_ADDED), before=read_at
        )
        if opened:
            ask_again(case, at=at)
        ask_website_again(case, actor=actor, at=at, before=read_at)
