"""What somebody may do to a part of a step, and to a request to an officer."""

from cases.kinds import ASKED_AFTER, DONE_BY, SCHEDULED
from cases.models import Case, Entry, SroRequest, StepPart
from cases.permissions.table import MANDATED_REPORTERS, WHO_MAY
from csec.accounts.models import User
from csec.accounts.roles import EMERGENCY, Role


def acts_on(case: Case, part: StepPart) -> bool:
    """Whether the reader's role on the case is one of the part's actors, or stands in its relation."""
    return acts_as(case.my_role, part)


def acts_as(role: str, part: StepPart) -> bool:
    """The same for a role."""
    return role in part.actors or ("mandated_reporter" in part.actors and role in MANDATED_REPORTERS)


def can_record_outcome(actor: User, case: Case, part: StepPart) -> bool:
    """The part's actors; what has a schedule is recorded as a check-in."""
    return part.kind not in SCHEDULED and acts_on(case, part)


def can_follow_referral(actor: User, case: Case, part: StepPart) -> bool:
    """Whoever offered it, or could have."""
    return part.kind in ASKED_AFTER and acts_on(case, part)


def can_correct_entry(actor: User, case: Case, part: StepPart, entry: Entry) -> bool:
    """
    The part's actors. A report that somebody else entered they can only open again: each answers for themselves. So
    they can what the school before had ended.

    A request and its answer are not corrected: they are asked, answered or reported anew.
    """
    mine = acts_on(case, part) or (_reported(actor, entry) and case.my_role != EMERGENCY)
    return part.kind not in DONE_BY and mine


def only_opens_again(actor: User, entry: Entry) -> bool:
    """Whether the actor cannot put other words in its place: somebody else's report, or what was done elsewhere."""
    return entry.handed_over or (entry.actor_id is None and not _reported(actor, entry))


def _reported(actor: User, entry: Entry) -> bool:
    """An entry that names nobody shows its evidence to its author alone."""
    evidence = getattr(entry, "evidence", None)
    return entry.actor_id is None and evidence is not None and evidence.author_id == actor.pk


def can_record_checkin(actor: User, case: Case, part: StepPart) -> bool:
    """
    Who acts on the regular contact; and who covers it, or answers for the case: somebody has to see the student.

    What is typed goes into the counselor's section, which whoever is no counselor writes and does not read.
    """
    return part.kind in SCHEDULED and (acts_on(case, part) or case.my_role in WHO_MAY["take_over"])


def can_request_sro(actor: User, case: Case, part: StepPart) -> bool:
    return acts_on(case, part)


def can_accept_request(actor: User, case: Case, request: SroRequest) -> bool:
    return request.officer_id == actor.pk and case.my_role == Role.SRO


def can_decline_request(actor: User, case: Case, request: SroRequest) -> bool:
    return can_accept_request(actor, case, request)


def can_report_back(actor: User, case: Case, request: SroRequest) -> bool:
    return can_accept_request(actor, case, request)
