"""A summary for a school or agency outside of the district: what leaves is kept as a release of information."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.evidence import NOT_A_CHOICE
from cases.models import Case, Release, Transfer
from cases.parents import frozen
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.releases import keep_release
from cases.workflow.summary import Chosen, Section, check_chosen, check_read, summary
from cases.workflow.transfers import lock_open, next_transfer, offer
from cases.workflow.verbs import log, verb
from csec import languages
from csec.accounts.models import User
from csec.accounts.roles import Role

To, Basis = Release.Recipient, Release.Basis

#: Who takes a student over outside of the district. A parent or student never: they ask for the record, and what stands
#: between the school and a parent is asked first.
RECIPIENTS = (To.OTHER_SCHOOL, To.CHILD_WELFARE, To.LAW_ENFORCEMENT, To.PROVIDER, To.COURT)
BASES = tuple(one for one in Basis if one != Basis.ACCESS)
NOT_TO_THEM = _(
    "This goes to a school, an agency, a provider or a court. A parent or student asks for the record: log that as a"
    " records request."
)
COUNSEL_ALONE = _(
    "Letters are frozen in this case: a parent or somebody in the home may be involved. Legal counsel sends the"
    " summary, or ends the freeze first. In immediate danger tell the minimum now to those who can protect, and"
    " record it afterwards."
)


@verb("summary_sent")
def send_summary(
    *,
    actor: User,
    case: Case,
    recipient_kind: str,
    recipient: str,
    basis: str,
    interest: str,
    at: datetime,
    sections: Collection[str] = (),
    safety: str = "",
    needs: str = "",
    read: str | None = None,
    threat: str = "",
    persons: str = "",
) -> Transfer:
    """
    Make a summary for whoever takes the student over outside of the district, to be read or printed by the actor.

    It is kept sealed and as no file; that it left is a release of information. The case stays open, with the district's
    liaison beside its people, until somebody there acknowledges the student. Raises Invalid, Conflict.
    """
    locked = lock_open(actor, case, "send_summary", permissions.can_send_summary, at=at)
    if frozen(locked) and locked.my_role != Role.COUNSEL:
        raise Conflict(COUNSEL_ALONE)
    chosen = Chosen(tuple(sections), safety, needs)
    transfer = next_transfer(locked, actor, at=at)
    wrong = check_chosen(locked, chosen, inside=False)
    if recipient_kind and recipient_kind not in RECIPIENTS:
        wrong["recipient_kind"] = NOT_TO_THEM
    if basis and basis not in BASES:
        wrong["basis"] = NOT_A_CHOICE
    told = [] if wrong else summary(locked, actor, chosen)
    with languages.of_the_record():
        what = "; ".join(str(Section(one.section).label) for one in told) or "-"
    try:
        keep_release(
            locked,
            actor=actor,
            at=at,
            left_at=at,
            recipient_kind=recipient_kind,
            recipient=recipient,
            what=what,
            basis=basis,
            interest=interest,
            threat=threat,
            persons=persons,
        )
    except Invalid as invalid:
        raise Invalid({**wrong, **invalid.fields}) from None
    if wrong:
        raise Invalid(wrong)
    check_read(told, recipient.strip(), read)
    transfer.kind = Transfer.Kind.OUTSIDE
    offer(locked, transfer, told, {"recipient": recipient.strip()}, actor=actor, at=at)
    log("send_summary", actor=actor, role=locked.my_role, subject=transfer.pk, case=locked.pk)
    return transfer
