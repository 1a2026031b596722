"""The schedule behind the verbs: begun with a track, carried through, ended with the case, shown on its part."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases import kinds
from cases.breaks import school_day_for
from cases.kinds import contact
from cases.models import (
    Alert,
    BreakPlan,
    Case,
    CasePerson,
    CheckIn,
    CheckInPlan,
    Entry,
    Outcome,
    StepPart,
)
from cases.rhythm import Rhythm
from cases.schedule import PLACE, Calendar, calendar_of, check_in_on, day_after, put_on
from cases.workflow.refusals import Invalid
from cases.workflow.telling import when
from csec.accounts.models import User
from csec.accounts.roles import CARE_ROLES, RECEIVERS, Role
from protocols.schema import Part

BEFORE_THE_CASE = _("The case was opened on %(at)s. Enter a contact of since then.")


def plan_of(case: Case) -> CheckInPlan | None:
    """The schedule in force."""
    rows = CheckInPlan.objects.filter(case=case, ended_at__isnull=True)
    return rows.select_related("person", "cover", "set_by").first()


def waiting_check_in(case: Case) -> CheckIn | None:
    """The contact that is due next."""
    return CheckIn.objects.filter(case=case, state=CheckIn.State.WAITING).first()


def contact_part(case: Case) -> StepPart | None:
    """The part of the open track that is the regular contact, locked; None on a track without one."""
    parts = StepPart.objects.select_for_update().filter(
        case=case, kind=contact.KIND, run__ended_at__isnull=True
    )
    return parts.filter(repeats=True).first()


def show_on_part(case: Case, waiting: CheckIn | None, *, part: StepPart | None = None) -> None:
    """The part of the open track shows when its next contact is due; the check-in is the truth of it."""
    part = part or contact_part(case)
    if part is None:
        return
    part.due_at, part.next_on = (waiting.due_at, waiting.due_on) if waiting else (None, None)
    part.save(update_fields=["due_at", "next_on"])


def begin_plan(case: Case, part: Part, row: StepPart, *, actor: User, at: datetime) -> None:
    """
    Begin the regular contact of a track by the definition's interval, so that no case is ever without.

    The first contact is due when the part is. The actor makes it, where they carry the case.
    """
    if part.repeat is None or plan_of(case):
        return
    today = at.astimezone(case.zone).date()
    first = row.due_at.astimezone(case.zone).date() if row.due_at else today
    plan = CheckInPlan(
        case=case,
        rhythm=Rhythm.every_days(part.repeat.every_days).to_json(),
        start=first,
        person=actor if case.my_role in CARE_ROLES else None,
        set_at=at,
        set_by=actor,
    )
    plan.save(force_insert=True)
    calendar = calendar_of(case, at)
    day = first if row.due_at else day_after(plan, after=None, today=today, calendar=calendar)
    waiting = check_in_on(case, plan, day or first, at=at, calendar=calendar)
    waiting.save(force_insert=True)
    row.due_at, row.next_on = waiting.due_at, waiting.due_on


def end_plan(case: Case, *, at: datetime) -> None:
    """End the schedule and the contact that waits, with the case."""
    CheckIn.objects.filter(case=case, state=CheckIn.State.WAITING).update(
        state=CheckIn.State.ENDED, ended_at=at
    )
    CheckInPlan.objects.filter(case=case, ended_at__isnull=True).update(ended_at=at)
    StepPart.objects.filter(case=case, kind=contact.KIND).update(next_on=None)


def resume_plan(case: Case, *, actor: User, at: datetime) -> None:
    """
    Go on by the schedule that ended last; the student is asked for the same day, or the next school day.

    A case that never had one (closed before there were schedules) has the definition's interval, and whoever opens it
    again, where they carry it.
    """
    last = CheckInPlan.objects.filter(case=case).order_by("set_at", "id").last()
    part = contact_part(case)
    if part is None or plan_of(case):
        return
    today = at.astimezone(case.zone).date()
    # Whoever was taken off while it was closed has no duty in it.
    carers, others = who_may(case, at, CARE_ROLES), who_may(case, at, RECEIVERS)
    person, cover = (last.person_id, last.cover_id) if last else (actor.pk, None)
    plan = CheckInPlan(
        case=case,
        rhythm=last.rhythm if last else Rhythm.every_days(interval_of(case)).to_json(),
        start=today,
        person_id=person if person in carers else None,
        cover_id=cover if cover in others else None,
        set_at=at,
        set_by=actor,
    )
    plan.save(force_insert=True)
    calendar = calendar_of(case, at)
    day = today
    while day in calendar.closed or day.weekday() > 4:
        day += timedelta(days=1)
    waiting = check_in_on(case, plan, day, at=at, calendar=calendar, moved_from=today)
    waiting.save(force_insert=True)
    show_on_part(case, waiting, part=part)


def who_may(case: Case, at: datetime, roles: frozenset[Role]) -> set[UUID]:
    """Who is on the case in one of `roles`, which they still have there."""
    here = CasePerson.objects.on(at).filter(case=case)
    return {row.person_id for row in here if row.works_here and row.role in roles}


def leave_plan(case: Case, person: UUID, *, at: datetime) -> None:
    """
    Somebody is off the case: the cover takes their place in its schedule, or it is without them.

    What they had taken over is asked of the others again, at once; and a break that is still to come or goes on, in
    which they would have kept contact, asks for its plan.
    """
    Alert.objects.filter(case=case, ended_at__isnull=True, taken_by=person).update(
        taken_by=None, taken_at=None
    )
    waiting = CheckIn.objects.filter(case=case, state=CheckIn.State.WAITING)
    waiting.filter(taken_by=person).update(taken_by=None, taken_at=None, remind_at=at)
    BreakPlan.objects.filter(
        case=case, person=person, replaced_at__isnull=True, last_day__gte=at.astimezone(case.zone).date()
    ).update(replaced_at=at)
    plan = plan_of(case)
    if plan is None or person not in (plan.person_id, plan.cover_id):
        return
    if plan.person_id == person:
        plan.person_id = plan.cover_id
    plan.cover = None
    plan.save(update_fields=["person", "cover"])
    # Whoever takes their place is told what was said to them.
    waiting.filter(before_at__lte=at, due_at__gt=at).update(remind_at=at)


def answer(
    case: Case,
    entry: Entry,
    next_on: date | None,
    *,
    at: datetime,
    calendar: Calendar | None = None,
    chosen_on: date | None = None,
) -> None:
    """
    A student who was seen ends the check-in that waited, and the next one waits: on `next_on`, else by the schedule.

    `next_on` is where the calendar puts the day `chosen_on`. Not by what happened before a contact that is recorded
    already: that one asked for the next from then on.
    """
    later = CheckIn.objects.filter(
        case=case, state=CheckIn.State.SEEN, entry__happened_at__gt=entry.happened_at
    )
    if later.exists():
        return
    CheckIn.objects.filter(case=case, state=CheckIn.State.WAITING).update(
        state=CheckIn.State.SEEN, ended_at=at, entry=entry
    )
    plan = plan_of(case)
    if plan is None:
        return
    calendar = calendar or calendar_of(case, at)
    day = next_on or day_after(
        plan,
        after=entry.happened_at.astimezone(case.zone).date(),
        today=at.astimezone(case.zone).date(),
        calendar=calendar,
    )
    if day is None:
        # Its dates are used up: somebody sets a new schedule, or closes after a last look. Until then it goes on.
        today = at.astimezone(case.zone).date()
        chosen_on = today + timedelta(days=interval_of(case))
        day = school_day_for(chosen_on, calendar.closed, not_before=today)
    check_in_on(case, plan, day, at=at, calendar=calendar, moved_from=chosen_on).save(force_insert=True)


def check_when(case: Case, happened_at: datetime) -> None:
    """Raise Invalid for a contact of before the case: nobody was seen for it before it was there."""
    # Forms know no seconds.
    if happened_at < case.opened_at.replace(second=0, microsecond=0):
        raise Invalid({"happened_at": BEFORE_THE_CASE % {"at": when(case.opened_at, case.zone)}})


def gap_of(case: Case, plan: CheckInPlan | None) -> int:
    """The most days that lie between two contacts of the schedule; for certain dates what the definition proposes."""
    rhythm = plan.how_often if plan else None
    if rhythm is None or rhythm.kind == "on_dates":
        return interval_of(case)
    if rhythm.kind == "every_days":
        return rhythm.days
    days = [*rhythm.weekdays, rhythm.weekdays[0] + 7]
    return max(later - day for day, later in pairwise(days))


def interval_of(case: Case) -> int:
    """The days between two contacts that the protocol's definition proposes."""
    parts = (part for _step, part in case.protocol.definition.track(case.track).parts())
    return next((part.repeat.every_days for part in parts if part.kind in kinds.SCHEDULED and part.repeat), 7)


