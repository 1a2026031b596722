"""How a student is safe at school, and in whose hands a device is."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases import evidence, permissions, text
from cases.models import Case, Contact, DeviceRecord, SafetyPlan
from cases.text import Words
from cases.workflow.decisions import faults
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.telling import check_open, when
from cases.workflow.verbs import lock_case, log, require, verb
from csec.accounts.models import User

NOT_TO_PICK_UP = _(
    "Choose from those of whom it is entered that they may pick up the student, and not that they may be involved."
)
IN_THE_PAST = _("Choose a day after today.")
TOO_FAR = _("Choose a day within a year.")
IN_THE_FUTURE = _("This lies in the future. Enter when it happened.")
HANDED_OVER_BEFORE = _("It was handed over after it came into these hands: check both times.")
SAY_TO_WHOM = _("Say who took it.")
#: How far ahead a plan is looked at again at the latest.
REVIEW_WITHIN = timedelta(days=366)


@verb("safety_plan_set")
def set_safety_plan(
    *,
    actor: User,
    case: Case,
    version: int,
    safe_adult: str,
    danger: str,
    agreed: bool,
    shared_with_sro: bool,
    review_on: date,
    at: datetime,
    arrival: str = "",
    route: str = "",
    phone: str = "",
    pick_up: Collection[UUID] = (),
    avoid: str = "",
) -> SafetyPlan:
    """
    Say how the student comes and goes, whom they turn to, and what is done in danger; the former plan is kept.

    `version` is the number of the plan that the page showed, 0 for none. `pick_up` are people of whom it is entered
    that they may (Contact.who). The officer reads it if `shared_with_sro`. Raises Invalid, Conflict.
    """
    locked = lock_case(case.pk, actor, at=at)
    require(
        permissions.can_set_safety_plan(actor, locked), "set_safety_plan", subject=locked.pk, case=locked.pk
    )
    check_open(locked)
    former = (
        SafetyPlan.objects.select_for_update(of=("self",))
        .select_related("set_by")
        .filter(case=locked, replaced_at__isnull=True)
        .first()
    )
    if former and former.number != version:
        words = _("%(who)s set the plan on %(when)s. Your text is kept below: read the plan, then decide.")
        raise Conflict(words % {"who": former.set_by.name, "when": when(former.set_at, locked.zone)})
    told = {
        "arrival": arrival,
        "route": route,
        "phone": phone,
        "safe_adult": safe_adult,
        "avoid": avoid,
        "danger": danger,
    }
    wrong: dict[str, Words] = faults(required=("safe_adult", "danger"), **told)
    may = {row.who: row.words(locked.key)["name"] for row in Contact.objects.to_pick_up().filter(case=locked)}
    if not set(pick_up) <= may.keys():
        wrong["pick_up"] = NOT_TO_PICK_UP
    today = at.astimezone(locked.zone).date()
    if review_on <= today:
        wrong["review_on"] = IN_THE_PAST
    elif review_on > today + REVIEW_WITHIN:
        wrong["review_on"] = TOO_FAR
    if wrong:
        raise Invalid(wrong)
    if former:
        former.replaced_at = at
        former.save(update_fields=["replaced_at"])
    row = SafetyPlan(
        case=locked,
        number=(former.number if former else 0) + 1,
        agreed=agreed,
        shared_with_sro=shared_with_sro,
        review_on=review_on,
        set_at=at,
        set_by=actor,
    )
    people = [[str(who), may[who]] for who in sorted(set(pick_up), key=lambda who: may[who])]
    row.sealed = locked.key.seal({**told, "pick_up": people}, context=f"safety_plan:{row.pk}")
    row.save(force_insert=True)
    log("set_safety_plan", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk)
    return row


@verb("device_recorded")
def record_device(
    *,
    actor: User,
    case: Case,
    held_since: datetime,
    held_by: str,
    where_now: str,
    at: datetime,
    handed_over_at: datetime | None = None,
    officer: str = "",
    agency: str = "",
    reference: str = "",
) -> DeviceRecord:
    """
    Enter in whose hands a device is or was, which officer of which agency took it when, and where it is now.

    Nothing of what is on it has a place here. Raises Invalid, Conflict.
    """
    locked = lock_case(case.pk, actor, at=at)
    require(permissions.can_record_device(actor, locked), "record_device", subject=locked.pk, case=locked.pk)
    check_open(locked)
    told = {
        "held_by": held_by,
        "officer": officer,
        "agency": agency,
        "reference": reference,
        "where_now": where_now,
    }
    needed = {"held_by", "where_now"} | ({"officer", "agency"} if handed_over_at else set())
    wrong: dict[str, Words] = {}
    for name, value in told.items():
        if not value.strip():
            if name in needed:
                wrong[name] = text.REQUIRED if name in ("held_by", "where_now") else SAY_TO_WHOM
        elif fault := text.fault(value, limit=text.TEXT):
            wrong[name] = fault
    for name, moment in (("held_since", held_since), ("handed_over_at", handed_over_at)):
        if moment and moment > at:
            wrong[name] = IN_THE_FUTURE
        elif moment and moment.year < 2000:
            wrong[name] = evidence.TOO_EARLY
    if handed_over_at and "handed_over_at" not in wrong and handed_over_at < held_since:
        wrong["handed_over_at"] = HANDED_OVER_BEFORE
    if wrong:
        raise Invalid(wrong)
    row = DeviceRecord(case=locked, held_since=held_since, handed_over_at=handed_over_at, at=at, by=actor)
    row.sealed = locked.key.seal(told, context=f"device:{row.pk}")
    row.save(force_insert=True)
    log("record_device", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk)
    return row
