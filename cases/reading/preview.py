"""
What a case holds, as counsel looks at it before anything of it is released.

Left out by itself, wherever it stands: that a report was made and who made it, what the student said in counseling,
other students, concerns and who recorded them, the officer's section. The rest is shown as it was typed: what of it is
released is counsel's decision. It is made for its reader each time and kept nowhere.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases import kinds
from cases.models import Case, Compartment, Decision, Entry, Release, StepPart, TrackRun
from cases.reading.parts import Fact
from cases.reading.shown import shown
from cases.text import Words
from csec.accounts.roles import Role

#: What is never shown here, and where that comes from; the same list for every case, whatever it holds.
LEFT_OUT: tuple[tuple[Words, Words], ...] = (
    (_("Whether a report was made, to whom, and who made it"), _("Penal Code 11167, 11167.5")),
    (_("Concerns, and who recorded them"), _("Penal Code 11167(d)")),
    (_("What the student said in counseling, and the regular contact"), _("Education Code 49602")),
    (_("Other students, and what was looked into on campus"), _("34 CFR 99.12(a)")),
    (_("The SRO’s section"), _("34 CFR 99.8")),
    (_("What was asked and advised about contact with parents"), _("practice; counsel decides")),
    (
        _("Who of the staff wrote something, and the reasons of decisions"),
        _("practice: they can tell who reported"),
    ),
    (_("Reviews of the case, what they asked and what was answered"), _("practice; counsel decides")),
    (_("What went to Child Welfare Services or law enforcement"), _("Penal Code 11167.5; counsel decides")),
)
#: Of the decisions about a case as a whole, those that name nobody by what they are.
_DECISIONS = (
    Decision.Kind.OPENED,
    Decision.Kind.RECLASSIFIED,
    Decision.Kind.CLOSED,
    Decision.Kind.REOPENED,
)
_NOT_SHOWN = (Release.Recipient.CHILD_WELFARE, Release.Recipient.LAW_ENFORCEMENT)


@dataclass(frozen=True)
class Recorded:
    """One entry of a step: when, what came of it, and the facts that were recorded."""

    happened_at: datetime
    outcome: Words
    facts: list[Fact]
    #: Whether a later entry stands in its place.
    corrected: bool = False


@dataclass(frozen=True)
class Duty:
    label: str
    entries: list[Recorded]
    #: Whether an officer who is on the case reads what was recorded of it.
    officers_too: bool = False


@dataclass(frozen=True)
class Followed:
    """A track that the case followed, with those of its duties that can be shown."""

    title: str
    duties: list[Duty]
    #: Of its title and labels, and whether that is a translation.
    language: str
    translated: bool


@dataclass(frozen=True)
class Left:
    left_at: datetime
    recipient: str
    what: str
    basis: Words


@dataclass(frozen=True)
class Preview:
    decisions: list[Decision]
    tracks: list[Followed]
    releases: list[Left]
    left_out: tuple[tuple[Words, Words], ...] = LEFT_OUT


def preview(case: Case) -> Preview:
    """The case as its reader may see it, without LEFT_OUT."""
    return Preview(
        decisions=list(Decision.objects.filter(case=case, kind__in=_DECISIONS)),
        tracks=_tracks(case),
        releases=_releases(case),
    )


def _tracks(case: Case) -> list[Followed]:
    entries: dict[Any, list[Entry]] = defaultdict(list)
    for entry in Entry.objects.filter(case=case, compartment=Compartment.TEAM).select_related("evidence"):
        entries[entry.part_id].append(entry)
    parts: dict[Any, list[StepPart]] = defaultdict(list)
    runs: dict[Any, TrackRun] = {}
    rows = StepPart.objects.filter(case=case, compartment=Compartment.TEAM)
    for part in rows.exclude(kind__in=kinds.KEPT_FROM_PARENTS).select_related("run"):
        parts[part.run_id].append(part)
        runs[part.run_id] = part.run
    ordered = sorted(runs.values(), key=lambda run: run.started_at)
    followed = []
    for run in ordered:
        track = case.protocol.definition.track(run.track)
        duties = [
            _duty(case, run.track, part, entries[part.pk])
            for part in sorted(parts[run.pk], key=lambda one: one.position)
            if entries[part.pk]
        ]
        followed.append(Followed(track.title, duties, track.language, track.translated))
    return followed


def _duty(case: Case, track: str, part: StepPart, entries: list[Entry]) -> Duty:
    definition = case.protocol.definition
    defined = definition.part(track, part.part)
    fields = {one.name: one for one in definition.fields_of(defined)}
    corrected = {entry.corrects_id for entry in entries}
    recorded = []
    for entry in entries:
        kept = entry.evidence.facts(case.key) if hasattr(entry, "evidence") else {}
        facts: list[Fact] = [
            (fields[name].label, shown(fields[name], value)) for name, value in kept.items() if name in fields
        ]
        outcome, again = entry.get_outcome_display(), entry.pk in corrected
        recorded.append(Recorded(entry.happened_at, outcome, facts, corrected=again))
    # The rule of PostgreSQL for what was recorded (migration 0028).
    return Duty(defined.label, recorded, Role.SRO in part.actors or part.kind in kinds.ASKS_OFFICER)


def _releases(case: Case) -> list[Left]:
    rows = Release.objects.filter(case=case, corrected_by__isnull=True)
    found = []
    for row in rows.exclude(basis=Release.Basis.REPORT).exclude(recipient_kind__in=_NOT_SHOWN):
        words = row.words(case.key)
        found.append(
            Left(row.left_at, words.get("recipient", ""), words.get("what", ""), row.get_basis_display())
        )
    return found
