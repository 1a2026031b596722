"""Who is what at which school, and for how long: given, changed, ended; an officer's agreement."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases import text
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.verbs import log, require, verb
from csec.accounts.models import Membership, User
from csec.accounts.roles import DISTRICT_ROLES, RECEIVERS, Role
from csec.directory.models import School
from district import permissions
from district.workflow.staff import check_in_force, check_open, leave_cases, lock_person, lock_role

AT_MOST = timedelta(days=366)
EVERY_DAY = frozenset(range(5))
PAST = _("This day is over.")
TOO_FAR = _("Enter a day within a year.")
NOT_HERE_YET = _("This day is still to come.")
_LIAISONS = 6_073_415_203  # an arbitrary number of ours: liaisons are taken away one after the other


@verb("role_given")
def give_role(
    *,
    actor: User,
    person: User,
    role: str,
    school: School | None,
    first_day: date,
    at: datetime,
    weekdays: Collection[int] = (),
    agreed_on: date | None = None,
) -> Membership:
    """Give somebody who has an account a role, from a day on. Raises Invalid, Conflict."""
    row = lock_person(person, actor, at)
    require(permissions.can_give_role(actor, row), "give_role", subject=row.pk)
    check_open(row)
    membership = new_role(
        "give_role",
        actor,
        role=role,
        school=school,
        weekdays=weekdays,
        agreed_on=agreed_on,
        first_day=first_day,
        at=at,
    )
    there = Membership.objects.filter(person=row, role=role, school=school)
    if there.filter(Q(until__isnull=True) | Q(until__gt=first_day)).exists():
        raise Invalid({"role": _("They have this role there on that day already.")})
    membership.person = row
    membership.save(force_insert=True)
    log("give_role", actor=actor, subject=membership.pk)
    return membership


def new_role(
    verb_name: str,
    actor: User,
    *,
    role: str,
    school: School | None,
    weekdays: Collection[int],
    agreed_on: date | None,
    first_day: date,
    at: datetime,
) -> Membership:
    """A role that the actor may give, of nobody yet. Raises Invalid, NotPermitted."""
    wrong: dict[str, text.Words] = {}
    if role not in set(Role):
        wrong["role"] = text.REQUIRED
    elif role in DISTRICT_ROLES and school is not None:
        wrong["school"] = _("This role is held for the whole district: leave the school empty.")
    elif role not in DISTRICT_ROLES and school is None:
        wrong["school"] = _("Choose the school.")
    if agreed_on is not None and role != Role.SRO:
        wrong["agreed_on"] = _("Only an SRO has an agreement. Leave this empty.")
    today = permissions.day_of(at, school)
    if agreed_on is not None and agreed_on > today:
        wrong.setdefault("agreed_on", NOT_HERE_YET)
    if first_day < today:
        wrong["first_day"] = PAST
    elif first_day > today + AT_MOST:
        wrong["first_day"] = TOO_FAR
    if wrong:
        raise Invalid(wrong)
    require(permissions.may_give(actor, role, school.pk if school else None), verb_name, subject=actor.pk)
    return Membership(
        school=school, role=role, weekdays=_days(weekdays), since=first_day, agreed_on=agreed_on
    )


@verb("role_changed")
def change_role(
    *,
    actor: User,
    membership: Membership,
    at: datetime,
    weekdays: Collection[int] = (),
    cover: User | None = None,
    receives: int | None = None,
) -> User | None:
    """
    Say on which days somebody is there, who covers, and whether they receive concerns first or as backup.

    A school has one of each: whoever did so before does not any more, and is returned. Raises Invalid, Conflict.
    """
    row = lock_role(membership, actor, at)
    require(permissions.can_change_role(actor, row), "change_role", subject=row.pk)
    check_in_force(row, at)
    if cover is not None and cover.pk not in {person.pk for person in covers_for(row, at)}:
        raise Invalid({"cover": _("They have no role in which they could cover here.")})
    if receives is not None and not may_receive(row):
        raise Invalid({"receives": _("Nobody receives concerns in this role.")})
    before = None
    try:
        with transaction.atomic():
            if receives is not None:
                before = _take_from(row, receives, actor, at)
            row.weekdays, row.cover, row.receives = _days(weekdays), cover, receives
            row.save(update_fields=["weekdays", "cover", "receives"])
    except IntegrityError:
        raise Conflict(_("Somebody changed just now who receives here. Look at it again.")) from None
    log("change_role", actor=actor, subject=row.pk)
    return before


def may_receive(membership: Membership) -> bool:
    return membership.school_id is not None and membership.role in RECEIVERS


def covers_for(membership: Membership, at: datetime) -> list[User]:
    """Who could stand in: another officer, another of the district, or somebody who can receive at the same school."""
    role, school = membership.role, membership.school
    current = Membership.objects.current(permissions.day_of(at, school)).exclude(person=membership.person_id)
    if role == Role.SRO or role in DISTRICT_ROLES:
        fitting = current.filter(role=role)
    elif role in RECEIVERS:
        fitting = current.filter(role__in=RECEIVERS, school=school)
    else:
        return []
    return list(User.objects.filter(pk__in=fitting.values("person")))


def _take_from(row: Membership, receives: int, actor: User, at: datetime) -> User | None:
    """Take it from whoever has it at that school, if the actor may. Returns who that was."""
    others = permissions.not_over(at).filter(school=row.school_id, receives=receives).exclude(pk=row.pk)
    before = None
    for other in others.select_related("person"):
        if not permissions.can_change_role(actor, other):
            words = _("%(who)s does this, and their role is not yours to change. Ask the district liaison.")
            raise Invalid({"receives": words % {"who": other.person.name}})
        other.receives = None
        other.save(update_fields=["receives"])
        before = other.person if other.person_id != row.person_id else before
    return before


@verb("role_ended")
def end_role(*, actor: User, membership: Membership, last_day: date, at: datetime) -> None:
    """Let a role end with a day, today at the earliest. A district keeps a liaison. Raises Invalid, Conflict."""
    row = lock_role(membership, actor, at)
    require(permissions.can_end_role(actor, row), "end_role", subject=row.pk)
    check_in_force(row, at)
    today = permissions.day_of(at, row.school)
    if last_day < today:
        raise Invalid({"last_day": PAST})
    if last_day > today + AT_MOST:
        raise Invalid({"last_day": TOO_FAR})
    # The first day on which it is over; one that was to begin later never does.
    until = max(last_day + timedelta(days=1), row.since)
    if row.role == Role.LIAISON:
        check_liaison_stays(row.person, after=until)
    row.until = until
    row.save(update_fields=["until"])
    leave_cases(row)
    log("end_role", actor=actor, subject=row.pk)


def check_liaison_stays(person: User, *, after: date) -> None:
    """Raise Conflict when nobody else would be the district's liaison on that day, with no end in sight."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LIAISONS])
    liaisons = Membership.objects.filter(role=Role.LIAISON, person__is_active=True)
    if not liaisons.filter(Q(until__isnull=True) | Q(until__gt=after), person=person).exists():
        return
    if not liaisons.filter(since__lte=after, until__isnull=True).exclude(person=person).exists():
        raise Conflict(_("Nobody else is the district’s liaison then. Give somebody the role first."))


@verb("agreement_recorded")
def record_agreement(
    *,
    actor: User,
    membership: Membership,
    agreed_on: date,
    at: datetime,
    agreed_until: date | None = None,
) -> None:
    """Record the agreement that makes an officer a school official, without which they see no case. Raises Invalid."""
    row = lock_role(membership, actor, at)
    require(permissions.can_record_agreement(actor, row), "record_agreement", subject=row.pk)
    check_in_force(row, at)
    if agreed_on > permissions.day_of(at, row.school):
        raise Invalid({"agreed_on": NOT_HERE_YET})
    if agreed_until is not None and agreed_until < agreed_on:
        raise Invalid({"agreed_until": _("This is before the day of the agreement.")})
    row.agreed_on, row.agreed_until = agreed_on, agreed_until
    row.save(update_fields=["agreed_on", "agreed_until"])
    log("record_agreement", actor=actor, subject=row.pk)


def _days(weekdays: Collection[int]) -> list[int]:
    """As they are kept: every day is none. Raises Invalid."""
    chosen = set(weekdays)
    if not chosen <= EVERY_DAY:
        raise Invalid({"weekdays": _("Choose days from Monday to Friday.")})
    return [] if chosen == EVERY_DAY else sorted(chosen)