def alert_if_unsafe(case: Case, entry: Entry, *, at: datetime) -> None:
    """Raise an alert on an entry just written by which the student is not safe."""
    if entry.evidence.facts(case.key).get(contact.SAFE) == contact.NOT_SAFE:
        Alert(case=case, kind=Alert.Kind.UNSAFE, subject=entry.pk, at=at).save(force_insert=True)


def take_back(case: Case, part: StepPart, earlier: Entry, corrected: Entry, *, at: datetime) -> None:
    """
    A contact was corrected: where the student was not seen after all, the check-in it had ended waits again.

    The one that followed it has no reason any more. Where the student was seen after all, it ends. That they are
    not safe raises an alert, unless the earlier entry did.
    """
    if part.kind not in kinds.SCHEDULED:
        return
    if corrected.outcome == Outcome.DONE:
        check_when(case, corrected.happened_at)
    was, now = (entry.outcome == Outcome.DONE for entry in (earlier, corrected))
    made = CheckIn.objects.select_for_update().filter(case=case, entry=earlier).first()
    if was and now and made:
        made.entry = corrected
        made.save(update_fields=["entry"])
        if corrected.happened_at < earlier.happened_at:
            _count_again(case, at=at)
    elif was and made:
        CheckIn.objects.filter(case=case, state=CheckIn.State.WAITING).update(
            state=CheckIn.State.ENDED, ended_at=at
        )
        # Asked of whoever makes the contacts today.
        made.plan = plan_of(case) or made.plan
        made.state, made.ended_at, made.entry = CheckIn.State.WAITING, None, None
        made.save(update_fields=["plan", "state", "ended_at", "entry"])
    elif now and not was:
        answer(case, corrected, None, at=at)
    show_on_part(case, waiting_check_in(case), part=part)
    if not Alert.objects.filter(case=case, subject=earlier.pk).exists():
        alert_if_unsafe(case, corrected, at=at)


