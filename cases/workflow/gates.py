"""What holds a part back from being `done`: the parts that the definition names, and what its kind declares."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from cases import ages, parents
from cases.kinds import parent_contact
from cases.models import Case, CasePerson, Outcome, ParentHold, StepPart
from cases.text import Words
from cases.workflow.entries import Written
from cases.workflow.refusals import Conflict
from csec.accounts.models import Membership
from csec.accounts.roles import CARE_ROLES, Role
from protocols.schema import Part

Gate = Callable[[Case, StepPart, Written, datetime], None]
DECIDERS = CARE_ROLES | {Role.ADMINISTRATOR}


def check_gates(case: Case, part: StepPart, definition: Part, written: Written, *, at: datetime) -> None:
    """Raise Conflict where something has to come first; it holds back nothing but `done`."""
    if written.outcome != Outcome.DONE:
        return
    if gate := _OF_KIND.get(part.kind):
        gate(case, part, written, at)
    if definition.gate is None:
        return
    ended = StepPart.objects.filter(run=part.run, part__in=definition.gate.parts, outcome__in=parents.ENDED)
    if ages.is_of_age(case, at) if part.kind == parent_contact.KIND else False:
        # Nobody decides for a student of 18.
        ended |= StepPart.objects.filter(
            run=part.run, part__in=definition.gate.parts, kind=parent_contact.DECISION
        )
    # Counted, so that a part that the actor may not see holds back as well.
    if ended.count() < len(definition.gate.parts):
        raise Conflict(definition.gate.why)


def _contact(case: Case, part: StepPart, written: Written, at: datetime) -> None:
    """Nobody contacts a parent under a hold, for an officer, against a student of 18, or before all is answered."""
    if written.corrects and written.corrects.outcome == Outcome.DONE:
        # It happened; only how it is written down changes.
        return
    if parents.frozen(case):
        raise Conflict(parent_contact.FROZEN)
    if parents.open_custody(case):
        raise Conflict(parent_contact.OFFICER_NOTIFIES)
    asked = {field.name for field in case.protocol.definition.fields_of(_definition(case, part))}
    if ages.is_of_age(case, at) and parent_contact.CONSENTS not in asked:
        raise Conflict(parent_contact.STUDENTS_OWN)
    lacking = parents.missing(case, part.run, at)
    if lacking:
        words = _("Contact with parents is on hold. Still missing: %(what)s.")
        raise Conflict(words % {"what": parent_contact.names(lacking)})


def _decision(case: Case, part: StepPart, written: Written, at: datetime) -> None:
    """Nobody decides to contact a parent under a hold that this answer does not end, or while an officer tells them."""
    if written.values.get(parent_contact.STEP) != parent_contact.CONTACT:
        return
    if parents.open_custody(case):
        raise Conflict(parent_contact.OFFICER_NOTIFIES)
    if parents.frozen_elsewhere(case):
        raise Conflict(parent_contact.FROZEN)
    if parents.frozen(case):
        hold = parents.open_hold(case)
        if hold is None or not ends_with(hold, written.values):
            raise Conflict(parent_contact.FROZEN)


def ends_with(hold: ParentHold, values: Mapping[str, Any]) -> bool:
    """Whether an answer ends a hold: one that waited for advice, with an advice that was given since."""
    if hold.cause != ParentHold.Cause.UNSURE or not parent_contact.is_advised(values):
        return False
    if values.get(parent_contact.SUSPECTED) == parent_contact.YES:
        return False
    since = hold.begun_at.replace(second=0, microsecond=0)
    return bool(values[parent_contact.ADVISED_AT] >= since)


def faults(case: Case, part: StepPart, written: Written, *, at: datetime) -> dict[str, Words]:
    """What is wrong with an answer beside what its fields say: whoever decides is somebody of this case, by name."""
    named = str(written.values.get(parent_contact.DECIDED_BY) or "").strip()
    if part.kind != parent_contact.DECISION or not named:
        return {}
    names = deciders(case, at)
    if named.casefold() in {name.casefold() for name in names}:
        return {}
    words = _("Enter the name of whoever decides, one of: %(names)s.")
    return {parent_contact.DECIDED_BY: words % {"names": ", ".join(names)}}


def deciders(case: Case, at: datetime) -> list[str]:
    """The counselors and administrators of a case, by name."""
    rows = list(CasePerson.objects.of(at).filter(case=case).select_related("person"))
    away = {row.person_id for row in rows if row.excluded}
    found = {row.person_id: row.person.name for row in rows if row.role in DECIDERS and row.works_here}
    day = at.astimezone(case.zone).date()
    for one in Membership.objects.current(day).filter(role=Role.ADMINISTRATOR, school=case.school_id):
        found[one.person_id] = one.person.name
    return sorted(name for pk, name in found.items() if pk not in away)


def _definition(case: Case, part: StepPart) -> Part:
    return case.protocol.definition.part(part.run.track, part.part)


#: By kind, what it declares to stand before it.
_OF_KIND: Mapping[str, Gate] = {parent_contact.KIND: _contact, parent_contact.DECISION: _decision}
