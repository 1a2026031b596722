"""What was written down in a case, each as a moment of its timeline."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from cases import kinds
from cases.models import Alert, Case, Decision, Entry, StepPart
from cases.reading.at_once import SeenTo
from cases.reading.duties import Made
from cases.reading.happened import Happened
from cases.reading.parts import Fact
from cases.text import Words


def of_entry(row: Entry, part: StepPart, label: str, case: Case) -> Happened:
    words = _("%(part)s: %(outcome)s") % {"part": label, "outcome": row.get_outcome_display()}
    if row.corrects_id:
        words = _("%(part)s: corrected to %(outcome)s") % {
            "part": label,
            "outcome": row.get_outcome_display(),
        }
    return Happened(
        row.happened_at,
        row.pk,
        words,
        "checkins" if part.kind in kinds.SCHEDULED else "steps",
        row.by,
        url=f"{case.get_absolute_url()}#part-{part.pk}",
        recorded_at=later(row.happened_at, row.recorded_at, case),
    )


def later(at: datetime, recorded_at: datetime, case: Case) -> datetime | None:
    """When it was written down, where that was on another day."""
    same = at.astimezone(case.zone).date() == recorded_at.astimezone(case.zone).date()
    return None if same else recorded_at


def of_alerts(case: Case) -> list[Happened]:
    """What could not wait came along with the case."""
    found = []
    for row in getattr(case, "alerts_kept", []):
        pk, kind = UUID(row["id"]), Alert.Kind(row["kind"]).label
        found.append(Happened(datetime.fromisoformat(row["at"]), pk, kind, "checkins"))
        if row["ended_at"]:
            words = _("What was found is written down: %(alert)s") % {"alert": kind}
            at = datetime.fromisoformat(row["ended_at"])
            found.append(Happened(at, pk, words, "checkins", row["ended_by"] or ""))
    return found


def of_report(made: Made, case: Case) -> Happened:
    words = _("Report to Child Welfare Services made")
    facts: list[Fact] = [(_("Agency"), made.agency)] if made.agency else []
    url = reverse("cases:case_reports", args=[case.pk])
    return Happened(made.at, made.entry, words, "reports", facts=facts, url=url)


def of_decision(row: Decision, facts: Sequence[Fact] = (), *, sentence: Words = "") -> Happened:
    """`sentence` says it with who did it, of a decision about a person."""
    what, who = (sentence, "") if sentence else (row.get_kind_display(), row.by.name)
    return Happened(row.at, row.pk, what, "decisions", who, facts)


def of_seen(one: SeenTo, case: Case) -> Happened:
    """When it was said, and what was found of it."""
    ended = one.ended_at.astimezone(case.zone)
    by = _("%(who)s, %(when)s") % {"who": one.by, "when": formats.date_format(ended, "MOMENT")}
    facts: list[Fact] = [(_("What was found"), one.found), (_("By"), by)]
    return Happened(one.at, case.pk, one.words, "checkins", facts=facts)
