"""Records requests: logged at the office, matched and looked into by counsel, answered by counsel alone."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import permissions, workflow
from cases.forms import requests as forms
from cases.models import RecordsAnswer, RecordsRequest
from cases.reading.preview import preview
from cases.reading.requests import about_student, listed, standing
from cases.views.intake import STUDENTS_SEARCHED
from cases.views.pages import allow, attempt, form_for, get_case, verb_page
from cases.workflow.requested import opened_cases, requested_cases
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CASE_ROLES, DISTRICT_ROLES, EVERYONE, Role
from csec.errors import Absent
from csec.routes import route

REQUEST_VIEWED = "records_request_viewed"


@route(EVERYONE, event="records_requests_listed")
def records_requests(request: StaffRequest) -> HttpResponse:
    """Those that one logged; for counsel and the liaison the queue."""
    page = listed(request.user, request.at, page=request.GET.get("page"))
    return render(request, "cases/records_requests.html", {"page": page})


@route(EVERYONE, methods=["GET", "POST"], event="records_request_form_opened", in_drills=False)
def log_records_request(request: StaffRequest) -> HttpResponse:
    """It says the same whether there is a case or not, and looks for none."""
    schools = request.user.schools
    if schools:
        timezone.activate(schools[0].zone)
    form = form_for(
        request,
        forms.LogRecordsRequestForm,
        "log_records_request",
        schools=schools,
        today=timezone.localtime(request.at).date(),
    )
    form.prepare()
    if "find" in request.POST:
        request.log_event = STUDENTS_SEARCHED  # type: ignore[attr-defined]
        form.errors.clear()
        return render(request, "cases/log_records_request.html", {"form": form, "searched": True})
    if attempt(request, form, workflow.log_records_request):
        messages.success(
            request, _("Logged: legal counsel answers. Say only that you pass it on and somebody calls back.")
        )
        return redirect("cases:records_requests")
    return verb_page(request, "log_records_request", form, cancel_url=reverse("cases:records_requests"))


@route(DISTRICT_ROLES, event=REQUEST_VIEWED)
def records_request(request: StaffRequest, records_id: UUID) -> HttpResponse:
    """Who asked for what, by when; for counsel also which restricted records there are of that student."""
    row = _get(request, records_id)
    counsel = permissions.can_open_requested_case(request.user)
    opened = opened_cases(row, request.user) if counsel else []
    there = requested_cases(row) if counsel else []
    context = {
        "row": row,
        "words": row.words(),
        "late": row.is_late(timezone.localtime(request.at).date()),
        "counsel": counsel,
        "own_word": counsel and row.is_open and row.rests_on(request.user),
        "named_by_counsel": not counsel and row.is_open and _named_by_counsel(row),
        "opened": opened,
        "closed_to_me": [one for one in there if one not in opened],
        "answer": _answer(row) if counsel else None,
    }
    return render(request, "cases/records_request.html", context)


@route(DISTRICT_ROLES, methods=["GET", "POST"], event=REQUEST_VIEWED)
def match_records_request(request: StaffRequest, records_id: UUID) -> HttpResponse:
    row = _get(request, records_id)
    form = form_for(
        request,
        forms.MatchRecordsRequestForm,
        f"match_records_request:{row.pk}",
        row=row,
        schools=request.user.schools,
    )
    form.prepare()
    context = {"row": row, "words": row.words(), "cancel_url": row.get_absolute_url()}
    if "find" in request.POST:
        request.log_event = STUDENTS_SEARCHED  # type: ignore[attr-defined]
        form.errors.clear()
        return render(
            request, "cases/match_records_request.html", {"form": form, "searched": True, **context}
        )
    if attempt(request, form, workflow.match_records_request, request=row):
        messages.success(request, _("The student is named."))
        return redirect(row)
    if form.conflict:
        form.renew("before", form.initial["before"])
    return verb_page(request, "match_records_request", form, **context)


@route(permissions.WHO_MAY["open_requested_case"], methods=["GET", "POST"], event=REQUEST_VIEWED)
def open_requested_case(request: StaffRequest, records_id: UUID) -> HttpResponse:
    row = _get(request, records_id)
    opened = opened_cases(row, request.user)
    rest = [one for one in requested_cases(row) if one not in opened]
    form = form_for(request, forms.OpenRequestedCaseForm, f"open_requested_case:{row.pk}", cases=rest)
    done = attempt(request, form, workflow.open_requested_case, request=row)
    if done:
        messages.warning(
            request, _("The case is open to you until the request is answered. Those who carry it see that.")
        )
        return redirect("cases:preview_records", done.case_id)
    return verb_page(
        request,
        "open_requested_case",
        form,
        row=row,
        words=row.words(),
        rest=rest,
        cancel_url=row.get_absolute_url(),
    )


@route(permissions.WHO_MAY["answer_records_request"], methods=["GET", "POST"], event=REQUEST_VIEWED)
def answer_records_request(request: StaffRequest, records_id: UUID) -> HttpResponse:
    row = _get(request, records_id)
    opened = opened_cases(row, request.user)
    there = requested_cases(row)
    stands = [one for one in standing(request.user, opened) if one.frozen or one.unread]
    form = form_for(
        request,
        forms.AnswerRecordsRequestForm,
        f"answer_records_request:{row.pk}",
        row=row,
        cases=opened,
        unread=any(one.unread for one in stands),
    )
    if attempt(request, form, workflow.answer_records_request, request=row):
        closed = _("Answered. What was opened to you for it alone is closed to you again.")
        messages.success(request, closed if opened else _("Answered."))
        return redirect(row)
    context = {
        "row": row,
        "words": row.words(),
        "not_opened": len(there) - len(opened),
        "stands": stands,
        "cancel_url": row.get_absolute_url(),
    }
    return verb_page(request, "answer_records_request", form, **context)


@route(CASE_ROLES, event="records_previewed", may=permissions.WHO_MAY["preview_records"])
def preview_records(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """What a record holds without what goes to no parent by itself: made for its reader, and kept nowhere."""
    case = get_case(request, case_id)
    allow(permissions.can_preview_records(request.user, case), "preview_records", case=case)
    requests = [row for row in about_student(request.user, case.student) if row.is_open]
    return render(
        request,
        "cases/preview_records.html",
        {"case": case, "preview": preview(case), "requests": requests},
    )


def _get(request: StaffRequest, records_id: UUID) -> RecordsRequest:
    """The request as counsel or the liaison sees it, its times in its school's zone. Raises Absent."""
    rows = RecordsRequest.objects.visible_to(request.user)
    row = (
        rows.select_related(
            "school", "student__school", "student__merged_into", "key", "logged_by", "student_by"
        )
        .filter(pk=records_id)
        .first()
    )
    if row is None:
        raise Absent("records_request", records_id)
    request.log_subject = row.pk  # type: ignore[attr-defined]
    timezone.activate(row.school.zone)
    return row


def _named_by_counsel(row: RecordsRequest) -> bool:
    """Whether somebody else is to say as well which student is meant."""
    return bool(row.student_by and Role.COUNSEL in row.student_by.roles)


def _answer(row: RecordsRequest) -> dict[str, object] | None:
    answer = RecordsAnswer.objects.select_related("by").filter(request=row).first()
    return {"row": answer, "words": answer.words(row.key)} if answer else None
