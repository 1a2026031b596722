"""What a case looks like to whoever closes it: what is open, and what has changed since the page was opened."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.kinds import SCHEDULED, report
from cases.models import Case, Outcome, StepPart
from cases.workflow.checkins import late_check_in
from cases.workflow.telling import latest_entry, when
from csec.accounts.roles import OVERSEERS

REPORT_FIRST = gettext_lazy(
    "A report to Child Welfare Services is still open. It cannot be explained away: report first."
)


def label(case: Case, part: StepPart) -> str:
    """The part's step, with the letter of its track, and printed name; it comes with its run."""
    track = case.protocol.definition.track(part.run.track)
    definition = case.protocol.definition.part(part.run.track, part.part)
    return f"{track.letter}{part.step_number} {definition.label}"


def open_reports(parts: Iterable[StepPart]) -> list[tuple[StepPart, datetime | None]]:
    """The reports among these open parts, each with when it was opened again, if it was."""
    found: list[tuple[StepPart, datetime | None]] = []
    for part in parts:
        if part.kind == report.KIND:
            last = latest_entry(part) if part.version else None
            found.append((part, last.recorded_at if last and last.outcome == Outcome.REOPENED else None))
    return found


@dataclass(frozen=True)
class LateContact:
    """A late check-in over which somebody wants to close: since when, where it is recorded, whether they may at all."""

    since: datetime
    part: StepPart | None
    may_close: bool


def late_contact(case: Case, at: datetime) -> LateContact | None:
    """The late check-in of a case, if it has one."""
    waiting = late_check_in(case, at) if case.is_open else None
    if waiting is None:
        return None
    parts = StepPart.objects.filter(case=case, run__ended_at__isnull=True, kind__in=SCHEDULED)
    return LateContact(waiting.due_at, parts.first(), case.my_role in OVERSEERS)


def ended_since(
    case: Case, typed: Iterable[str], still_open: Iterable[StepPart]
) -> list[tuple[StepPart, str, str]]:
    """
    The parts of the case that are not open any more although something was typed for them.

    `typed` are their ids as they were sent. Each comes with its label and with who recorded what when.
    """
    ids = set()
    for one in typed:
        with suppress(ValueError):
            ids.add(UUID(one))
    ids -= {part.pk for part in still_open}
    if not ids:
        return []
    ended = []
    for part in StepPart.objects.filter(case=case, pk__in=ids).select_related("run"):
        last = latest_entry(part)
        words = _("This has ended since you opened the page: no word is needed for it any more.")
        if last is not None:
            said = {"outcome": last.get_outcome_display(), "when": when(last.recorded_at, case.zone)}
            words = _("“%(outcome)s” was recorded on %(when)s: no word is needed for it any more.") % said
            if last.by:
                words = _("%(who)s recorded “%(outcome)s” on %(when)s: no word is needed for it any more.")
                words %= said | {"who": last.by}
        ended.append((part, label(case, part), words))
    return ended
