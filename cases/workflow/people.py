"""Who is on a case: put on it, taken off it."""

from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _

from cases import kinds, permissions
from cases.models import Case, CasePerson, Decision, StepPart
from cases.workflow.decisions import check_words, decide
from cases.workflow.duties import carry_in_case
from cases.workflow.plans import leave_plan
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.sro import withdraw_requests
from cases.workflow.telling import check_open, when
from cases.workflow.verbs import lock_case, log, require, verb
from csec.accounts.models import Membership, User
from csec.accounts.roles import CARE_ROLES, CASE_ROLES, Role
from csec.errors import Absent

#: How long somebody can stand in for another.
AT_MOST = timedelta(days=366)
NOT_ONESELF = _(
    "You see this case in another role already. In this one somebody else adds you: whoever carries the case, or the"
    " district’s liaison."
)
CANNOT_BE_ADDED = _("This person has no such role at this school, so the case cannot be opened to them.")


@verb("person_added")
def add_person(
    *,
    actor: User,
    case: Case,
    person: User,
    role: str,
    reason: str,
    at: datetime,
    last_day: date | None = None,
) -> CasePerson:
    """
    Open the case to somebody who needs to know, in a role they hold at the school or for the district.

    A substitute has it until the end of `last_day`, a day of the school, and then no more. In a second role of their
    own nobody adds themselves, but to carry a case that nobody carries. Raises Invalid, Conflict.
    """
    locked = lock_case(case.pk, actor, at=at)
    require(permissions.can_add_person(actor, locked), "add_person", subject=locked.pk, case=locked.pk)
    # In a void case a report may be open with nobody left who could make it.
    duties = StepPart.objects.open().filter(case=locked, kind__in=kinds.DUTIES, run__ended_at__isnull=True)
    check_open(locked, duty=duties.exists())
    check_words(required=("reason",), reason=reason)
    held = Membership.objects.current(at.astimezone(locked.zone).date()).filter(person=person, role=role)
    if role not in CASE_ROLES or not any(
        m.role == Role.SRO or m.school_id in (None, locked.school_id) for m in held
    ):
        raise Invalid({"person": CANNOT_BE_ADDED})
    if person.pk == actor.pk and not (role in CARE_ROLES and nobody_carries(locked)):
        raise Invalid({"person": NOT_ONESELF})
    until = _end_of(last_day, locked, at) if last_day else None
    before = CasePerson.objects.of(at).filter(case=locked, person=person).order_by("-excluded").first()
    if before and before.excluded:
        raise Invalid({"person": CANNOT_BE_ADDED})
    if before:
        # In one role at a time: the older one would go on deciding what they see.
        raise Conflict(
            _("%(who)s is on this case since %(when)s, as: %(role)s. Take them off first to change the role.")
            % {
                "who": person.name,
                "when": when(before.since, locked.zone),
                "role": before.get_role_display(),
            }
        )
    row = CasePerson(case=locked, person=person, role=role, since=at, until=until)
    row.save(force_insert=True)
    if role in permissions.DUTY_BEARERS:
        carry_in_case(locked, person.pk, at=at)
    decide(locked, Decision.Kind.PERSON_ADDED, actor=actor, at=at, code=role, reason=reason, who=person.name)
    log("add_person", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk)
    return row


def nobody_carries(case: Case) -> bool:
    """Whether no counselor or social worker of its school is on the case now, as PostgreSQL knows it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nobody_carries(%s)", [case.pk])
        [answer] = cursor.fetchone()
    return bool(answer)


def _end_of(last_day: date, case: Case, at: datetime) -> datetime:
    """The moment at which a day of the school is over. Raises Invalid for one that is past, or far away."""
    today = at.astimezone(case.zone).date()
    if last_day < today:
        raise Invalid({"last_day": _("This day is over.")})
    if last_day > today + AT_MOST:
        raise Invalid({"last_day": _("Enter a day within a year. Whoever stays longer needs no last day.")})
    return datetime.combine(last_day + timedelta(days=1), time.min, tzinfo=case.zone)


@verb("person_removed")
def remove_person(*, actor: User, case: Case, person: CasePerson, reason: str, at: datetime) -> None:
    """Take somebody off a case. The last who carries it stays until somebody else does. Raises Conflict."""
    locked = lock_case(case.pk, actor, at=at)
    require(permissions.can_remove_person(actor, locked), "remove_person", subject=locked.pk, case=locked.pk)
    row = (
        CasePerson.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(pk=person.pk, case=locked, excluded=False)
        .first()
    )
    if row is None:
        raise Absent("person", person.pk)
    if row.until is not None and row.until <= at:
        raise Conflict(
            _("%(who)s was taken off this case on %(when)s.")
            % {"who": row.person.name, "when": when(row.until, locked.zone)}
        )
    check_words(required=("reason",), reason=reason)
    carriers = CasePerson.objects.carrying(at).filter(case=locked).exclude(pk=row.pk)
    if locked.is_open and row.role in CARE_ROLES and not carriers.exists():
        raise Conflict(
            _("Nobody else carries this case. Add the counselor or social worker who takes over first.")
        )
    leave_plan(locked, row.person_id, at=at)
    if row.role == Role.SRO:
        withdraw_requests(locked, row.person, actor=actor, at=at, reason=reason)
    # Written first: whoever takes themselves off sees nothing of the case a statement later.
    decide(
        locked,
        Decision.Kind.PERSON_REMOVED,
        actor=actor,
        at=at,
        code=row.role,
        reason=reason,
        who=row.person.name,
    )
    row.until = at
    row.save(update_fields=["until"])
    log("remove_person", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk)
