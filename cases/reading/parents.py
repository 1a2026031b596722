"""What the pages say of parents: what is frozen, what is missing before contact, who notifies them, who is 18."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from cases import ages, kinds, parents
from cases.kept import again
from cases.kinds import parent_contact, report
from cases.models import Case, CasePerson, Custody, Decision, Outcome, ParentHold, StepPart
from cases.reading.parts import PartView
from cases.text import Words
from csec.accounts.roles import Role

#: So long the first screen says that a student has become 18 (a proposal of this project); the case goes on saying it.
NEWS = timedelta(days=14)

#: Something is still missing before contact, as with everybody; and what legal counsel alone ends.
ON_HOLD, FROZEN = _("On hold"), _("Frozen")
OFFICER, STUDENTS = _("The peace officer notifies the parent"), _("The student is 18")


@dataclass(frozen=True)
class Standing:
    """What the page of a case says of it, from what came along with the case."""

    frozen: bool
    in_custody: bool
    of_age_since: date | None
    no_birth_date: bool

    @property
    def of_age(self) -> bool:
        return self.of_age_since is not None

    @property
    def holds_the_home(self) -> bool:
        """Whether no page offers a call to the student's home: frozen, the officer's to make, the student's to say."""
        return self.frozen or self.in_custody or self.of_age


def standing(case: Case, at: datetime) -> Standing:
    """Asks nothing: `parents_frozen` and `in_custody` come with the case where its pages are shown."""
    day = ages.born(case)
    since = ages.of_age_on(day) if day and ages.is_of_age(case, at) else None
    return Standing(
        bool(getattr(case, "parents_frozen", False)),
        bool(getattr(case, "in_custody", False)),
        since,
        day is None,
    )


def hold_back(case: Case, at: datetime, views: list[PartView]) -> None:
    """Say of the open parts about parents that they are on hold, and why; take back what nobody is asked for."""
    stands = standing(case, at)
    decision = next((view for view in views if view.row.kind == parent_contact.DECISION), None)
    asking = [view for view in views if view.row.kind == parent_contact.CONSULTATION]
    for view in views:
        if not view.row.is_open or view.row.run.ended_at is not None or not case.is_open:
            continue
        kind = view.row.kind
        if not parents.is_asked(kind, in_custody=stands.in_custody, of_age=stands.of_age):
            view.state, view.word = "waiting", OFFICER if stands.in_custody else STUDENTS
            view.actions, view.late, view.not_asked = [], False, True
        elif kind == parent_contact.KIND:
            view.missing = _missing(stands, decision, consulted=all(_ended(one.row) for one in asking))
            if view.missing:
                view.state, view.word = "waiting", FROZEN if stands.frozen else ON_HOLD
                view.late, view.row.on_hold = False, True


def _ended(part: StepPart) -> bool:
    return part.outcome in parents.ENDED


def _missing(stands: Standing, decision: PartView | None, *, consulted: bool) -> list[parent_contact.Missing]:
    first = [parent_contact.RELEASED] if stands.frozen else []
    if stands.of_age:
        return first + ([] if consulted else [parent_contact.VIEW]) + [parent_contact.CONSENT]
    facts = _facts(decision) if decision else None
    return first + parent_contact.missing(consulted=consulted, facts=facts)


def _facts(decision: PartView) -> Mapping[str, Any]:
    row = decision.row
    if row.outcome != Outcome.DONE or not decision.entries:
        return {}
    latest = decision.entries[-1].row
    return latest.evidence.facts(row.case.key) if hasattr(latest, "evidence") else {}


def before_recording(case: Case, part: StepPart, at: datetime) -> dict[str, Any]:
    """What stands above the form of a part about parents, and above a report and a referral of a student of 18."""
    said: dict[str, Any] = {}
    if part.kind in kinds.OF_PARENTS:
        said["frozen"] = parents.frozen(case)
        said["custody"] = parents.open_custody(case)
        said["no_birth_date"] = ages.born(case) is None
    if part.kind == parent_contact.KIND and part.is_open:
        said["missing"] = parents.missing(case, part.run, at)
    if part.kind in (*kinds.OF_PARENTS, report.KIND, "referral") and ages.is_of_age(case, at):
        said["of_age"] = part.kind
    return said


@dataclass(frozen=True)
class HoldView:
    """One hold as it is told to those who may know what it rests on."""

    row: ParentHold
    reason: str
    released: str

    @property
    def of_former(self) -> bool:
        return self.row.about_id is not None

    @property
    def waits_for(self) -> Words:
        if self.row.cause == ParentHold.Cause.UNSURE:
            return _("until it is written in the decision what Child Welfare Services or the police advised")
        return _("until legal counsel ends the freeze")


@dataclass(frozen=True)
class CustodyView:
    row: Custody
    agency: str
    officer_named: str
    where_to: str
    came_back: str


class ParentsPage:
    """Everything about the parents of one student, for the page of its own."""

    def __init__(self, case: Case, at: datetime) -> None:
        self.case = case
        self.standing = standing(case, at)
        rows = ParentHold.objects.filter(case=case).select_related("begun_by", "ended_by")
        self.holds = [
            HoldView(row, again(row.reason(case.key)), row.released(case.key)) for row in reversed(list(rows))
        ]
        taken = Custody.objects.filter(case=case).select_related("recorded_by", "ended_by")
        self.custodies = [
            CustodyView(row, **_words(row, case), came_back=row.came_back(case.key))
            for row in reversed(list(taken))
        ]
        run = case.runs.filter(ended_at__isnull=True).first()
        part = (
            StepPart.objects.filter(run=run, kind=parent_contact.KIND).first()
            if run and case.is_open
            else None
        )
        self.part = part if part and part.is_open else None
        self.missing = parents.missing(case, run, at) if run and self.part else []
        if self.part and self.standing.of_age:
            # Given with the contact itself, so that it is missing until then.
            self.missing.append(parent_contact.CONSENT)
        counsel = CasePerson.objects.on(at).filter(case=case, role=Role.COUNSEL)
        #: Of a hold in this case alone: what freezes it elsewhere is not released here.
        stands = self.open_hold is not None or bool(self.of_former)
        self.without_counsel = stands and not any(row.works_here for row in counsel)
        named = case.decisions.filter(kind=Decision.Kind.STUDENT_CORRECTED) if self.holds or taken else None
        self.named_at = named.aggregate(at=Max("at"))["at"] if named is not None else None

    @property
    def open_hold(self) -> HoldView | None:
        return next((one for one in self.holds if one.row.ended_at is None and not one.of_former), None)

    @property
    def of_former(self) -> list[HoldView]:
        """Those that stand for a student who was named before."""
        return [one for one in self.holds if one.row.ended_at is None and one.of_former]

    @property
    def open_custody(self) -> CustodyView | None:
        return next((one for one in self.custodies if one.row.ended_at is None), None)


def _words(row: Custody, case: Case) -> dict[str, str]:
    words = row.words(case.key)
    return {name: again(words.get(name, "")) for name in ("agency", "officer_named", "where_to")}
