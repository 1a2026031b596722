"""Ending a part of a step, and correcting what was entered."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases import evidence, kinds, permissions, text
from cases.ages import born, is_of_age
from cases.models import Case, Entry, Outcome, StepPart
from cases.schedule import asked_again_on
from cases.text import Words
from cases.workflow.duties import ask_again, carry_in_case
from cases.workflow.entries import Written, write_entry
from cases.workflow.facts import facts_came_in
from cases.workflow.gates import check_gates, faults
from cases.workflow.moves import follow_placement
from cases.workflow.own_reports import (
    asks_alone,
    beside_earlier,
    has_called,
    is_called,
    latest_own,
    note_call,
)
from cases.workflow.parents import asks_suspicion, take_notice
from cases.workflow.plans import take_back
from cases.workflow.refusals import Invalid
from cases.workflow.telling import check_open, check_part_open, check_version, latest_entry
from cases.workflow.verbs import lock_case_of_part, lock_cases_of_student, log, require, verb
from cases.workflow.website import keep_what_was_given
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.errors import Absent
from protocols.schema import Field, Part

NOT_OFFERED = _("This step does not end that way. Choose one of the outcomes.")
IN_THE_PAST = _("This day is past. Choose today or a later day.")
TOO_FAR = _("This is too far away for this step. Choose an earlier day.")
HAPPENED_LATER = _("This lies in the future. Enter when it happened.")


@verb("outcome_recorded")
def record_outcome(
    *,
    actor: User,
    part: StepPart,
    version: int,
    outcome: str,
    happened_at: datetime,
    at: datetime,
    values: Mapping[str, Any] | None = None,
    reason: str = "",
    review_on: date | None = None,
) -> Entry:
    """
    Enter how a part ended: done, not applicable, declined by the student, or unable so far.

    `version` is the part's when the page was opened. `values` are the definition's fields; everything but
    `done` has a reason, `unable` a day to look again (it stays open), what recurs the next day. Raises
    Invalid, Conflict.
    """
    case, locked = lock_part(part, actor, at=at)
    require(
        permissions.can_record_outcome(actor, case, locked), "record_outcome", subject=locked.pk, case=case.pk
    )
    check_open(case, duty=locked.kind in kinds.DUTIES)
    anew = kinds.asked_anew(locked.kind, locked.outcome, locked.progress) and locked.run.ended_at is None
    if not asks_alone(locked, actor, version=version):
        if not anew:
            check_part_open(case, locked)
        check_version(case, locked, version)
    if outcome == Outcome.DONE and locked.kind in kinds.DONE_BY:
        raise Invalid({"outcome": NOT_OFFERED})
    written = check_entry(
        case,
        locked,
        Written(outcome, happened_at, values or {}, reason=reason.strip(), review_on=review_on),
        actor=actor,
        at=at,
    )
    entry = write_entry(case, locked, written, actor=actor, at=at)
    note_call(locked, written, actor=actor)
    take_notice(case, locked, entry, written.values, actor=actor)
    facts_came_in(case, locked, outcome, written.values, actor=actor, at=at)
    keep_what_was_given(case, locked, written, actor=actor, at=at)
    follow_placement(case, locked, outcome, written.values, actor=actor, at=at)
    log("record_outcome", actor=actor, role=case.my_role, subject=locked.pk, case=case.pk)
    return entry


@verb("entry_corrected")
def correct_entry(
    *,
    actor: User,
    entry: Entry,
    outcome: str,
    happened_at: datetime,
    reason: str,
    at: datetime,
    values: Mapping[str, Any] | None = None,
    review_on: date | None = None,
) -> Entry:
    """
    Enter again what was entered wrongly; both stay, and the new one says which it corrects and why.

    Only the part's latest entry can be corrected. `reopened` says that the part never ended; of somebody else's
    report it is all that can be said, and a report that is open again by it asks everybody on the case anew. Raises
    Invalid, Conflict.
    """
    case, locked = lock_part(entry.part, actor, at=at)
    earlier = locked.entries.select_related("actor", "evidence").filter(pk=entry.pk).first()
    if earlier is None:
        raise Absent("entry", entry.pk)
    require(
        permissions.can_correct_entry(actor, case, locked, earlier),
        "correct_entry",
        subject=earlier.pk,
        case=case.pk,
    )
    check_open(case, duty=locked.kind in kinds.DUTIES)
    if locked.run.ended_at is not None:
        check_part_open(case, locked)
    latest = latest_own(locked, earlier, actor) or latest_entry(locked)
    if latest is None or latest.pk != earlier.pk:
        check_version(case, locked, -1)
    if outcome not in outcomes_of_correction(actor, definition_of(case, locked), earlier):
        raise Invalid({"outcome": NOT_OFFERED})
    if not reason.strip():
        raise Invalid({"reason": text.REQUIRED})
    written = check_entry(
        case,
        locked,
        Written(
            outcome, happened_at, values or {}, reason=reason.strip(), review_on=review_on, corrects=earlier
        ),
        actor=actor,
        at=at,
    )
    had_ended = not locked.is_open
    correction = write_entry(case, locked, written, actor=actor, at=at)
    note_call(locked, written, actor=actor)
    if locked.kind in kinds.DUTIES and outcome == Outcome.REOPENED and had_ended and locked.is_open:
        ask_again(case, at=at)
    take_back(case, locked, earlier, correction, at=at)
    take_notice(case, locked, correction, written.values, actor=actor)
    facts_came_in(case, locked, outcome, written.values, actor=actor, at=at, before=earlier)
    keep_what_was_given(case, locked, written, actor=actor, at=at)
    follow_placement(case, locked, outcome, written.values, actor=actor, at=at)
    log("correct_entry", actor=actor, role=case.my_role, subject=earlier.pk, case=case.pk)
    return correction


def lock_part(part: StepPart, actor: User, *, at: datetime) -> tuple[Case, StepPart]:
    """The case and one of its parts, both locked, as the actor may see them. Raises Absent."""
    if asks_suspicion(part):
        lock_cases_of_student(part.case_id)
    case = lock_case_of_part(part.case_id, actor, at=at)
    locked = (
        StepPart.objects.select_related("run", "corresponds_to")
        .select_for_update(of=("self",))
        .filter(pk=part.pk, case=case)
        .first()
    )
    if locked is None:
        raise Absent("part", part.pk)
    if case.my_role == Role.ADMINISTRATOR:
        # Whoever answers for the school is on no case by name: by acting on one they know of it.
        carry_in_case(case, actor.pk, at=at)
    return case, locked


def definition_of(case: Case, part: StepPart) -> Part:
    """What the case's version of the protocol says of this part."""
    return case.protocol.definition.part(part.run.track, part.part)


