"""Regular contact: its schedule, each contact or attempt, and taking over what is late."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.breaks import DAY, school_day_for
from cases.kinds import contact
from cases.models import Case, CheckIn, CheckInPlan, Entry, Outcome, StepPart
from cases.rhythm import Rhythm
from cases.schedule import Calendar, calendar_of, check_in_on, day_after, put_on
from cases.workflow.entries import Written, write_entry
from cases.workflow.plans import (
    alert_if_unsafe,
    answer,
    contact_part,
    show_on_part,
    waiting_check_in,
    who_may,
)
from cases.workflow.refusals import Invalid
from cases.workflow.steps import IN_THE_PAST, TOO_FAR, check_entry, definition_of, lock_part
from cases.workflow.telling import check_open, check_part_open, check_version
from cases.workflow.verbs import lock_case, log, require, verb
from csec.accounts.models import User
from csec.accounts.roles import CARE_ROLES, RECEIVERS

NOT_A_CARER = _("Choose somebody who carries this case. Add them to it first.")
NOT_A_COVER = _("Choose somebody who is on this case and not the same person. Add them to it first.")
NO_CONTACT = _("This track has no regular contact.")
NO_DATE_LEFT = _("None of these dates is on or after the first contact. Choose later dates.")
DATES_TOO_FAR = _("Choose dates within the coming year.")
#: How far ahead a first contact, or the next one, may be put: no further than the longest rhythm (days).
FURTHEST = timedelta(days=60)
A_YEAR = timedelta(days=366)


@verb("checkins_planned")
def plan_checkins(
    *,
    actor: User,
    case: Case,
    rhythm: Rhythm,
    first_on: date,
    at: datetime,
    person: User | None = None,
    cover: User | None = None,
) -> CheckInPlan:
    """
    Set how often the student is contacted from now on, by whom, and who covers.

    Without a person or a cover it runs all the same, and those who answer for the case are told until there is one.
    A new schedule never puts off a contact that is already planned. Raises Invalid, Conflict.
    """
    locked = lock_case(case.pk, actor)
    require(permissions.can_plan_checkins(actor, locked), "plan_checkins", subject=locked.pk, case=locked.pk)
    check_open(locked)
    if contact_part(locked) is None:
        raise Invalid({"rhythm": NO_CONTACT})
    today = at.astimezone(locked.zone).date()
    wrong = _faults(locked, person, cover, first_on=first_on, today=today, at=at)
    if rhythm.dates and rhythm.dates[-1] < first_on:
        wrong["rhythm"] = NO_DATE_LEFT
    elif rhythm.dates and rhythm.dates[-1] > today + A_YEAR:
        wrong["rhythm"] = DATES_TOO_FAR
    if wrong:
        raise Invalid(wrong)
    waiting = CheckIn.objects.select_for_update().filter(case=locked, state=CheckIn.State.WAITING).first()
    CheckInPlan.objects.filter(case=locked, ended_at__isnull=True).update(ended_at=at)
    plan = CheckInPlan(
        case=locked,
        rhythm=rhythm.to_json(),
        start=first_on,
        person=person,
        cover=cover,
        set_at=at,
        set_by=actor,
    )
    plan.save(force_insert=True)
    calendar = calendar_of(locked, at)
    first = day_after(plan, after=None, today=today, calendar=calendar) or first_on
    if waiting is None:
        waiting = check_in_on(locked, plan, first, at=at, calendar=calendar)
        waiting.save(force_insert=True)
    else:
        waiting.case, waiting.plan = locked, plan
        if first < waiting.due_on:
            put_on(waiting, first, at=at, calendar=calendar)
        if waiting.before_at <= at < waiting.due_at:
            # Somebody else may be asked from now on, and is told what was said to whoever was before.
            waiting.remind_at = at
        waiting.save(update_fields=["plan", "due_on", "before_at", "day_at", "due_at", "level", "remind_at"])
    show_on_part(locked, waiting)
    log("plan_checkins", actor=actor, role=locked.my_role, subject=plan.pk, case=locked.pk)
    return plan


def _faults(
    case: Case, person: User | None, cover: User | None, *, first_on: date, today: date, at: datetime
) -> dict[str, Any]:
    wrong: dict[str, Any] = {}
    if person and person.pk not in who_may(case, at, CARE_ROLES):
        wrong["person"] = NOT_A_CARER
    if cover and (cover == person or cover.pk not in who_may(case, at, RECEIVERS)):
        wrong["cover"] = NOT_A_COVER
    if first_on < today:
        wrong["first_on"] = IN_THE_PAST
    elif first_on > today + FURTHEST:
        wrong["first_on"] = TOO_FAR
    return wrong


@verb("checkin_recorded")
def record_checkin(
    *,
    actor: User,
    part: StepPart,
    version: int,
    seen: bool,
    happened_at: datetime,
    at: datetime,
    values: Mapping[str, Any] | None = None,
    reason: str = "",
    next_on: date | None = None,
) -> Entry:
    """
    Record that the student was seen, or that an attempt did not reach them.

    Only a student who was seen ends the check-in, and the next one follows by the schedule (or on `next_on`). An
    attempt leaves it due. A student who is not safe raises an alert. `reason` is why the student was not reached.
    Raises Invalid, Conflict.
    """
    case, locked = lock_part(part, actor)
    require(
        permissions.can_record_checkin(actor, case, locked), "record_checkin", subject=locked.pk, case=case.pk
    )
    check_open(case)
    check_part_open(case, locked)
    check_version(case, locked, version)
    calendar = calendar_of(case, at)
    if seen and next_on:
        next_on = _next_day(next_on, today=at.astimezone(case.zone).date(), calendar=calendar)
    fields = {field.name for field in case.protocol.definition.fields_of(definition_of(case, locked))}
    own = {contact.SEEN: seen, contact.WHY_NOT: None if seen else reason.strip()}
    given = dict(values or {}) | {name: value for name, value in own.items() if name in fields}
    written = Written(
        Outcome.DONE if seen else Outcome.UNABLE,
        happened_at,
        given,
        reason=reason.strip(),
        review_on=next_on if seen else None,
    )
    entry = write_entry(case, locked, check_entry(case, locked, written, at=at), actor=actor, at=at)
    if seen:
        answer(case, entry, next_on, at=at, calendar=calendar)
    show_on_part(case, waiting_check_in(case), part=locked)
    alert_if_unsafe(case, entry, at=at)
    log("record_checkin", actor=actor, role=case.my_role, subject=locked.pk, case=case.pk)
    return entry


def _next_day(day: date, *, today: date, calendar: Calendar) -> date:
    """The school day for a next contact that somebody chose; not before tomorrow, unless they say today."""
    if day < today:
        raise Invalid({"next_on": IN_THE_PAST})
    if day > today + FURTHEST + FURTHEST:
        raise Invalid({"next_on": TOO_FAR})
    return school_day_for(day, calendar.closed, not_before=min(day, today + DAY), open_in=calendar.open_in)
