"""Who did what when, for whoever came second."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from cases.models import Case, Decision, Entry, StepPart
from cases.workflow.refusals import Conflict


def when(at: datetime, zone: ZoneInfo) -> str:
    """A moment in words, in the school's zone, without a period of its own: `Fri, Nov 20, 2:50 PM`."""
    return formats.date_format(at.astimezone(zone), "PLAIN_MOMENT")


def check_open(case: Case, *, duty: bool = False) -> None:
    """Raise Conflict when the case was closed or voided meanwhile; a duty outlives it, also at another school."""
    if case.is_open or (duty and (case.status == case.Status.VOIDED or _handed_over(case))):
        return
    if case.status == case.Status.CLOSED:
        words = _("%(who)s closed this case on %(when)s. Reopen it to record anything.")
        unnamed = _("This case was closed. Reopen it to record anything.")
    else:
        words = _("%(who)s voided this case on %(when)s. Nothing can be recorded in it.")
        unnamed = _("This case was voided. Nothing can be recorded in it.")
    decided = _decided(case, Decision.Kind.CLOSED, Decision.Kind.VOIDED)
    raise Conflict(words % decided if decided else unnamed)


def _handed_over(case: Case) -> bool:
    closing = case.decisions.filter(kind=Decision.Kind.CLOSED).order_by("at", "id").last()
    return closing is not None and closing.code == Decision.TRANSFERRED


def check_version(case: Case, part: StepPart, version: int) -> None:
    """Raise Conflict when somebody entered something after the page was opened."""
    if part.version != version:
        raise Conflict(
            _already(case, part) + " " + _("Your text is kept below: read the entry, then decide.")
        )


def check_part_open(case: Case, part: StepPart) -> None:
    """Raise Conflict when the part has ended, or its track was ended by reclassifying."""
    if part.run.ended_at is not None:
        decided = _decided(case, Decision.Kind.RECLASSIFIED)
        if decided is None:
            raise Conflict(_("This case was reclassified. Use the step of the new track."))
        words = _("%(who)s reclassified this case on %(when)s. Use the step of the new track.")
        raise Conflict(words % decided)
    if not part.is_open:
        raise Conflict(_already(case, part) + " " + _("To change it, correct that entry."))


def _decided(case: Case, *kinds: str) -> dict[str, str] | None:
    """Who decided last and when; None for an SRO, who does not read the decisions."""
    last = case.decisions.filter(kind__in=kinds).select_related("by").order_by("at", "id").last()
    if last is None:
        return None
    return {"who": last.by.name, "when": when(last.at, case.zone)}


def _already(case: Case, part: StepPart) -> str:
    entry = latest_entry(part)
    if entry is None:
        return _("This has changed since you opened the page.")
    said = {"outcome": entry.get_outcome_display(), "when": when(entry.recorded_at, case.zone)}
    if not entry.by:
        # Whoever reported is named to nobody.
        return _("“%(outcome)s” was recorded on %(when)s.") % said
    return _("%(who)s recorded “%(outcome)s” on %(when)s.") % (said | {"who": entry.by})


def latest_entry(part: StepPart) -> Entry | None:
    """The entry that a part's current outcome comes from; None before the first, or when it is not shared."""
    return part.entries.select_related("actor").order_by("number").last()
