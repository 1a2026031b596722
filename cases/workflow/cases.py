"""The case as a whole: opened from a concern, closed, reopened, voided, its student corrected."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases import parents, permissions, text
from cases.models import Alert, Case, Concern, Decision, Outcome, ParentHold, StepPart
from cases.schedule import climbs_at
from cases.workflow import moves
from cases.workflow.alerts import note_missing, raise_absences
from cases.workflow.checkins import check_no_contact_missed
from cases.workflow.concerns import (
    check_naming,
    check_read,
    check_waiting,
    correct_concern,
)
from cases.workflow.corrected import take_back
from cases.workflow.decisions import check_words, decide
from cases.workflow.disposition import NAMED_ALREADY
from cases.workflow.duties import ask_again, ask_opted_out_again
from cases.workflow.opening import begin_case, check_track
from cases.workflow.parents import frozen_for, keep_for
from cases.workflow.plans import end_plan, plan_of, resume_plan
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.reports import check_reported, reopen_for_what_was_read, reopen_reports
from cases.workflow.telling import check_open, when
from cases.workflow.verbs import lock_case, lock_cases_of_student, lock_concern, log, require, verb
from csec.accounts.models import User
from csec.directory.models import Student


@verb("case_opened")
def open_case(
    *,
    actor: User,
    concern: Concern,
    track: str,
    reason: str,
    at: datetime,
    basis: str = "",
    decided_by: str = "",
    additions: int | None = None,
) -> Case:
    """
    Open a case from a concern on one of the three tracks, under the protocol in force.

    `additions` is how many the page showed on which this was decided.

    A confirmed victim needs the basis of the confirmation and who decided (the printed page defines neither).
    The actor is the first person on the case. Raises Invalid, Conflict.
    """
    locked = lock_concern(concern.pk, actor)
    require(permissions.can_open_case(actor, locked), "open_case", subject=locked.pk)
    check_waiting(locked)
    check_read(locked, additions)
    check_words(required=("reason",), reason=reason, decided_by=decided_by)
    check_track(track, basis=basis, decided_by=decided_by)
    case = begin_case(locked, track, actor=actor, at=at, reason=reason, basis=basis, decided_by=decided_by)
    raise_absences(case, at=at)
    log("open_case", actor=actor, role=case.my_role, subject=case.pk, case=case.pk)
    return case


@verb("case_closed")
def close_case(
    *,
    actor: User,
    case: Case,
    outcome: str,
    reason: str,
    at: datetime,
    left_open: Mapping[UUID, str] | None = None,
    last_look: str = "",
    acknowledged: str = "",
) -> None:
    """
    Close a case with its outcome and the reason.

    Every part has ended, or `left_open` explains (by part) why it stays open; a report cannot be explained
    away. Regular contact ends with the case, after a last look at whether the student still needs it (`last_look`:
    what was found, and who looks after the student from now on). Over a late check-in only of a student who left,
    see `check_no_contact_missed`. Raises Invalid, Conflict.
    """
    locked = lock_case(case.pk, actor, at=at)
    require(permissions.can_close_case(actor, locked), "close_case", subject=locked.pk, case=locked.pk)
    check_open(locked)
    check_words(
        required=("reason", "last_look") if plan_of(locked) else ("reason",),
        reason=reason,
        last_look=last_look,
        acknowledged=acknowledged,
    )
    if outcome not in Decision.Closing.values:
        raise Invalid({"outcome": _("Choose how it ended.")})
    check_seen_to(locked)
    moves.check_no_transfer_waits(locked)
    check_no_contact_missed(locked, outcome, acknowledged, at=at)
    moves.check_left(locked, outcome, acknowledged)
    open_parts = list(parts_left_open(locked, at))
    check_reported(locked, open_parts)
    given = {part.pk: (left_open or {}).get(part.pk, "") for part in open_parts}
    wrong = {
        f"left_open_{pk}": text.REQUIRED if not words.strip() else text.fault(words, limit=text.NOTE)
        for pk, words in given.items()
    }
    wrong = {name: words for name, words in wrong.items() if words}
    if wrong:
        raise Invalid(wrong)  # type: ignore[arg-type]
    locked.status = Case.Status.CLOSED
    locked.save(update_fields=["status"])
    end_plan(locked, at=at)
    explained = {str(pk): words for pk, words in given.items()}
    decide(
        locked,
        Decision.Kind.CLOSED,
        actor=actor,
        at=at,
        code=outcome,
        reason=reason,
        last_look=last_look,
        acknowledged=acknowledged,
        left_open=explained,
    )
    log("close_case", actor=actor, role=locked.my_role, subject=locked.pk, case=locked.pk)


def check_seen_to(case: Case) -> None:
    """Raise Conflict until somebody has written down what was found of a student who is not safe, or missing."""
    if Alert.objects.filter(case=case, ended_at__isnull=True).exists():
        raise Conflict(_("The student was said to be not safe, or missing. Write down first what was found."))


def parts_left_open(case: Case, at: datetime) -> Any:
    """The parts whose leaving open has to be explained when the case closes, in printed order."""
    rows = StepPart.objects.filter(case=case, run__ended_at__isnull=True, outcome__in=["", "unable"])
    return rows.exclude(kind__in=parents.not_asked(case, at))


@verb("case_reopened")
def reopen_case(*, actor: User, case: Case, reason: str, at: datetime) -> None:
    """Go on with a closed case where it stood; what recurs asks again the same day."""
    locked = lock_case(case.pk, actor, at=at)
    require(permissions.can_reopen_case(actor, locked), "reopen_case", subject=locked.pk, case=locked.pk)
    if locked.status != Case.Status.CLOSED:
        last = locked.decisions.select_related("by").latest("at", "id")
        raise Conflict(
            _("This case is not closed. Last change: %(what)s, by %(who)s on %(when)s.")
            % {"what": last.get_kind_display(), "who": last.by.name, "when": when(last.at, locked.zone)}
        )
    moves.check_goes_on_here(locked)
    check_words(required=("reason",), reason=reason)
    locked.status = Case.Status.OPEN
    locked.save(update_fields=["status"])
    resume_plan(locked, actor=actor, at=at)
    reopen_for_what_was_read(locked, actor=actor, at=at)
    decide(locked, Decision.Kind.REOPENED, actor=actor, at=at, reason=reason)
    raise_absences(locked, at=at)
    log("reopen_case", actor=actor, role=locked.my_role, subject=locked.pk, case=locked.pk)


@verb("case_voided")
def void_case(*, actor: User, case: Case, reason: str, at: datetime) -> None:
    """
    Take a case opened by mistake out of every list. It stays in the log, and its concerns go back.

    Never one that was taken over from another school: the student is handed back. Raises Conflict.

    Nobody's duty to report ends by it: a report that is open goes on asking, and can still be recorded. Who had said
    that none applies is asked anew.
    """
    lock_cases_of_student(case.pk)
    locked = lock_case(case.pk, actor, at=at)
    require(permissions.can_void_case(actor, locked), "void_case", subject=locked.pk, case=locked.pk)
    if locked.status == Case.Status.VOIDED:
        check_open(locked)
    check_words(required=("reason",), reason=reason)
    check_seen_to(locked)
    moves.check_not_taken_over(locked)
    make_void(locked, actor=actor, at=at, reason=reason)
    log("void_case", actor=actor, role=locked.my_role, subject=locked.pk, case=locked.pk)


def make_void(locked: Case, *, actor: User, at: datetime, reason: str) -> None:
    """A locked case leaves every list; what was checked is not checked again."""
    moves.end_transfers(locked, actor=actor, at=at)
    locked.status = Case.Status.VOIDED
    locked.save(update_fields=["status"])
    end_plan(locked, at=at)
    ask_opted_out_again(locked, at=at)
    for concern in Concern.objects.filter(case=locked):
        note_missing(concern, at=at)
    # They are asked about anew: who dealt with them did so in a case that was a mistake.
    Concern.objects.filter(case=locked).update(
        status=Concern.Status.RECEIVED,
        case=None,
        ended_at=None,
        ended_by=None,
        sealed_ending=None,
        asked_at=at,
        climbs_at=climbs_at(locked.school, at),
        accepted_at=None,
        accepted_by=None,
    )
    decide(locked, Decision.Kind.VOIDED, actor=actor, at=at, reason=reason)


def namings_of(case: Case) -> QuerySet[Decision]:
    """Each time that a student was named for a case after it was opened."""
    return case.decisions.filter(kind=Decision.Kind.STUDENT_CORRECTED)


@verb("student_corrected")
def correct_student(
    *,
    actor: User,
    case: Case,
    student: Student,
    reason: str,
    at: datetime,
    corrections: int | None = None,
    held_for: str = "",
) -> None:
    """
    Move the case and its concerns to the right student, or to one who was not known yet.

    Where another student was named before, a report that was made has to be corrected, and one that was called not
    applicable was so of somebody else: its part is open again; and so is what was asked and decided about parents. A
    transfer that is not over is withdrawn. `corrections` is how often a student had been named when the page was
    opened. Where contact with parents is frozen, `held_for` says whether that may be about the student named so far: it
    then stays so in their other cases. Raises Invalid, Conflict.
    """
    lock_cases_of_student(case.pk, also=student.pk)
    locked = lock_case(case.pk, actor, at=at)
    require(
        permissions.can_correct_student(actor, locked), "correct_student", subject=locked.pk, case=locked.pk
    )
    check_open(locked)
    check_naming(namings_of(locked).values_list("by__name", "at"), corrections, locked.zone)
    check_words(required=("reason",), reason=reason)
    if student.is_same(locked.student):
        raise Conflict(NAMED_ALREADY)
    if student.school_id not in {school.pk for school in moves.schools_of(locked)}:
        raise Invalid({"student": _("This student is at another school than the case.")})
    whose = frozen_for(locked, held_for)
    former, locked.student = locked.student, student
    locked.save(update_fields=["student"])
    concerns = Concern.objects.select_for_update(of=("self",)).select_related("key", "student")
    for concern in concerns.filter(case=locked):
        if not student.is_same(concern.student):
            correct_concern(concern, student, actor=actor, at=at, reason=reason)
    if former:
        reopen_reports(locked, Outcome.DONE, Outcome.NOT_APPLICABLE, actor=actor, at=at, reason=reason)
        ask_again(locked, at=at)
        take_back(locked, actor=actor, at=at)
        if whose == ParentHold.HeldFor.BOTH:
            keep_for(former, locked, actor=actor, at=at)
    decide(locked, Decision.Kind.STUDENT_CORRECTED, actor=actor, at=at, reason=reason, held_for=whose)
    raise_absences(locked, at=at)
    log("correct_student", actor=actor, role=locked.my_role, subject=locked.pk, case=locked.pk)
