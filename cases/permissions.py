"""
Who may do what: one table, read by the verbs, by the pages that offer them, and by the test of both.

Seeing comes first (`visible_to`); a verb on a case that one may open and may not do this to is refused.
"""

from collections.abc import Mapping

from cases.kinds import DONE_BY
from cases.models import Case, Concern, Entry, SroRequest, StepPart
from csec.accounts.models import User
from csec.accounts.roles import Role

CARERS = frozenset({Role.COUNSELOR, Role.SOCIAL_WORKER})
CARERS_AND_ADMINISTRATORS = CARERS | {Role.ADMINISTRATOR}
RECEIVERS = CARERS_AND_ADMINISTRATORS | {Role.LIAISON}

#: The roles on the case that a verb asks for. Those of a part are its actors, by the protocol's definition.
ON_CASE: Mapping[str, frozenset[Role]] = {
    "open_case": RECEIVERS,
    "attach_concern": RECEIVERS,
    "close_concern": RECEIVERS,
    "match_concern": RECEIVERS,
    "accept_concern": RECEIVERS,
    "reclassify": CARERS_AND_ADMINISTRATORS,
    "close_case": CARERS_AND_ADMINISTRATORS,
    "reopen_case": RECEIVERS,
    "void_case": frozenset({Role.LIAISON}),
    "correct_student": RECEIVERS,
    "add_person": RECEIVERS,
    "remove_person": RECEIVERS,
}
#: Who may have learned of it by being on the case, and so carries the duty to report themselves.
MANDATED_REPORTERS = frozenset({Role.COUNSELOR, Role.SOCIAL_WORKER, Role.ADMINISTRATOR})


def can_log_concern(actor: User) -> bool:
    """Any member of the staff."""
    return bool(actor.roles)


def can_supplement_concern(actor: User, concern: Concern) -> bool:
    """Its author; row-level security shows the author's row to nobody else unless the author said so."""
    author = getattr(concern, "author", None)
    return author is not None and author.person_id == actor.pk


def _holds(actor: User, concern: Concern, verb: str) -> bool:
    return actor.pk in (concern.receiver_id, concern.backup_id) and actor.has_role(
        *ON_CASE[verb], school_id=concern.school_id
    )


def can_accept_concern(actor: User, concern: Concern) -> bool:
    return _holds(actor, concern, "accept_concern")


def can_match_concern(actor: User, concern: Concern) -> bool:
    return _holds(actor, concern, "match_concern")


def can_close_concern(actor: User, concern: Concern) -> bool:
    return _holds(actor, concern, "close_concern")


def can_open_case(actor: User, concern: Concern) -> bool:
    return _holds(actor, concern, "open_case")


def can_attach_concern(actor: User, concern: Concern) -> bool:
    """The concern is theirs; that they may open the case it goes to is checked with that case."""
    return _holds(actor, concern, "attach_concern")


def can_reclassify(actor: User, case: Case) -> bool:
    return case.my_role in ON_CASE["reclassify"]


def can_close_case(actor: User, case: Case) -> bool:
    return case.my_role in ON_CASE["close_case"]


def can_reopen_case(actor: User, case: Case) -> bool:
    return case.my_role in ON_CASE["reopen_case"]


def can_void_case(actor: User, case: Case) -> bool:
    return case.my_role in ON_CASE["void_case"]


def can_correct_student(actor: User, case: Case) -> bool:
    return case.my_role in ON_CASE["correct_student"]


def can_add_person(actor: User, case: Case) -> bool:
    return case.my_role in ON_CASE["add_person"]


def can_remove_person(actor: User, case: Case) -> bool:
    return case.my_role in ON_CASE["remove_person"]


def acts_on(case: Case, part: StepPart) -> bool:
    """Whether the reader's role on the case is one of the part's actors, or stands in its relation."""
    if "mandated_reporter" in part.actors and case.my_role in MANDATED_REPORTERS:
        return True
    return case.my_role in part.actors


def can_record_outcome(actor: User, case: Case, part: StepPart) -> bool:
    return acts_on(case, part)


def can_correct_entry(actor: User, case: Case, part: StepPart, entry: Entry) -> bool:
    """
    The part's actors; of a report, its author alone (whose evidence nobody else can read).

    A request and its answer are not corrected: they are asked, answered or reported anew.
    """
    if part.kind in DONE_BY:
        return False
    if entry.actor_id is None:
        evidence = getattr(entry, "evidence", None)
        return evidence is not None and evidence.author_id == actor.pk
    return acts_on(case, part)


def can_request_sro(actor: User, case: Case, part: StepPart) -> bool:
    return acts_on(case, part)


def can_accept_request(actor: User, case: Case, request: SroRequest) -> bool:
    return request.officer_id == actor.pk and case.my_role == Role.SRO


def can_decline_request(actor: User, case: Case, request: SroRequest) -> bool:
    return can_accept_request(actor, case, request)


def can_report_back(actor: User, case: Case, request: SroRequest) -> bool:
    return can_accept_request(actor, case, request)
