"""Regular contact: its schedule, each contact or attempt, and taking over what is late."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cases import permissions, text
from cases.breaks import DAY, school_day_for
from cases.kinds import contact
from cases.models import Case, CheckIn, CheckInPlan, Decision, Entry, Outcome, StepPart
from cases.rhythm import Rhythm
from cases.schedule import PLACE, Calendar, calendar_of, check_in_on, day_after, put_on
from cases.workflow.entries import Written, write_entry
from cases.workflow.plans import (
    alert_if_unsafe,
    answer,
    check_when,
    contact_part,
    gap_of,
    plan_of,
    show_on_part,
    waiting_check_in,
    who_may,
)
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.steps import IN_THE_PAST, TOO_FAR, check_entry, definition_of, lock_part
from cases.workflow.telling import check_open, check_part_open, check_version, when
from cases.workflow.verbs import lock_case, log, require, verb
from csec.accounts.models import User
from csec.accounts.roles import CARE_ROLES, OVERSEERS, RECEIVERS

NOT_A_CARER = _("Choose somebody who carries this case. Add them to it first.")
NOT_A_COVER = _("Choose somebody who is on this case and not the same person. Add them to it first.")
SEE_FIRST = _(
    "A check-in is late. See the student first, then close: a case is not closed over a missed contact."
)
WHO_CLOSES = _(
    "A check-in is late. For a student who left, the administrator or the liaison closes the case, when the next"
    " school or Child Welfare Services has said that they know."
)
NO_CONTACT = _("This track has no regular contact.")
NO_DATE_LEFT = _("None of these dates is on or after the first contact. Choose later dates.")
DATES_TOO_FAR = _("Choose dates within the coming year.")
#: Twice the schedule's gap is a proposal of this project.
TOO_LONG = _(
    "Choose %(day)s at the latest: at most twice as long after this contact as the schedule leaves between two."
)
LONG_AGO = _(
    "This contact was so long ago that the next one is due by now. Choose today, or leave this empty."
)
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
    version: UUID | None = None,
) -> CheckInPlan:
    """
    Set how often the student is contacted from now on, by whom, and who covers.

    `version` is the schedule that the page showed when this was decided; another one by now raises Conflict.
    Without a person or a cover it runs all the same, and those who answer for the case are told until there is one.
    A new schedule never puts off a contact that is already planned. Raises Invalid, Conflict.
    """
    locked = lock_case(case.pk, actor, at=at)
    require(permissions.can_plan_checkins(actor, locked), "plan_checkins", subject=locked.pk, case=locked.pk)
    check_open(locked)
    _check_schedule(locked, version)
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
        waiting.save(update_fields=["plan", *PLACE])
    show_on_part(locked, waiting)
    log("plan_checkins", actor=actor, role=locked.my_role, subject=plan.pk, case=locked.pk)
    return plan


def _check_schedule(case: Case, version: UUID | None) -> None:
    """Raise Conflict when somebody set another schedule after the page was opened."""
    plan = plan_of(case)
    if version is None or plan is None or plan.pk == version:
        return
    raise Conflict(
        _(
            "%(who)s set another schedule on %(when)s: %(rhythm)s. Your text is kept below: read it, then decide."
        )
        % {"who": plan.set_by.name, "when": when(plan.set_at, case.zone), "rhythm": plan.how_often.words()}
    )


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

    Only a student who was seen ends the check-in, and the next one follows by the schedule, counted from when it
    happened, or on `next_on` (see `furthest_next`). An attempt leaves it due. A student who is not safe raises an
    alert. `reason` is why the student was not reached. Raises Invalid, Conflict.
    """
    case, locked = lock_part(part, actor, at=at)
    require(
        permissions.can_record_checkin(actor, case, locked), "record_checkin", subject=locked.pk, case=case.pk
    )
    check_open(case)
    check_part_open(case, locked)
    check_version(case, locked, version)
    check_when(case, happened_at)
    calendar, chosen_on = calendar_of(case, at), next_on if seen else None
    if seen and next_on:
        next_on = _next_day(case, next_on, happened_at=happened_at, at=at, calendar=calendar)
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
        answer(case, entry, next_on, at=at, calendar=calendar, chosen_on=chosen_on)
    show_on_part(case, waiting_check_in(case), part=locked)
    alert_if_unsafe(case, entry, at=at)
    log("record_checkin", actor=actor, role=case.my_role, subject=locked.pk, case=case.pk)
    return entry


def _next_day(case: Case, day: date, *, happened_at: datetime, at: datetime, calendar: Calendar) -> date:
    """The school day for a next contact that somebody chose; not before tomorrow, unless they say today."""
    today = at.astimezone(case.zone).date()
    if day < today:
        raise Invalid({"next_on": IN_THE_PAST})
    furthest = furthest_next(case, plan_of(case), seen_at=happened_at, at=at, calendar=calendar)
    if day > furthest:
        words = TOO_LONG % {"day": date_format(furthest, "DAY")}
        raise Invalid({"next_on": LONG_AGO if furthest == today else words})
    return school_day_for(day, calendar.closed, not_before=min(day, today + DAY), open_in=calendar.open_in)


def furthest_next(
    case: Case, plan: CheckInPlan | None, *, seen_at: datetime, at: datetime, calendar: Calendar
) -> date:
    """
    The last day on which somebody may put the contact after the one of `seen_at`.

    Twice as long after it as the schedule leaves between two, or the schedule's own day where that is later (a
    break, certain dates); and today, when it is typed in so late that all this is past.
    """
    seen_on, today = seen_at.astimezone(case.zone).date(), at.astimezone(case.zone).date()
    furthest = seen_on + timedelta(days=2 * gap_of(case, plan))
    by_schedule = day_after(plan, after=seen_on, today=today, calendar=calendar) if plan else None
    return max(furthest, by_schedule or furthest, today)


def late_check_in(case: Case, at: datetime) -> CheckIn | None:
    """The contact that waits, if it is late."""
    waiting = waiting_check_in(case)
    return waiting if waiting and waiting.due_at < at else None


def check_no_contact_missed(case: Case, outcome: str, acknowledged: str, *, at: datetime) -> None:
    """
    Raise unless the case may be closed although a check-in is late.

    Only where the student left, who cannot be seen any more: then one of those who answer for the case closes it, and
    says who at the next school or at Child Welfare Services acknowledged the student. Raises Invalid, Conflict.
    """
    if late_check_in(case, at) is None:
        return
    if outcome != Decision.Closing.LEFT:
        raise Conflict(SEE_FIRST)
    if case.my_role not in OVERSEERS:
        raise Conflict(WHO_CLOSES)
    if not acknowledged.strip():
        raise Invalid({"acknowledged": text.REQUIRED})
