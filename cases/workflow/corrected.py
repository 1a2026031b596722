"""What was decided, offered and opened about one student, in a case that turns out to be another's."""

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from cases import parents
from cases.kept import as_kept, ours
from cases.kinds import parent_contact, placement, referral, report
from cases.models import Case, Outcome, StepPart, Transfer
from cases.workflow.entries import Written, write_entry
from cases.workflow.transfers import answer, waiting_transfer
from csec.accounts.models import User

CORRECTED = ours(_("The student was corrected."))
#: Whose view it is, about whose parents it was decided, and who was told; whose place it is, and who was offered what.
OF_ONE_STUDENT = (
    parent_contact.CONSULTATION,
    parent_contact.DECISION,
    parent_contact.KIND,
    placement.KIND,
    referral.KIND,
)


def take_back(case: Case, *, actor: User, at: datetime) -> None:
    """
    Of a locked case whose student was another one before: ask parents, place and services anew; withdraw a transfer.

    Counsel who had the case for a request about the other student has it no longer. A hold and a custody stay: contact
    with parents is never opened by this, and `keep_for` sees to the other one's.
    """
    waiting = waiting_transfer(case)
    if waiting:
        answer(waiting, Transfer.State.WITHDRAWN, actor=actor, at=at, key=case.key, reason=as_kept(CORRECTED))
    ended = StepPart.objects.select_for_update().filter(
        case=case, run__ended_at__isnull=True, kind__in=OF_ONE_STUDENT, outcome__in=parents.ENDED
    )
    for part in ended:
        write_entry(case, part, Written(Outcome.REOPENED, at, reason=as_kept(CORRECTED)), actor=actor, at=at)
    # What the other one accepted on a track before is theirs as well: nobody looks here how it goes.
    StepPart.objects.filter(case=case, kind=referral.KIND).exclude(progress="").update(
        progress="", next_on=None
    )
    # A report on a track before was about the other one: nothing new beside it can be said of this student.
    StepPart.objects.filter(case=case, run__ended_at__isnull=True, kind=report.KIND).update(
        corresponds_to=None
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT end_access_for_others(%s, %s)", [case.pk, at])
