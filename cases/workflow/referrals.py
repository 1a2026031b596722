"""What follows on an offer: a decline is asked again in time, and an accepted referral is looked at until it ends."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from cases import permissions, text
from cases.kinds.referral import GOES_ON
from cases.models import Outcome, Progress, Referral, StepPart
from cases.schedule import asked_again_on
from cases.text import Words
from cases.workflow.decisions import faults
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.steps import IN_THE_PAST, TOO_FAR, lock_part
from cases.workflow.telling import check_open
from cases.workflow.verbs import log, require, verb
from csec.accounts.models import User

NOT_ACCEPTED = _("No referral was accepted here. Record the offer and its answer first.")
AT_MOST = timedelta(days=366)


@verb("referral_followed")
def follow_referral(
    *,
    actor: User,
    part: StepPart,
    state: str,
    at: datetime,
    note: str = "",
    next_on: date | None = None,
) -> Referral:
    """
    Enter how an accepted referral goes, and when to look again: by default after the district's days.

    Of one that did not begin the note says why. Also of a track that was reclassified meanwhile: the help goes on.
    Raises Invalid, Conflict.
    """
    case, locked = lock_part(part, actor, at=at)
    require(
        permissions.can_follow_referral(actor, case, locked),
        "follow_referral",
        subject=locked.pk,
        case=case.pk,
    )
    check_open(case)
    if not locked.progress:
        raise Conflict(NOT_ACCEPTED)
    today = at.astimezone(case.zone).date()
    if state not in Progress.values:
        raise Invalid({"state": text.REQUIRED})
    required = ("note",) if state == Progress.DID_NOT_BEGIN else ()
    wrong: dict[str, Words] = faults(required=required, note=note)
    goes_on = state in GOES_ON
    if goes_on and next_on is None:
        next_on = asked_again_on(locked.kind, Outcome.DONE, today)
    if goes_on and next_on and next_on < today:
        wrong["next_on"] = IN_THE_PAST
    elif goes_on and next_on and next_on > today + AT_MOST:
        wrong["next_on"] = TOO_FAR
    if wrong:
        raise Invalid(wrong)
    locked.progress, locked.next_on = state, next_on if goes_on else None
    locked.save(update_fields=["progress", "next_on"])
    look = Referral(case=case, part=locked, state=state, at=at, by=actor, next_on=locked.next_on)
    look.sealed = case.key.seal(note.strip(), context=f"referral:{look.pk}")
    look.save(force_insert=True)
    log("follow_referral", actor=actor, role=case.my_role, subject=locked.pk, case=case.pk)
    return look
