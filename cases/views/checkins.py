"""Regular contact: a check-in, the schedule, the breaks; a missing student; taking over; who is away."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import permissions, workflow
from cases.breaks import Break, breaks
from cases.forms import checkins as forms
from cases.forms.steps import offered_values
from cases.kinds import contact
from cases.models import Alert, BreakPlan, Case, CasePerson, Entry
from cases.reading.numbers import numbers_with
from cases.reading.parts import typed_before
from cases.reading.transfers import came_by
from cases.schedule import calendar_of, day_after
from cases.views.beside import recorded
from cases.views.in_place import stay_in_place
from cases.views.pages import CASE_VIEWED, allow, attempt, form_for, get_case, get_part, verb_page
from cases.views.steps import step_context
from cases.workflow.away import covers_of
from cases.workflow.checkins import furthest_next
from cases.workflow.plans import plan_of, waiting_check_in
from cases.workflow.steps import asked_fields
from csec.accounts.models import Away
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CARE_ROLES, CASE_ROLES, EVERYONE, RECEIVERS
from csec.directory.models import District
from csec.errors import Absent
from csec.routes import route

STUDENTS_SEARCHED = "students_searched"


@route(
    CASE_ROLES,
    methods=["GET", "POST"],
    event=CASE_VIEWED,
    may=permissions.ACTORS | permissions.WHO_MAY["take_over"],
)
def record_checkin(request: StaffRequest, case_id: UUID, part_id: UUID) -> HttpResponse:
    case, part = get_part(request, case_id, part_id)
    allow(permissions.can_record_checkin(request.user, case, part), "record_checkin", case=case)
    asked = asked_fields(case, part)
    typed = typed_before(case, part)
    today = request.at.astimezone(case.zone).date()
    plan, calendar = plan_of(case), calendar_of(case, request.at)
    proposed = day_after(plan, after=today, today=today, calendar=calendar) if plan else None
    form = form_for(
        request,
        forms.RecordCheckinForm,
        f"record_checkin:{part.pk}",
        asked=asked,
        offered=offered_values(asked, typed) if request.method == "GET" else None,
        version=part.version,
        at=request.at,
        proposed=proposed,
        furthest=furthest_next(case, plan, seen_at=request.at, at=request.at, calendar=calendar),
    )
    entry = attempt(request, form, workflow.record_checkin, part=part)
    if entry:
        attempted = _("The attempt is recorded. The check-in stays due until the student is seen.")
        words = _("Recorded.") if form.cleaned_data["seen"] else attempted
        if form.values().get(contact.SAFE) == contact.NOT_SAFE:
            messages.success(request, words)
            return redirect("cases:what_now", case.pk)
        return recorded(request, case, part, words)
    if stayed := stay_in_place(request, part, form):
        return stayed
    if form.conflict:
        form.renew("version", part.version)
    way = typed.get(contact.SAFE_WAY, "")
    # Whoever covers does not read the counselor's section, where the student may have said it.
    unread = Entry.objects.filter(
        case=case, compartment=part.compartment, evidence__isnull=True, handed_over=False
    )
    way_unread = not way and unread.exists()
    came = None if way or way_unread else came_by(case)
    context = {"safe_way": way, "way_unread": way_unread, "came": came, **step_context(case, part)}
    return verb_page(request, "record_checkin", form, **context)


@route(CASE_ROLES, event=CASE_VIEWED, may=permissions.WHO_MAY["take_over"])
def what_now(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """What to do at once when the student is not safe, or is missing."""
    case = get_case(request, case_id)
    allow(permissions.can_take_over(request.user, case), "take_over", case=case)
    open_alerts = Alert.objects.filter(case=case, ended_at__isnull=True)
    missing = open_alerts.filter(kind=Alert.Kind.ABSENCE).exists()
    context = {
        "case": case,
        "district": District.objects.first(),
        "missing": missing,
        "can_record_release": permissions.can_record_release(request.user, case),
        "numbers": numbers_with(getattr(case, "child_welfare", ()), request.at.date()),
    }
    return render(request, "cases/what_now.html", context)


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["plan_checkins"])
def plan_checkins(request: StaffRequest, case_id: UUID) -> HttpResponse:
    case = get_case(request, case_id)
    allow(permissions.can_plan_checkins(request.user, case), "plan_checkins", case=case)
    plan, waiting = plan_of(case), waiting_check_in(case)
    people = _people_of(request, case)
    form = form_for(
        request,
        forms.PlanCheckinsForm,
        f"plan_checkins:{case.pk}",
        plan=plan,
        people=[row for row in people if row.role in RECEIVERS],
        carers=[row for row in people if row.role in CARE_ROLES],
        first_on=max(waiting.due_on, _today(request, case)) if waiting else _today(request, case),
    )
    if attempt(request, form, workflow.plan_checkins, case=case):
        messages.success(request, _who_is_missing(form.cleaned_data))
        return redirect(case)
    if form.conflict and plan:
        form.renew("version", plan.pk)
    context = {"case": case, "plan": plan, "cancel_url": case.get_absolute_url()}
    return verb_page(request, "plan_checkins", form, **context)


def _who_is_missing(given: Mapping[str, Any]) -> str:
    """That the schedule is set, and of whom it has none yet."""
    if not given["person"]:
        return _(
            "The schedule is set, and nobody is named who contacts the student: those who answer for the case are told"
            " until somebody is."
        )
    if not given["cover"]:
        return _(
            "The schedule is set. Nobody covers: those who answer for the case are told until somebody does."
        )
    return _("The schedule is set.")


@route(CASE_ROLES, event=CASE_VIEWED, may=permissions.WHO_MAY["plan_break"])
def breaks_of_case(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """The breaks of the coming year, and who keeps contact in each."""
    case = get_case(request, case_id)
    allow(permissions.can_plan_break(request.user, case), "plan_break", case=case)
    plans = _planned(case)
    rows = [(one, *_plan_for(one, plans)) for one in _breaks(request, case)]
    context = {"case": case, "rows": rows, "today": _today(request, case)}
    return render(request, "cases/breaks.html", context)


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["plan_break"])
def plan_break(request: StaffRequest, case_id: UUID, first_day: str) -> HttpResponse:
    case = get_case(request, case_id)
    allow(permissions.can_plan_break(request.user, case), "plan_break", case=case)
    break_ = next((one for one in _breaks(request, case) if one.first_day.isoformat() == first_day), None)
    if break_ is None:
        raise Absent("break")
    form = form_for(
        request,
        forms.PlanBreakForm,
        f"plan_break:{case.pk}:{first_day}",
        people=[row for row in _people_of(request, case) if row.role in RECEIVERS],
        break_=break_,
        planned=_plan_for(break_, _planned(case))[:2],
    )
    back = reverse("cases:breaks_of_case", args=[case.pk])
    if attempt(request, form, workflow.plan_break, case=case, break_=break_):
        messages.success(request, _("The plan for the break is set."))
        return redirect(back)
    return verb_page(request, "plan_break", form, case=case, break_=break_, cancel_url=back)


@route(CASE_ROLES, methods=["POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["take_over"])
def take_over(request: StaffRequest, case_id: UUID, subject: UUID) -> HttpResponse:
    case = get_case(request, case_id)
    allow(permissions.can_take_over(request.user, case), "take_over", case=case)
    try:
        workflow.take_over(actor=request.user, case=case, subject=subject, at=request.at)
    except workflow.Conflict as conflict:
        messages.warning(request, str(conflict.words))
    else:
        messages.success(request, _("You see to it now. It stays open until it is done."))
    return redirect(case)


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["end_alert"])
def end_alert(request: StaffRequest, case_id: UUID, alert_id: UUID) -> HttpResponse:
    case = get_case(request, case_id)
    allow(permissions.can_end_alert(request.user, case), "end_alert", case=case)
    alert = Alert.objects.filter(pk=alert_id, case=case).first()
    if alert is None:
        raise Absent("alert", alert_id)
    form = form_for(request, forms.EndAlertForm, f"end_alert:{alert.pk}")
    if attempt(request, form, workflow.end_alert, case=case, alert=alert):
        messages.success(request, _("Recorded. It no longer stands on the first screens."))
        return redirect(case)
    return verb_page(request, "end_alert", form, case=case, alert=alert, cancel_url=case.get_absolute_url())


@route(EVERYONE, methods=["GET", "POST"], event="absence_form_opened")
def report_absence(request: StaffRequest) -> HttpResponse:
    if request.user.schools:
        timezone.activate(request.user.schools[0].zone)
    form = form_for(
        request, forms.ReportAbsenceForm, "report_absence", schools=request.user.schools, at=request.at
    )
    form.prepare()
    if "find" in request.POST:
        request.log_event = STUDENTS_SEARCHED  # type: ignore[attr-defined]
        form.errors.clear()
        return render(request, "cases/report_absence.html", {"form": form, "searched": True})
    if attempt(request, form, workflow.report_absence):
        messages.success(
            request,
            _(
                "Recorded. Whom it concerns in Lantern, if anybody, is told at once; this page never says whether there"
                " is anybody. It calls nobody: do now what your school does when a student is missing."
            ),
        )
        return redirect("home")
    return verb_page(request, "report_absence", form, cancel_url=reverse("home"))


@route(EVERYONE, methods=["GET", "POST"], event="away_listed", in_drills=False)
def enter_away(request: StaffRequest) -> HttpResponse:
    """One's own days away, and those of the school's staff for its administrators."""
    people = permissions.may_enter_away_for(request.user)
    covers = covers_of(people, timezone.localdate(request.at), timezone.localdate(request.at))
    form = form_for(request, forms.EnterAwayForm, "enter_away", people=people, covers=covers)
    if attempt(request, form, workflow.enter_away):
        messages.success(
            request,
            _(
                "Recorded. What is due on those days goes to whoever covers. Where nobody goes on with a case on a day"
                " of school, those who answer for it are told now."
            ),
        )
        return redirect("cases:enter_away")
    rows = Away.objects.filter(
        person__in=people, withdrawn_at__isnull=True, last_day__gte=timezone.localdate(request.at)
    ).select_related("person")
    return verb_page(request, "enter_away", form, rows=rows, cancel_url=reverse("home"))


@route(EVERYONE, methods=["POST"], event="away_listed", in_drills=False)
def withdraw_away(request: StaffRequest, away_id: UUID) -> HttpResponse:
    row = Away.objects.filter(pk=away_id, person__in=permissions.may_enter_away_for(request.user)).first()
    if row is None:
        raise Absent("away", away_id)
    try:
        workflow.withdraw_away(actor=request.user, away=row, at=request.at)
    except workflow.Conflict as conflict:
        messages.warning(request, str(conflict.words))
    else:
        messages.success(
            request,
            _("Taken back. What is due on those days is yours again.")
            if row.person_id == request.user.pk
            else _("Taken back. What is due on those days is asked of them again."),
        )
    return redirect("cases:enter_away")


def _today(request: StaffRequest, case: Case) -> date:
    return request.at.astimezone(case.zone).date()


def _people_of(request: StaffRequest, case: Case) -> list[CasePerson]:
    """Who is on the case now, in a role they still have there."""
    rows = CasePerson.objects.on(request.at).filter(case=case).select_related("person")
    return [row for row in rows if row.works_here]


def _planned(case: Case) -> list[tuple[BreakPlan, dict[str, str]]]:
    """The plans in force, each with its words."""
    rows = BreakPlan.objects.filter(case=case, replaced_at__isnull=True).select_related("person")
    return [(row, row.words(case.key)) for row in rows]


def _plan_for(
    break_: Break, plans: list[tuple[BreakPlan, dict[str, str]]]
) -> tuple[BreakPlan | None, dict[str, str], bool]:
    """The plan for a break with its words, and whether it holds: the calendar may have changed since it was made."""
    for plan, words in plans:
        agreed = Break(plan.first_day, plan.last_day)
        if any(day in agreed for day in (break_.first_day, break_.last_day)) or break_.covers(agreed):
            return plan, words, agreed.covers(break_)
    return None, {}, False


def _breaks(request: StaffRequest, case: Case) -> list[Break]:
    today = _today(request, case)
    calendar = calendar_of(case, request.at)
    return breaks(calendar.closed, since=today, until=date(today.year + 1, today.month, 1))
