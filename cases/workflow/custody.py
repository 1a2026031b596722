"""An officer takes the student into custody as a victim: the officer tells the parent (Education Code 48906)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases import evidence, parents, permissions, text
from cases.kept import as_kept
from cases.models import Case, Custody
from cases.text import Words
from cases.workflow.decisions import check_words, faults
from cases.workflow.parents import AGAIN, reopen_decision
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.telling import check_open, when
from cases.workflow.verbs import lock_case, lock_cases_of_student, log, require, verb
from csec.accounts.models import User
from csec.errors import Absent

IN_THE_FUTURE = _("This lies in the future. Enter when it happened.")
BEFORE_IT_BEGAN = _("The student was taken into custody later than that: check both times.")


@verb("custody_recorded")
def record_custody(
    *,
    actor: User,
    case: Case,
    taken_at: datetime,
    agency: str,
    officer_named: str,
    at: datetime,
    where_to: str = "",
) -> Custody:
    """
    Write down that an officer took the student into custody as a victim: agency, officer and number, when, where to.

    Until the student is back nobody of the school is asked to contact a parent: the officer does, with the parent's
    number from the school. Raises Invalid, Conflict.
    """
    lock_cases_of_student(case.pk)
    locked = lock_case(case.pk, actor, at=at)
    require(
        permissions.can_record_custody(actor, locked), "record_custody", subject=locked.pk, case=locked.pk
    )
    check_open(locked)
    standing = parents.open_custody(locked)
    if standing:
        words = _("%(who)s wrote down on %(when)s that a peace officer took the student into custody.")
        raise Conflict(
            words % {"who": standing.recorded_by.name, "when": when(standing.recorded_at, locked.zone)}
        )
    given = {"agency": agency, "officer_named": officer_named, "where_to": where_to}
    wrong: dict[str, Words] = faults(required=("agency", "officer_named"), **given)
    wrong |= {name: fault for name, value in given.items() if (fault := text.fault(value, limit=text.TEXT))}
    if fault := _not_when(taken_at, at):
        wrong["taken_at"] = fault
    if wrong:
        raise Invalid(wrong)
    row = Custody(case=locked, taken_at=taken_at, recorded_at=at, recorded_by=actor)
    row.sealed = locked.key.seal(given, context=f"custody:{row.pk}")
    row.save(force_insert=True)
    log("record_custody", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk)
    return row


@verb("custody_ended")
def end_custody(
    *, actor: User, case: Case, custody: Custody, back_at: datetime, reason: str, at: datetime
) -> None:
    """
    Write down that the student is back, and with whom; contact with parents is asked as before, on hold.

    Also of a case that was closed meanwhile, or handed over: an officer does not have the student for ever. Raises
    Invalid; Conflict when somebody else did already.
    """
    lock_cases_of_student(case.pk)
    locked = lock_case(case.pk, actor, at=at)
    require(permissions.can_end_custody(actor, locked), "end_custody", subject=custody.pk, case=locked.pk)
    row = (
        Custody.objects.select_for_update(of=("self",))
        .select_related("ended_by")
        .filter(pk=custody.pk, case=locked)
        .first()
    )
    if row is None:
        raise Absent("custody", custody.pk)
    if row.ended_by and row.ended_at:
        words = _("%(who)s wrote down that the student was back on %(when)s.")
        raise Conflict(words % {"who": row.ended_by.name, "when": when(row.ended_at, locked.zone)})
    if locked.status == Case.Status.VOIDED:
        check_open(locked)
    check_words(required=("reason",), reason=reason)
    if fault := _not_when(back_at, at) or (BEFORE_IT_BEGAN if back_at < row.taken_at else None):
        raise Invalid({"back_at": fault})
    row.ended_at, row.ended_by = back_at, actor
    row.ended_sealed = locked.key.seal(reason, context=f"custody_end:{row.pk}")
    row.save(update_fields=["ended_at", "ended_by", "ended_sealed"])
    reopen_decision(locked, actor=actor, at=at, reason=as_kept(AGAIN))
    log("end_custody", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk)


def carry_custody(case: Case, taken_at: datetime, *, actor: User, at: datetime, where: str) -> None:
    """An officer has the student of a case that goes on at another school; who it is, the school before knows."""
    row = Custody(case=case, taken_at=min(taken_at, at), recorded_at=at, recorded_by=actor)
    row.sealed = case.key.seal({"agency": where}, context=f"custody:{row.pk}")
    row.save(force_insert=True)


def _not_when(moment: datetime, at: datetime) -> Words | None:
    if moment > at:
        return IN_THE_FUTURE
    return evidence.TOO_EARLY if moment.year < 2000 else None
