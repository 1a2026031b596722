"""
Who may change what of the district: one table, read by the verbs, by the pages that offer them, and by the tests.

An administrator, what belongs to their own school; the district liaison, everything. Nobody changes what they are
themselves: PostgreSQL refuses that too.
"""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from csec.accounts.models import Membership, User
from csec.accounts.roles import OVERSEERS, Role
from csec.directory.models import Closure, School

LIAISON = frozenset({Role.LIAISON})

WHO_MAY: Mapping[str, frozenset[Role]] = {
    "invite_person": OVERSEERS,
    "invite_again": OVERSEERS,
    "give_role": OVERSEERS,
    "change_role": OVERSEERS,
    "end_role": OVERSEERS,
    "record_agreement": OVERSEERS,
    "close_account": OVERSEERS,
    "reopen_account": LIAISON,
    "change_person": LIAISON,
    "change_district": LIAISON,
    "add_school": LIAISON,
    "change_school": LIAISON,
    "add_closure": OVERSEERS,
    "remove_closure": OVERSEERS,
    "add_agency": LIAISON,
    "change_agency": LIAISON,
    "remove_agency": LIAISON,
    "add_student": OVERSEERS,
    "merge_students": OVERSEERS,
    "unmerge_students": OVERSEERS,
}
#: What an administrator gives, and takes away, at their own school. What answers for a school, or is held for the
#: district, only the liaison gives.
GIVEN_BY_ADMINISTRATORS = frozenset({Role.COUNSELOR, Role.SOCIAL_WORKER, Role.SRO, Role.REPORTER})


def staff_of(actor: User, at: datetime) -> QuerySet[User]:
    """Whom somebody who keeps staff sees: the liaison everybody, an administrator the staff of their schools."""
    if actor.has_role(Role.LIAISON):
        return User.objects.all()
    mine = [m.school_id for m in actor.current_memberships if m.role == Role.ADMINISTRATOR]
    return User.objects.filter(pk__in=not_over(at).filter(school__in=mine).values("person"))


def not_over(at: datetime) -> QuerySet[Membership]:
    """The roles that are in force, or will be: those that somebody still has to end."""
    return Membership.objects.filter(Q(until__isnull=True) | Q(until__gt=day_of(at)))


def day_of(at: datetime, school: School | None = None) -> date:
    """The day that it is at a school, or for the district."""
    return at.astimezone(school.zone if school else timezone.get_default_timezone()).date()


def may_give(actor: User, role: str, school_id: UUID | None) -> bool:
    """Whether somebody gives, changes and takes away this role at this school (of the district: no school)."""
    if actor.has_role(Role.LIAISON):
        return True
    return (
        role in GIVEN_BY_ADMINISTRATORS
        and school_id is not None
        and actor.has_role(Role.ADMINISTRATOR, school_id=school_id)
    )


def _keeps(actor: User, verb: str, person: User) -> bool:
    """Nobody is kept by themselves."""
    return bool(actor.roles & WHO_MAY[verb]) and person != actor


def can_invite_person(actor: User) -> bool:
    return bool(actor.roles & WHO_MAY["invite_person"])


def can_invite_again(actor: User, person: User) -> bool:
    return _keeps(actor, "invite_again", person)


def can_give_role(actor: User, person: User) -> bool:
    return _keeps(actor, "give_role", person)


def can_change_role(actor: User, membership: Membership) -> bool:
    return _keeps(actor, "change_role", membership.person) and may_give(
        actor, membership.role, membership.school_id
    )


def can_end_role(actor: User, membership: Membership) -> bool:
    return _keeps(actor, "end_role", membership.person) and may_give(
        actor, membership.role, membership.school_id
    )


def can_record_agreement(actor: User, membership: Membership) -> bool:
    """Of an officer, who is the only one to need it."""
    return membership.role == Role.SRO and can_change_role(actor, membership)


def can_close_account(actor: User, person: User, at: datetime) -> bool:
    """The liaison anybody's; an administrator the account of somebody all of whose roles they give."""
    if not _keeps(actor, "close_account", person):
        return False
    roles = not_over(at).filter(person=person).values_list("role", "school")
    return actor.has_role(Role.LIAISON) or all(may_give(actor, *one) for one in roles)


def can_reopen_account(actor: User, person: User) -> bool:
    return _keeps(actor, "reopen_account", person)


def can_change_person(actor: User, person: User) -> bool:
    return _keeps(actor, "change_person", person)


def can_change_district(actor: User) -> bool:
    return bool(actor.roles & WHO_MAY["change_district"])


def can_add_school(actor: User) -> bool:
    return bool(actor.roles & WHO_MAY["add_school"])


def can_change_school(actor: User) -> bool:
    return bool(actor.roles & WHO_MAY["change_school"])


def can_add_closure(actor: User, school_id: UUID | None) -> bool:
    """An administrator for their own school, the liaison for one or for all."""
    return _answers_for(actor, "add_closure", school_id)


def can_remove_closure(actor: User, closure: Closure) -> bool:
    return _answers_for(actor, "remove_closure", closure.school_id)


def _answers_for(actor: User, verb: str, school_id: UUID | None) -> bool:
    roles = WHO_MAY[verb] if school_id else LIAISON
    return actor.has_role(*roles, school_id=school_id)


def can_add_agency(actor: User) -> bool:
    return bool(actor.roles & WHO_MAY["add_agency"])


def can_change_agency(actor: User) -> bool:
    return bool(actor.roles & WHO_MAY["change_agency"])


def can_remove_agency(actor: User) -> bool:
    return bool(actor.roles & WHO_MAY["remove_agency"])


def can_add_student(actor: User, school_id: UUID | None = None) -> bool:
    """At a school that they answer for; without one: at all."""
    return actor.has_role(*WHO_MAY["add_student"], school_id=school_id)


def can_merge_students(actor: User, *school_ids: UUID) -> bool:
    """Whoever answers for the schools of both; of two schools that is rather the liaison."""
    return all(_answers_for(actor, "merge_students", school_id) for school_id in school_ids)


def can_unmerge_students(actor: User, *school_ids: UUID) -> bool:
    return all(_answers_for(actor, "unmerge_students", school_id) for school_id in school_ids)
