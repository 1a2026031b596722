"""What is told of a case to whoever takes the student over: the chosen sections, word for word as they are sent."""

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import kinds
from cases.models import Case, Compartment, Entry, Outcome, StepPart, TransferSection
from cases.reading.parts import state_of
from cases.reading.shown import shown
from cases.text import REQUIRED, Words
from cases.workflow.decisions import faults
from cases.workflow.plans import last_seen_on, plan_of, waiting_check_in
from cases.workflow.refusals import Conflict, Invalid
from csec.accounts.models import User
from csec.accounts.roles import CARE_ROLES, Role

Section = TransferSection.Section

#: What may be chosen beside who it is about. Whatever reports were made, and who made them, is no section at all.
CHOSEN = (Section.TRACK, Section.CONTACT, Section.SAFETY, Section.NEEDS, Section.COUNSELING)
NOT_OFFERED = gettext_lazy("Choose from the list.")
NOT_TO_READ = gettext_lazy(
    "The restricted section is read by a counselor or social worker alone. Leave it out, or choose one of them."
)
LOOK_FIRST = gettext_lazy("What they will read has changed: look at it once more, then send it.")


@dataclass(frozen=True)
class Chosen:
    """What whoever hands over has chosen to tell, and typed for it."""

    sections: Collection[str] = ()
    safety: str = ""
    needs: str = ""
    counseling_reason: str = ""


@dataclass(frozen=True)
class Told:
    """One section as it is read."""

    section: str
    title: str
    compartment: str = Compartment.TEAM
    lines: list[list[str]] = field(default_factory=list)


def may_choose(case: Case, *, inside: bool) -> tuple[str, ...]:
    """The sections that the reader of the case may hand on; the counselor's only within the district."""
    if inside and case.my_role in CARE_ROLES:
        return CHOSEN
    return tuple(one for one in CHOSEN if one != Section.COUNSELING)


def check_chosen(case: Case, chosen: Chosen, *, inside: bool, to_carrier: bool = True) -> dict[str, Words]:
    """
    What is wrong with a choice, by field: a section without its words, or one that is not theirs to hand on.

    The counselor's section goes to somebody who carries cases alone (`to_carrier`).
    """
    if not set(chosen.sections) <= set(may_choose(case, inside=inside)):
        return {"sections": NOT_OFFERED}
    if Section.COUNSELING in chosen.sections and not to_carrier:
        return {"sections": NOT_TO_READ}
    wrong = faults(safety=chosen.safety, needs=chosen.needs, counseling_reason=chosen.counseling_reason)
    for name, typed in (
        (Section.SAFETY, chosen.safety),
        (Section.NEEDS, chosen.needs),
        (Section.COUNSELING, chosen.counseling_reason),
    ):
        asked = "counseling_reason" if name == Section.COUNSELING else str(name)
        if name in chosen.sections and not typed.strip():
            wrong[asked] = REQUIRED
    return wrong


def summary(case: Case, sender: User, chosen: Chosen) -> list[Told]:
    """The sections of a case that the sender sees, in their order; who it is about is always the first."""
    makers = {
        Section.TRACK: lambda: _track(case),
        Section.CONTACT: lambda: contact(case),
        Section.SAFETY: lambda: [["", chosen.safety.strip()]],
        Section.NEEDS: lambda: [["", chosen.needs.strip()]],
        Section.COUNSELING: lambda: list(_counseling(case)),
    }
    found = [Told(Section.WHO, str(Section.WHO.label), lines=who(case, sender))]
    for name in CHOSEN:
        if name in chosen.sections:
            compartment = Compartment.COUNSELING if name == Section.COUNSELING else Compartment.TEAM
            found.append(Told(str(name), str(name.label), str(compartment), makers[name]()))
    return found


def digest(told: list[Told], to: str) -> str:
    """By which what is sent is known to be what was looked at: the words, and to whom they go."""
    text = json.dumps([to, [asdict(one) for one in told]], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def check_read(told: list[Told], to: str, read: str | None) -> None:
    """Raise Conflict unless the page on which this was sent showed exactly that; None asks no page."""
    if read is not None and read != digest(told, to):
        raise Conflict(LOOK_FIRST)


def check_summary(case: Case, chosen: Chosen, *, inside: bool) -> None:
    """Raise Invalid for a choice that cannot be handed on."""
    wrong = check_chosen(case, chosen, inside=inside)
    if wrong:
        raise Invalid(wrong)


def who(case: Case, sender: User) -> list[list[str]]:
    """Who it is about, and whom to call."""
    return [
        [_("Student"), case.student.full_name if case.student else _("not known yet")],
        [_("From"), case.school.name],
        [_("Whom to call"), f"{sender.name}, {Role(case.my_role).label}"],
    ]


def _track(case: Case) -> list[list[str]]:
    """How each step stands, in a word; of a report to Child Welfare Services nothing at all."""
    track = case.protocol.definition.track(case.track)
    rows = {part.part: part for part in StepPart.objects.filter(case=case, run__ended_at__isnull=True)}
    lines = [[_("Track"), track.title]]
    for step, part in track.parts():
        row = rows.get(part.id)
        if row is not None and part.kind not in kinds.DUTIES:
            word = state_of(row, late=False, ended=not case.is_open)[1]
            lines.append([f"{track.letter}{step.number} {part.label}", str(word)])
    return lines


def contact(case: Case) -> list[list[str]]:
    """How often the student is asked for, when next, and when they were seen last."""
    plan, waiting, seen = plan_of(case), waiting_check_in(case), last_seen_on(case)
    if plan is None:
        return [[_("How often"), _("No regular contact is planned.")]]
    lines = [[_("How often"), str(plan.how_often.words())]]
    if waiting:
        lines.append([_("Next"), formats.date_format(waiting.due_on)])
    if seen:
        lines.append([_("Last seen"), formats.date_format(seen)])
    return lines


def _counseling(case: Case) -> Iterator[list[str]]:
    """The latest that was recorded of each duty of the counselor's section, as far as the sender reads it."""
    definition = case.protocol.definition
    entries = Entry.objects.filter(
        case=case, compartment=Compartment.COUNSELING, part__run__ended_at__isnull=True
    ).exclude(outcome__in=[Outcome.SUPERSEDED, Outcome.REOPENED])
    latest: dict[Any, Entry] = {}
    for entry in entries.select_related("evidence", "part").order_by("part__position", "number"):
        latest[entry.part_id] = entry
    for entry in latest.values():
        if not hasattr(entry, "evidence"):
            continue
        part = definition.part(case.track, entry.part.part)
        fields = {one.name: one for one in definition.fields_of(part)}
        facts = entry.evidence.facts(case.key)
        words = [
            f"{fields[name].label}: {shown(fields[name], value)}"
            for name, value in facts.items()
            if name in fields
        ]
        day = formats.date_format(entry.happened_at.astimezone(case.zone))
        yield [part.label, "\n".join([f"{Outcome(entry.outcome).label}, {day}", *words])]
