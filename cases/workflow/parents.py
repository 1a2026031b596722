"""A parent who may be involved: contact, copies and letters are frozen until legal counsel ends the freeze."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases import kinds, parents, permissions
from cases.kept import as_kept, ours
from cases.kinds import parent_contact
from cases.models import Answer, Case, Contact, Entry, Outcome, ParentHold, StepPart
from cases.workflow.counsel import let_counsel_in, let_counsel_out
from cases.workflow.decisions import check_words
from cases.workflow.entries import Written, write_entry
from cases.workflow.gates import ends_with
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.telling import check_open, when
from cases.workflow.verbs import lock_case, lock_cases_of_student, log, require, verb
from csec.accounts.models import User
from csec.directory.models import Student
from csec.errors import Absent

STANDS = _("Contact with parents is frozen already: %(who)s said so on %(when)s.")
FROZE = ours(_("Contact with parents was frozen."))
ENTERED = ours(_("Somebody of the home who may be involved was entered among the people around the student."))
ABOUT_WHOM = _("Say whether it was about the student named so far.")
TAKEN = ours(_("An officer took the student into custody"))
#: Where nothing else was said of a hold, what it was begun by is what another one rests on.
CAUSES = {cause.value: ours(cause.label) for cause in ParentHold.Cause}
AGAIN = ours(_("What stood between the school and the parents is over: decide anew."))


@verb("parent_suspected")
def suspect_parent(*, actor: User, case: Case, reason: str, at: datetime) -> ParentHold:
    """
    Say that a parent or somebody in the home may be involved; on any track, also of a closed case.

    Contact with parents, exports and letters are frozen, and legal counsel has the case until they end the freeze. It
    tells nobody anything by itself, and changes nothing at the front office. Raises Invalid; Conflict where it stands
    already.
    """
    lock_cases_of_student(case.pk)
    locked = lock_case(case.pk, actor, at=at)
    require(
        permissions.can_suspect_parent(actor, locked), "suspect_parent", subject=locked.pk, case=locked.pk
    )
    if locked.status == Case.Status.VOIDED:
        check_open(locked)
    check_words(required=("reason",), reason=reason)
    hold = parents.open_hold(locked)
    if hold and hold.cause != ParentHold.Cause.UNSURE:
        raise Conflict(STANDS % {"who": hold.begun_by.name, "when": when(hold.begun_at, locked.zone)})
    row = _begin(locked, ParentHold.Cause.STATED, instead_of=hold, reason=reason, actor=actor, at=at)
    log("suspect_parent", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk)
    return row


@verb("parent_hold_released")
def release_parent_hold(*, actor: User, case: Case, hold: ParentHold, reason: str, at: datetime) -> None:
    """
    Legal counsel says why nobody in the home stands in the way any more; whether to contact is decided anew.

    With it ends the access that they had because of it. Raises Invalid; Conflict when it ended already.
    The log knows it by this name. The pages say that the freeze ends: a release is there what leaves the school.
    """
    lock_cases_of_student(case.pk)
    locked = lock_case(case.pk, actor, at=at)
    require(
        permissions.can_release_parent_hold(actor, locked),
        "release_parent_hold",
        subject=hold.pk,
        case=locked.pk,
    )
    row = (
        ParentHold.objects.select_for_update(of=("self",))
        .select_related("ended_by")
        .filter(pk=hold.pk, case=locked)
        .first()
    )
    if row is None:
        raise Absent("parent_hold", hold.pk)
    if row.ended_by and row.ended_at:
        raise Conflict(
            _("%(who)s ended this on %(when)s.")
            % {"who": row.ended_by.name, "when": when(row.ended_at, locked.zone)}
        )
    check_words(required=("reason",), reason=reason)
    row.ended_sealed = locked.key.seal(reason, context=f"parent_hold_end:{row.pk}")
    _end(row, actor=actor, at=at)
    if row.about_id is None:
        reopen_decision(locked, actor=actor, at=at, reason=as_kept(AGAIN))
    log("release_parent_hold", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk)
    _let_counsel_out(locked, row, at=at)


def suspect_contact(case: Case, contact: Contact, *, actor: User, at: datetime) -> None:
    """Freeze contact with parents where somebody of the home is entered as somebody who may be involved."""
    if contact.may_be_involved != Answer.YES or not contact.is_of_the_home:
        return
    hold = parents.open_hold(case)
    if hold is None or hold.cause == ParentHold.Cause.UNSURE:
        _begin(case, ParentHold.Cause.STATED, instead_of=hold, reason=as_kept(ENTERED), actor=actor, at=at)


def take_notice(case: Case, part: StepPart, entry: Entry, values: Mapping[str, Any], *, actor: User) -> None:
    """
    Freeze contact with parents where an entry says that somebody in the home is suspected, or may be.

    "Not sure" freezes it until it says what Child Welfare or the police advised; "yes" until counsel ends it.
    """
    answer = values.get(parent_contact.SUSPECTED)
    if not answer:
        return
    at, hold = entry.recorded_at, parents.open_hold(case)
    if hold and ends_with(hold, values):
        _end(hold, actor=actor, at=at)
        _let_counsel_out(case, hold, at=at)
    elif answer == parent_contact.YES:
        if hold is None or hold.cause == ParentHold.Cause.UNSURE:
            _begin(case, ParentHold.Cause.YES, instead_of=hold, entry=entry, actor=actor, at=at)
    elif answer == parent_contact.UNSURE and hold is None and not parent_contact.is_advised(values):
        _begin(case, ParentHold.Cause.UNSURE, entry=entry, actor=actor, at=at)


def _begin(
    case: Case,
    cause: ParentHold.Cause,
    *,
    actor: User,
    at: datetime,
    entry: Entry | None = None,
    reason: str = "",
    instead_of: ParentHold | None = None,
    about: Student | None = None,
) -> ParentHold:
    # What was not sure is, or two stand in one case: counsel stays for as long as any of them does.
    let_in = [*let_counsel_in(case, at=at), *(pk for one in _standing(case) for pk in one.let_in)]
    if instead_of:
        _end(instead_of, actor=actor, at=at)
    row = ParentHold(
        case=case, about=about, cause=cause, entry=entry, begun_at=at, begun_by=actor, let_in=let_in
    )
    if reason:
        row.sealed = case.key.seal(reason, context=f"parent_hold:{row.pk}")
    row.save(force_insert=True)
    if about is None and (entry is None or entry.part.kind != parent_contact.DECISION):
        reopen_decision(case, actor=actor, at=at, reason=as_kept(FROZE))
    return row


def _standing(case: Case) -> QuerySet[ParentHold]:
    return ParentHold.objects.filter(case=case, ended_at__isnull=True)


def _let_counsel_out(case: Case, ended: ParentHold, *, at: datetime) -> None:
    """Counsel has the case no longer because of a hold that ended, unless another one stands in it."""
    needed = {pk for one in _standing(case) for pk in one.let_in}
    let_counsel_out([pk for pk in ended.let_in if pk not in needed], at=at)


def _end(row: ParentHold, *, actor: User, at: datetime) -> None:
    row.ended_at, row.ended_by = at, actor
    row.save(update_fields=["ended_at", "ended_by", "ended_sealed"])


def reopen_decision(case: Case, *, actor: User, at: datetime, reason: str) -> None:
    """Ask anew whether to contact a parent, where that was decided and not done yet: what it rested on has changed."""
    open_parts = StepPart.objects.open().filter(
        case=case, kind=parent_contact.KIND, run__ended_at__isnull=True
    )
    decisions = StepPart.objects.select_for_update().filter(
        case=case, kind=parent_contact.DECISION, outcome=Outcome.DONE, run__in=open_parts.values("run")
    )
    for part in decisions:
        write_entry(case, part, Written(Outcome.REOPENED, at, reason=reason), actor=actor, at=at)


def asks_suspicion(part: StepPart) -> bool:
    """Whether a part is of a kind in which somebody may say who is suspected."""
    return part.kind in kinds.OF_PARENTS or part.kind == parent_contact.CONSULTATION


def asks_frozen_for(case: Case) -> bool:
    """Whether something stands between the school and the parents of the student whom a case names so far."""
    return case.student_id is not None and bool(parents.open_hold(case) or parents.open_custody(case))


def frozen_for(case: Case, held_for: str) -> str:
    """
    About whom it was said that contact is frozen, before another student is named; empty where nothing stands.

    Raises Invalid where it has to be said.
    """
    if not asks_frozen_for(case):
        return ""
    if held_for not in ParentHold.HeldFor.values:
        raise Invalid({"held_for": ABOUT_WHOM})
    return held_for


def keep_for(former: Student, case: Case, *, actor: User, at: datetime) -> None:
    """
    Contact with the parents of the student who was named so far stays frozen, in every other case of theirs.

    Here it stands for the right one as before: a correction opens no contact. What an officer was to tell waits for
    counsel as well, as nobody writes down here that the former student is back.
    """
    if _standing(case).filter(about__in=former.rows).exists():
        return
    hold, rests_on = parents.open_hold(case), []
    if hold:
        rests_on.append(hold.reason(case.key) or as_kept(CAUSES[hold.cause]))
    if parents.open_custody(case):
        rests_on.append(as_kept(TAKEN))
    reason = "\n\n".join(rests_on)
    _begin(case, ParentHold.Cause.FORMER, about=former, reason=reason, actor=actor, at=at)


def carry_hold(case: Case, *, actor: User, at: datetime, reason: str) -> None:
    """Freeze contact with parents in a case that goes on at another school, as it was frozen before."""
    _begin(case, ParentHold.Cause.STATED, actor=actor, at=at, reason=reason)
