"""
What a summary on paper tells each audience, and what it leaves out and why.

Left out for every audience: whatever was reported and by whom, what the student said in counseling, other students, the
officer's section, telephones and addresses. It is made for its maker each time, from no more than they see themselves.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import kinds
from cases.ages import is_of_age
from cases.models import Case, Compartment, Paper, Release, StepPart, TransferSection
from cases.reading.of_parents import hold
from cases.reading.parents import ON_HOLD
from cases.reading.parts import state_of
from cases.reading.preview import Followed, Preview, preview
from cases.text import Words
from cases.workflow.summary import Chosen, Told, contact, who
from csec.accounts.models import User
from csec.accounts.roles import RECEIVERS
from protocols.schema import Track

Section, Audience, To, Basis = TransferSection.Section, Paper.Audience, Release.Recipient, Release.Basis

#: Sections that no handoff has: the decisions about a case as a whole, what was recorded, what left the school.
WHOLE, RECORDED, LEFT = "whole", "recorded", "left"
TITLES: dict[str, Words] = {
    **{str(one.value): one.label for one in Section},
    WHOLE: gettext_lazy("The case as a whole"),
    RECORDED: gettext_lazy("What was recorded at the steps"),
    LEFT: gettext_lazy("Releases of information"),
}

_NEVER: tuple[tuple[Words, Words], ...] = (
    (
        gettext_lazy("Whether a report was made, to whom, by whom, and what it says"),
        gettext_lazy("Penal Code 11167, 11167.5"),
    ),
    (gettext_lazy("Concerns, and who recorded them"), gettext_lazy("Penal Code 11167(d)")),
    (
        gettext_lazy("What the student said in counseling, and referrals to services"),
        gettext_lazy("Education Code 49602"),
    ),
    (
        gettext_lazy("Other students, and what was looked into on campus"),
        gettext_lazy("practice: each student’s record is their own"),
    ),
    (gettext_lazy("The School Resource Officer’s section"), gettext_lazy("34 CFR 99.8; practice")),
    (
        gettext_lazy("Telephones and addresses, who lives with the student, and who may pick them up"),
        gettext_lazy("practice: they stand under People and safety"),
    ),
    (gettext_lazy("Reviews of the case, and their questions"), gettext_lazy("practice: they guide the work")),
    (
        gettext_lazy("Who of the staff wrote something, and the reasons of decisions"),
        gettext_lazy("practice: they can tell who reported"),
    ),
)
_PARENTS = (
    gettext_lazy("What was asked, advised and said about contact with parents"),
    gettext_lazy("practice; counsel decides"),
)
_SCHEDULE = (
    gettext_lazy("The check-ins with the student"),
    gettext_lazy("Education Code 49602; practice: they are the counselor’s"),
)
_NOT_OFFICERS = (
    gettext_lazy("What was recorded at the steps that are not the SRO’s, but for what came of each and when"),
    gettext_lazy("34 CFR 99.31(a)(1); practice: an SRO of the case may be at the meeting"),
)
_CORRECTED = (
    gettext_lazy("What was recorded wrongly and corrected afterwards"),
    gettext_lazy("practice: the entry that stands is told"),
)
_LEAST: tuple[tuple[Words, Words], ...] = (
    (
        gettext_lazy("What was recorded at the steps, and decided about the case"),
        gettext_lazy("practice: as little as they need now"),
    ),
    (
        gettext_lazy("Releases of information, and to whom"),
        gettext_lazy("34 CFR 99.32: a parent’s, and the district’s, to see"),
    ),
)


@dataclass(frozen=True)
class Rule:
    """What one audience may be told: sections, those that are chosen at first, and what is left out and why."""

    sections: tuple[str, ...]
    at_first: tuple[str, ...]
    left_out: tuple[tuple[Words, Words], ...]
    #: Kinds of which not even the state is told.
    unsaid: Collection[str] = kinds.DUTIES
    #: What it is in the list of releases, where it leaves the district; and the bases for that. In an emergency one
    #: telephones, and records it afterwards.
    recipient_kind: str = ""
    bases: tuple[str, ...] = ()
    #: Whether officers are among those who read it: then no more of a step is told than they read themselves.
    for_officers: bool = False

    @property
    def leaves(self) -> bool:
        return bool(self.recipient_kind)


_INSIDE = (str(Section.TRACK), WHOLE, RECORDED)
_OUTSIDE = (str(Section.TRACK), str(Section.CONTACT), str(Section.SAFETY), str(Section.NEEDS))
RULES: dict[str, Rule] = {
    Audience.TEAM: Rule(
        _INSIDE,
        _INSIDE,
        (*_NEVER, _PARENTS, _SCHEDULE, _NOT_OFFICERS, _CORRECTED),
        for_officers=True,
    ),
    Audience.COUNSEL: Rule((*_INSIDE, LEFT), (*_INSIDE, LEFT), (*_NEVER, _PARENTS, _SCHEDULE, _CORRECTED)),
    Audience.CHILD_WELFARE: Rule(
        _OUTSIDE,
        (str(Section.CONTACT),),
        (*_NEVER, _PARENTS, *_LEAST),
        kinds.KEPT_FROM_PARENTS,
        To.CHILD_WELFARE,
        (Basis.REPORT, Basis.CARE, Basis.CONSENT, Basis.COURT_ORDER, Basis.OTHER),
    ),
    Audience.RECEIVING_SCHOOL: Rule(
        _OUTSIDE,
        (str(Section.CONTACT),),
        (*_NEVER, _PARENTS, *_LEAST),
        kinds.KEPT_FROM_PARENTS,
        To.OTHER_SCHOOL,
        (Basis.OTHER_SCHOOL, Basis.CONSENT, Basis.COURT_ORDER, Basis.OTHER),
    ),
}


@dataclass(frozen=True)
class Sheet:
    """The words of one paper, as the page shows them and as they are printed."""

    cover: list[list[str]]
    notices: list[str]
    told: list[Told] = field(default_factory=list)


def may_tell(case: Case, audience: str) -> tuple[str, ...]:
    """The sections that the reader of the case may put on paper for an audience."""
    found = RULES[audience].sections
    # Counsel does not see the schedule, and so cannot say that there is none.
    return found if case.my_role in RECEIVERS else tuple(one for one in found if one != Section.CONTACT)


def tell(case: Case, maker: User, audience: str, chosen: Chosen, *, at: datetime) -> list[Told]:
    """The chosen sections for an audience; who it is about is always the first."""
    rule = RULES[audience]
    held = preview(case) if {WHOLE, RECORDED, LEFT} & set(chosen.sections) else Preview([], [], [])
    makers: dict[str, Callable[[], list[list[str]]]] = {
        Section.TRACK: lambda: list(_track(case, rule, at)),
        Section.CONTACT: lambda: contact(case),
        Section.SAFETY: lambda: [["", chosen.safety.strip()]],
        Section.NEEDS: lambda: [["", chosen.needs.strip()]],
        WHOLE: lambda: [[_day(case, one.at), one.get_kind_display()] for one in held.decisions],
        RECORDED: lambda: list(_recorded(case, rule, held.tracks)),
        LEFT: lambda: [
            [_day(case, one.left_at), f"{one.recipient}: {one.what} ({one.basis})"] for one in held.releases
        ],
    }
    first = who(case, maker)
    if not rule.leaves:
        first.insert(0, [_("Case"), case.number])
    found = [Told(Section.WHO, str(Section.WHO.label), lines=first)]
    for name in rule.sections:
        if name in chosen.sections:
            lines = makers[name]() or [["", _("Nothing that is told here.")]]
            found.append(Told(name, str(TITLES[name]), lines=lines))
    return found


def _day(case: Case, at: datetime) -> str:
    return formats.date_format(at.astimezone(case.zone), "DAY_AND_YEAR")


def _track(case: Case, rule: Rule, at: datetime) -> Iterator[list[str]]:
    """How the team's steps stand, in a word; inside of the district with the day on which one is due."""
    track = case.protocol.definition.track(case.track)
    rows = list(StepPart.objects.filter(case=case, run__ended_at__isnull=True).with_frozen())
    hold(rows, lambda _part: is_of_age(case, at))
    told = (row for row in rows if row.compartment == Compartment.TEAM and row.kind not in rule.unsaid)
    by_part = {row.part: row for row in told}
    yield [_("Track"), track.title]
    for step, part in track.parts():
        row = by_part.get(part.id)
        if row is None:
            continue
        held = row.on_hold and case.is_open
        words = str(ON_HOLD if held else state_of(row, late=False, ended=not case.is_open)[1])
        if row.is_open and case.is_open and not held and row.due_at and not rule.leaves:
            words = _("%(state)s, due %(day)s") % {"state": words, "day": _day(case, row.due_at)}
        yield [f"{track.letter}{step.number} {part.label}", words]
    if left := list(_not_told(track, by_part)):
        yield [_("Not told on this paper"), "; ".join(left)]


def _not_told(track: Track, told: Collection[str]) -> Iterator[str]:
    """
    The steps of which nothing is told, and the parts of the others.

    By the protocol and the audience alone: it says nothing about what was done.
    """
    for step in track.steps:
        missing = [part for part in step.parts if part.id not in told]
        sign = f"{track.letter}{step.number}"
        if len(missing) == len(step.parts):
            yield sign
        else:
            yield from (f"{sign} {part.label}" for part in missing)


def _recorded(case: Case, rule: Rule, tracks: list[Followed]) -> Iterator[list[str]]:
    """Each entry that stands under its duty: when, what came of it, and the facts that its readers read."""
    for followed in tracks:
        for duty in followed.duties:
            for one in duty.entries:
                if one.corrected:
                    continue
                read = one.facts if duty.officers_too or not rule.for_officers else []
                facts = [f"{label}: {value}" for label, value in read]
                words = "\n".join([f"{one.outcome}, {_day(case, one.happened_at)}", *facts])
                label = duty.label if len(tracks) == 1 else f"{followed.title}: {duty.label}"
                yield [label, words]
