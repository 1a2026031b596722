"""One's own duty to report: what to do now, recording it, and what was recorded. Nobody else opens it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import permissions, workflow
from cases.evidence import from_json
from cases.forms import duties as forms
from cases.kinds.report import CALLED
from cases.models import ReportDuty
from cases.reading.duties import read_duty, reports_of
from cases.reading.numbers import child_welfare
from cases.views.pages import (
    CASE_VIEWED,
    allow,
    attempt,
    form_for,
    get_case,
    verb_page,
    warn_of_agency,
)
from cases.workflow.own_duty import fields_of, kept_fields
from cases.workflow.own_reports import may_opt_out
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CASE_ROLES, EVERYONE
from csec.errors import Absent
from csec.routes import route

DUTY_OPENED = "report_duty_opened"


def get_duty(request: StaffRequest, duty_id: UUID) -> ReportDuty:
    """One's own duty, its times in its school's zone. Raises Absent."""
    rows = ReportDuty.objects.filter(pk=duty_id, person=request.user)
    duty = rows.select_related("school", "key").first()
    if duty is None:
        raise Absent("duty", duty_id)
    request.log_subject = duty.pk  # type: ignore[attr-defined]
    timezone.activate(duty.zone)
    return duty


def address_of(duty: ReportDuty) -> str:
    return reverse("cases:report_duty", args=[duty.pk])


@route(EVERYONE, event=DUTY_OPENED)
def report_duty(request: StaffRequest, duty_id: UUID) -> HttpResponse:
    duty = get_duty(request, duty_id)
    labels = forms.labels_of(duty, kept_fields(duty, request.at))
    reading = read_duty(duty, request.user, request.at, labels=labels)
    context = {"duty": duty, "reading": reading, "numbers": child_welfare(request.at.date())}
    return render(request, "cases/report_duty.html", context)


@route(EVERYONE, methods=["GET", "POST"], event=DUTY_OPENED)
def record_report(request: StaffRequest, duty_id: UUID) -> HttpResponse:
    duty = get_duty(request, duty_id)
    allow(permissions.can_record_report(request.user, duty), "record_report")
    asked = fields_of(duty, request.user, request.at)
    kept = duty.facts()
    form = form_for(
        request,
        forms.RecordReportForm,
        f"record_report:{duty.pk}",
        asked=asked,
        # The call that was recorded is gone on with, and not typed again.
        offered={field.name: from_json(field, kept[field.name]) for field in asked if field.name in kept},
        may_opt_out=may_opt_out(duty, request.user),
    )
    if attempt(request, form, workflow.record_report, duty=duty):
        called = form.cleaned_data["outcome"] == CALLED
        messages.success(
            request,
            _("The call is recorded. The written report is still due.")
            if called
            else _("Recorded. Your own duty for this has ended."),
        )
        warn_of_agency(request, form.values().get("agency"))
        return redirect(address_of(duty))
    labels = forms.labels_of(duty, kept_fields(duty, request.at))
    reading = read_duty(duty, request.user, request.at, labels=labels)
    context = {
        "duty": duty,
        "reading": reading,
        "numbers": child_welfare(request.at.date()),
        "cancel_url": address_of(duty),
    }
    return verb_page(request, "record_report", form, **context)


@route(EVERYONE, methods=["GET", "POST"], event=DUTY_OPENED)
def confirm_joint_report(request: StaffRequest, duty_id: UUID) -> HttpResponse:
    duty = get_duty(request, duty_id)
    allow(permissions.can_confirm_joint_report(request.user, duty), "confirm_joint_report")
    form = form_for(request, forms.ConfirmJointReportForm, f"confirm_joint_report:{duty.pk}")
    if attempt(request, form, workflow.confirm_joint_report, duty=duty):
        messages.success(request, _("Recorded. Your own duty for this has ended."))
        warn_of_agency(request, form.cleaned_data["agency"])
        return redirect(address_of(duty))
    return verb_page(request, "confirm_joint_report", form, duty=duty, cancel_url=address_of(duty))


@route(EVERYONE, methods=["GET", "POST"], event=DUTY_OPENED)
def correct_learned_at(request: StaffRequest, duty_id: UUID) -> HttpResponse:
    duty = get_duty(request, duty_id)
    allow(permissions.can_correct_learned_at(request.user, duty), "correct_learned_at")
    last = duty.corrections.order_by("at", "id").last()
    form = form_for(
        request,
        forms.CorrectLearnedAtForm,
        f"correct_learned_at:{duty.pk}",
        learned_at=last.learned_at if last else duty.learned_at,
    )
    if attempt(request, form, workflow.correct_learned_at, duty=duty):
        messages.success(request, _("Corrected. The earlier time stays beside it."))
        return redirect(address_of(duty))
    return verb_page(request, "correct_learned_at", form, duty=duty, cancel_url=address_of(duty))


@route(CASE_ROLES, event=CASE_VIEWED)
def case_reports(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """That reports were made about what is in the case, to which agency and when; and whether a duty is open."""
    case = get_case(request, case_id)
    return render(request, "cases/case_reports.html", {"case": case, "reports": reports_of(case)})
