"""What left the school: released, reviewed by counsel; and an agency that spoke with the student there."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.evidence import IN_THE_FUTURE, NOT_A_CHOICE, TOO_EARLY
from cases.models import Case, Interview, Release, ReleaseReview
from cases.text import Words
from cases.workflow.decisions import faults
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.telling import when
from cases.workflow.verbs import lock_case, log, require, verb
from csec.accounts.models import User
from csec.errors import Absent

NEWER = _("Something was recorded since you opened the page. Read it below, then send this again.")
NOTHING_NEW = _("%(who)s reviewed the list on %(when)s, and nothing was recorded since.")
NOTHING = _("Nothing is recorded yet that could be reviewed.")


R = TypeVar("R", Release, Interview)


def keep_release(
    case: Case,
    *,
    actor: User,
    at: datetime,
    left_at: datetime,
    recipient_kind: str,
    recipient: str,
    what: str,
    basis: str,
    interest: str,
    threat: str = "",
    persons: str = "",
    corrects: Release | None = None,
) -> Release:
    """
    Write down that something left the school; inside a verb, which locked the case and writes the event.

    In a health or safety emergency the threat and whom it was told to protect belong to it (34 CFR 99.36, 99.32).
    Nothing here can be frozen: what left is recorded, also afterwards and in a case that is closed. Raises Invalid.
    """
    required = ["recipient", "what"]
    if basis != Release.Basis.ACCESS:
        required.append("interest")
    if basis == Release.Basis.EMERGENCY:
        required += ["threat", "persons"]
    words = {
        "recipient": recipient,
        "what": what,
        "interest": interest,
        "threat": threat,
        "persons": persons,
    }
    wrong = faults(required=tuple(required), **words) | _moment("left_at", left_at, at)
    if recipient_kind not in Release.Recipient.values:
        wrong["recipient_kind"] = NOT_A_CHOICE
    if basis not in Release.Basis.values:
        wrong["basis"] = NOT_A_CHOICE
    if wrong:
        raise Invalid(wrong)
    row = Release(
        case=case,
        left_at=left_at,
        recorded_at=at,
        by=actor,
        recipient_kind=recipient_kind,
        basis=basis,
        corrects=corrects,
    )
    given = {name: value for name, value in words.items() if value.strip()}
    row.sealed = case.key.seal(given, context=f"release:{row.pk}")
    row.save(force_insert=True)
    return row


@verb("release_recorded")
def record_release(
    *,
    actor: User,
    case: Case,
    left_at: datetime,
    recipient_kind: str,
    recipient: str,
    what: str,
    basis: str,
    interest: str,
    at: datetime,
    threat: str = "",
    persons: str = "",
    corrects: UUID | None = None,
) -> Release:
    """
    Record what left the school, at once or afterwards; `corrects` is the entry that this one stands for.

    No freeze and no state of the case stands in the way: what protects is told first. Raises Invalid, Conflict.
    """
    locked = lock_case(case.pk, actor, at=at)
    require(
        permissions.can_record_release(actor, locked), "record_release", subject=locked.pk, case=locked.pk
    )
    row = keep_release(
        locked,
        actor=actor,
        at=at,
        left_at=left_at,
        recipient_kind=recipient_kind,
        recipient=recipient,
        what=what,
        basis=basis,
        interest=interest,
        threat=threat,
        persons=persons,
        corrects=_corrected(Release, locked, corrects),
    )
    log("record_release", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk)
    return row


@verb("releases_reviewed")
def review_releases(*, actor: User, case: Case, last: UUID, at: datetime) -> ReleaseReview:
    """
    Counsel has read the list up to the entry `last`, the latest that the page showed: a parent may inspect the list.

    Raises Conflict when something was recorded since, or nothing since the review before.
    """
    locked = lock_case(case.pk, actor, at=at)
    require(
        permissions.can_review_releases(actor, locked), "review_releases", subject=locked.pk, case=locked.pk
    )
    latest = latest_release(locked)
    if latest is None:
        raise Conflict(NOTHING)
    if latest.pk != last:
        raise Conflict(NEWER)
    row = ReleaseReview(case=locked, by=actor, at=at, last=latest)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        before = ReleaseReview.objects.select_related("by").get(case=locked, last=latest)
        raise Conflict(NOTHING_NEW % {"who": before.by.name, "when": when(before.at, locked.zone)}) from None
    log("review_releases", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk)
    return row


def latest_release(case: Case) -> Release | None:
    """The entry that was recorded last."""
    return Release.objects.filter(case=case).order_by("recorded_at", "id").last()


@verb("interview_recorded")
def record_interview(
    *,
    actor: User,
    case: Case,
    held_at: datetime,
    agency_kind: str,
    agency: str,
    interviewer: str,
    told: bool,
    adult: str,
    at: datetime,
    adult_name: str = "",
    note: str = "",
    corrects: UUID | None = None,
) -> Interview:
    """
    Record that an agency spoke with the student at school: who, when, and the choice that the student had.

    `note` is of the circumstances alone; what was said has no place here. Raises Invalid, Conflict.
    """
    locked = lock_case(case.pk, actor, at=at)
    require(
        permissions.can_record_interview(actor, locked), "record_interview", subject=locked.pk, case=locked.pk
    )
    words = {"agency": agency, "interviewer": interviewer, "adult_name": adult_name, "note": note}
    chosen = adult in (Interview.Adult.ACCEPTED, Interview.Adult.DECLINED)
    required = ("agency", "interviewer", *(["adult_name"] if chosen else []))
    wrong = faults(required=required, **words) | _moment("held_at", held_at, at)
    if agency_kind not in Interview.Agency.values:
        wrong["agency_kind"] = NOT_A_CHOICE
    if adult not in Interview.Adult.values:
        wrong["adult"] = NOT_A_CHOICE
    if wrong:
        raise Invalid(wrong)
    row = Interview(
        case=locked,
        held_at=held_at,
        recorded_at=at,
        by=actor,
        agency_kind=agency_kind,
        told=told,
        adult=adult,
        corrects=_corrected(Interview, locked, corrects),
    )
    given = {name: value for name, value in words.items() if value.strip()}
    row.sealed = locked.key.seal(given, context=f"interview:{row.pk}")
    row.save(force_insert=True)
    log("record_interview", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk)
    return row


def _moment(name: str, moment: datetime, at: datetime) -> dict[str, Words]:
    if moment > at:
        return {name: IN_THE_FUTURE}
    return {name: TOO_EARLY} if moment.year < 2000 else {}


def _corrected(model: type[R], case: Case, pk: UUID | None) -> R | None:
    """The row of the case that is corrected. Raises Absent, Conflict when somebody corrected it before."""
    if pk is None:
        return None
    row = model.objects.filter(pk=pk, case=case).first()
    if row is None:
        raise Absent(model._meta.model_name or "row", pk)
    later = model.objects.select_related("by").filter(corrects=row).first()
    if later is not None:
        raise Conflict(
            _("%(who)s corrected this entry on %(when)s. Correct that one instead.")
            % {"who": later.by.name, "when": when(later.recorded_at, case.zone)}
        )
    return row
