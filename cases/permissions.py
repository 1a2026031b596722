"""
Who may do what: one table, read by the verbs, by the pages that offer them, and by the test of both.

Seeing comes first (`visible_to`); a verb on a case that one may open and may not do this to is refused.
"""

from collections.abc import Mapping

from cases.kinds import DONE_BY, SCHEDULED
from cases.models import Case, Concern, EmergencyAccess, Entry, SroRequest, StepPart
from csec.accounts.models import Membership, User
from csec.accounts.roles import CARE_ROLES, CASE_ROLES, DISTRICT_ROLES, EMERGENCY, OVERSEERS, RECEIVERS, Role

CARERS_AND_ADMINISTRATORS = CARE_ROLES | {Role.ADMINISTRATOR}

#: The roles that a verb asks for: at the concern's school, or on the case. Those of a part are its actors, by the
#: protocol's definition.
WHO_MAY: Mapping[str, frozenset[str]] = {
    "open_case": RECEIVERS,
    "attach_concern": RECEIVERS,
    "close_concern": RECEIVERS,
    "match_concern": RECEIVERS,
    "accept_concern": RECEIVERS,
    "reclassify": CARERS_AND_ADMINISTRATORS,
    "close_case": RECEIVERS,
    "reopen_case": RECEIVERS,
    "void_case": frozenset({Role.LIAISON}),
    "correct_student": RECEIVERS,
    "add_person": RECEIVERS,
    "remove_person": RECEIVERS,
    "exclude_person": RECEIVERS,
    "readmit_person": frozenset({Role.LIAISON}),
    "plan_checkins": RECEIVERS,
    "plan_break": RECEIVERS,
    "take_over": RECEIVERS,
    "end_alert": RECEIVERS,
    "begin_emergency_access": DISTRICT_ROLES,
    "end_emergency_access": frozenset({EMERGENCY}),
    "review_emergency_access": RECEIVERS,
}
#: What somebody can be to a concern, or to a part of a step, beside the roles: it wrote, holds, or acts.
AUTHOR, HOLDERS, ACTORS = frozenset({"author"}), frozenset({"holder"}), frozenset({"actor"})
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
    """
    The receiver and the backup; what nobody holds, or took up in time, also whoever answers for the school.

    Nobody past whom it goes.
    """
    if concern.goes_past:
        return False
    if actor.pk in (concern.receiver_id, concern.backup_id) and actor.has_role(
        *WHO_MAY[verb], school_id=concern.school_id
    ):
        return True
    return concern.unheld and actor.has_role(*(WHO_MAY[verb] & OVERSEERS), school_id=concern.school_id)


def can_accept_concern(actor: User, concern: Concern) -> bool:
    """Who holds it; and when something was added to one in a case, who carries or oversees that case."""
    if concern.status == Concern.Status.ATTACHED:
        return concern.case_role in WHO_MAY["accept_concern"]
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
    return case.my_role in WHO_MAY["reclassify"]


def can_close_case(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["close_case"]


def can_reopen_case(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["reopen_case"]


def can_void_case(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["void_case"]


def can_correct_student(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["correct_student"]


def can_add_person(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["add_person"]


def can_remove_person(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["remove_person"]


def can_exclude_person(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["exclude_person"]


def can_readmit_person(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["readmit_person"]


def can_plan_checkins(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["plan_checkins"]


def can_plan_break(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["plan_break"]


def can_take_over(actor: User, case: Case) -> bool:
    """Whoever carries or answers for the case: they say by name that they see to it."""
    return case.my_role in WHO_MAY["take_over"]


def can_end_alert(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["end_alert"]


def can_begin_emergency_access(actor: User) -> bool:
    """Somebody of the district: a school's own people are on its cases, or answer for them."""
    return bool(actor.roles & WHO_MAY["begin_emergency_access"])


def can_end_emergency_access(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["end_emergency_access"]


def can_review_emergency_access(actor: User, case: Case, access: EmergencyAccess) -> bool:
    """Whoever carries or answers for the case, but for the one who opened it."""
    return case.my_role in WHO_MAY["review_emergency_access"] and access.person_id != actor.pk


def may_enter_away_for(actor: User) -> list[User]:
    """Oneself first; for an administrator the staff of their schools, for the liaison everybody."""
    at = [m.school_id for m in actor.current_memberships if m.role in OVERSEERS]
    if not at:
        return [actor]
    current = Membership.objects.current()
    colleagues = current if None in at else current.filter(school__in=at)
    rest = User.objects.filter(pk__in=colleagues.values("person")).exclude(pk=actor.pk)
    return [actor, *rest]


def can_enter_away(actor: User, person: User) -> bool:
    return person in may_enter_away_for(actor)


def can_make_feed(actor: User) -> bool:
    """Whoever works on cases."""
    return bool(actor.roles & CASE_ROLES)


def can_report_absence(actor: User) -> bool:
    """Any member of the staff."""
    return bool(actor.roles)


def acts_on(case: Case, part: StepPart) -> bool:
    """Whether the reader's role on the case is one of the part's actors, or stands in its relation."""
    return acts_as(case.my_role, part)


def acts_as(role: str, part: StepPart) -> bool:
    """The same for a role."""
    return role in part.actors or ("mandated_reporter" in part.actors and role in MANDATED_REPORTERS)


def can_record_outcome(actor: User, case: Case, part: StepPart) -> bool:
    """The part's actors; what has a schedule is recorded as a check-in."""
    return part.kind not in SCHEDULED and acts_on(case, part)


def can_correct_entry(actor: User, case: Case, part: StepPart, entry: Entry) -> bool:
    """
    The part's actors. A report that somebody else entered they can only open again: each answers for themselves.

    A request and its answer are not corrected: they are asked, answered or reported anew.
    """
    mine = acts_on(case, part) or (_reported(actor, entry) and case.my_role != EMERGENCY)
    return part.kind not in DONE_BY and mine


def only_opens_again(actor: User, entry: Entry) -> bool:
    """Whether the actor cannot put other words in its place: somebody else's report."""
    return entry.actor_id is None and not _reported(actor, entry)


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