def last_seen_on(case: Case) -> date | None:
    """The day on which the student was seen last, by the contacts that ended a check-in."""
    seen = CheckIn.objects.filter(case=case, state=CheckIn.State.SEEN).select_related("entry")
    last = seen.order_by("entry__happened_at").last()
    return last.entry.happened_at.astimezone(case.zone).date() if last and last.entry else None


def _count_again(case: Case, *, at: datetime) -> None:
    """The student was seen earlier than had been entered: the next contact is due earlier too, never later."""
    plan, waiting = plan_of(case), waiting_check_in(case)
    if plan is None or waiting is None:
        return
    today = at.astimezone(case.zone).date()
    day = day_after(plan, after=last_seen_on(case), today=today, calendar=calendar_of(case, at))
    if day and day < waiting.due_on:
        move(case, day, at=at)


def move(case: Case, day: date, *, at: datetime) -> None:
    """Put the contact that waits on another day, which is the schedule's."""
    waiting = CheckIn.objects.select_for_update().filter(case=case, state=CheckIn.State.WAITING).first()
    if waiting is None or waiting.due_on == day:
        return
    waiting.case = case
    put_on(waiting, day, at=at, calendar=calendar_of(case, at))
    waiting.save(update_fields=PLACE)
    show_on_part(case, waiting)
