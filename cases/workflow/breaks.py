"""Who keeps contact in a break of a week or more."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.breaks import Break, breaks
from cases.deadlines import is_school_day
from cases.models import BreakPlan, Case
from cases.schedule import calendar_of, day_after
from cases.text import Words
from cases.workflow.decisions import faults
from cases.workflow.plans import last_seen_on, move, plan_of, waiting_check_in, who_may
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.telling import check_open
from cases.workflow.verbs import lock_case, log, require, verb
from csec.accounts.models import User
from csec.accounts.roles import RECEIVERS

NO_BREAK = _("The school’s calendar has no such break any more. Choose one of those it has.")
NO_SCHEDULE = _("This case has no check-in schedule.")
WHO_OF_THE_SCHOOL = _("Choose who of the school contacts the student. Add them to the case first.")
NOT_AFTER_THE_BREAK = _("Choose a school day within two weeks after the break.")
#: How long after the last day of a break the first contact may be.
BACK_WITHIN = timedelta(days=14)


@verb("break_planned")
def plan_break(
    *,
    actor: User,
    case: Case,
    break_: Break,
    who: str,
    how: str,
    first_contact_on: date,
    at: datetime,
    person: User | None = None,
    outside: str = "",
) -> BreakPlan:
    """
    Say who contacts the student in a break of a week or more, and how, and when the school does so again.

    Somebody of the school goes on by the schedule; when Child Welfare Services or the provider goes on, `outside`
    names who it is there. Raises Invalid, Conflict.
    """
    locked = lock_case(case.pk, actor, at=at)
    require(permissions.can_plan_break(actor, locked), "plan_break", subject=locked.pk, case=locked.pk)
    check_open(locked)
    plan = plan_of(locked)
    if plan is None:
        raise Conflict(NO_SCHEDULE)
    calendar = calendar_of(locked, at)
    today = at.astimezone(locked.zone).date()
    if break_ not in breaks(calendar.closed, since=today, until=today + timedelta(days=400)):
        raise Invalid({"break_": NO_BREAK})
    of_the_school = who == BreakPlan.Who.SCHOOL
    wrong: dict[str, Words] = faults(
        required=("how",) if of_the_school else ("how", "outside"), how=how, outside=outside
    )
    if who not in BreakPlan.Who.values:
        wrong["who"] = _("Choose who goes on.")
    if of_the_school and (person is None or person.pk not in who_may(locked, at, RECEIVERS)):
        wrong["person"] = WHO_OF_THE_SCHOOL
    back = break_.first_school_day_after
    if not back <= first_contact_on <= back + BACK_WITHIN or not is_school_day(
        first_contact_on, calendar.closed
    ):
        wrong["first_contact_on"] = NOT_AFTER_THE_BREAK
    if wrong:
        raise Invalid(wrong)
    # Also one for this break as it was before the calendar changed.
    BreakPlan.objects.filter(
        case=locked,
        first_day__lte=break_.last_day,
        last_day__gte=break_.first_day,
        replaced_at__isnull=True,
    ).update(replaced_at=at)
    row = BreakPlan(
        case=locked,
        first_day=break_.first_day,
        last_day=break_.last_day,
        who=who,
        person=person if of_the_school else None,
        first_contact_on=first_contact_on,
        set_at=at,
        set_by=actor,
    )
    row.sealed = locked.key.seal({"how": how, "outside": outside}, context=f"break:{row.pk}")
    row.save(force_insert=True)
    _reschedule(locked, row, at=at, today=today)
    log("plan_break", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk)
    return row


def _reschedule(case: Case, row: BreakPlan, *, at: datetime, today: date) -> None:
    """The contact that waits follows the break's plan, unless it is due before the break, or late."""
    plan, waiting = plan_of(case), waiting_check_in(case)
    if plan is None or waiting is None or waiting.due_on < max(row.first_day, today):
        return
    day = day_after(plan, after=last_seen_on(case), today=today, calendar=calendar_of(case, at))
    if day:
        move(case, day, at=at)