def asked_fields(
    case: Case, part: StepPart, at: datetime | None = None, actor: User | None = None
) -> tuple[Field, ...]:
    """
    The fields to be asked of this part on this case; of a report, of this person.

    `at` decides whether the student is of age.
    """
    return evidence.fields(
        case.protocol.definition,
        definition_of(case, part),
        after_earlier=beside_earlier(part, actor),
        of_age=lambda: at is not None and is_of_age(case, at),
    )


def allowed_outcomes(definition: Part, *, correcting: bool = False) -> tuple[str, ...]:
    """The outcomes that a person may enter; a correction may also say that it never ended."""
    return (*definition.outcomes, Outcome.REOPENED.value) if correcting else definition.outcomes


def outcomes_of_correction(actor: User, definition: Part, entry: Entry) -> tuple[str, ...]:
    """What may stand in the place of an entry."""
    if permissions.only_opens_again(actor, entry):
        return (Outcome.REOPENED.value,)
    return allowed_outcomes(definition, correcting=True)


def check_entry(
    case: Case, part: StepPart, written: Written, *, at: datetime, actor: User | None = None
) -> Written:
    """The entry with the fields it is checked against. Raises Invalid, Conflict."""
    definition = definition_of(case, part)
    today = at.astimezone(case.zone).date()
    wrong: dict[str, Words] = {}
    if written.outcome not in allowed_outcomes(definition, correcting=written.corrects is not None):
        raise Invalid({"outcome": NOT_OFFERED})
    check_gates(case, part, definition, written, at=at)
    if written.happened_at > at:
        wrong["happened_at"] = HAPPENED_LATER
    elif written.happened_at.year < 2000:
        wrong["happened_at"] = evidence.TOO_EARLY
    if written.outcome != Outcome.DONE and not written.reason:
        wrong["reason"] = text.REQUIRED
    elif fault := text.fault(written.reason, limit=text.NOTE):
        wrong["reason"] = fault
    wrong |= _check_review(definition, written, today=today)
    wrong |= faults(case, part, written, at=at)
    asked = asked_fields(case, part, at, actor) if written.outcome != Outcome.REOPENED else ()
    wrong |= evidence.check(
        asked,
        written.outcome,
        written.values,
        at=at,
        today=today,
        ahead=kinds.DATES_AHEAD.get(part.kind, ()),
    )
    nothing = dict.fromkeys(field.name for field in asked)
    wrong |= kinds.check(part.kind, written.outcome, {**nothing, **written.values}, case=case)
    if of_age := kinds.AGE_CHECKS.get(part.kind):
        age = kinds.referral.age_on(born(case), today) if case.student else None
        wrong = of_age(written.outcome, written.values, age) | wrong
    if written.outcome == Outcome.NOT_APPLICABLE and (is_called(case, part) or has_called(part, actor)):
        wrong["outcome"] = kinds.report.CALLED_ALREADY
    if wrong:
        raise Invalid(wrong)
    return Written(
        written.outcome,
        written.happened_at,
        written.values,
        asked,
        written.reason,
        written.review_on or asked_again_on(part.kind, written.outcome, today),
        written.corrects,
    )


def _check_review(definition: Part, written: Written, *, today: date) -> dict[str, Words]:
    if definition.kind in kinds.SCHEDULED:
        return {}
    asks_again = written.outcome == Outcome.UNABLE or (definition.repeat and written.outcome == Outcome.DONE)
    if written.review_on is None:
        return {"review_on": text.REQUIRED} if asks_again else {}
    if written.review_on < today:
        return {"review_on": IN_THE_PAST}
    if written.review_on > today + timedelta(days=_days_ahead(definition, written.outcome)):
        return {"review_on": TOO_FAR}
    return {}


def _days_ahead(definition: Part, outcome: str) -> int:
    """
    How far ahead a part may ask again: an attempt at a report does not push it away, and one at what recurs
    no further than a school break (three times the definition's interval).
    """
    if outcome == Outcome.UNABLE:
        if definition.repeat:
            return 3 * definition.repeat.every_days
        return kinds.LOOK_AGAIN_WITHIN.get(definition.kind, 366)
    return 366
