"""What left the school: the page of a case, and the forms by which it is recorded."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import permissions, workflow
from cases.forms import releases as forms
from cases.models import Case, Interview, Release
from cases.reading.releases import ReleasesPage
from cases.reading.requests import about_student
from cases.views.pages import CASE_VIEWED, allow, attempt, form_for, get_case, verb_page
from cases.workflow.releases import latest_release
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CASE_ROLES
from csec.routes import route


def _back(case: Case) -> str:
    return reverse("cases:releases_of_case", args=[case.pk])


@route(CASE_ROLES, event=CASE_VIEWED, may=permissions.OF_RELEASES)
def releases_of_case(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """All that left the school about the student, who reviewed the list, and who spoke with the student there."""
    case = get_case(request, case_id)
    allow(permissions.can_read_releases(request.user, case), "releases_of_case", case=case)
    page = ReleasesPage(case, request.user, request.at)
    asked = about_student(request.user, case.student)
    return render(request, "cases/releases_of_case.html", {"case": case, "page": page, "requests": asked})


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["record_release"])
def record_release(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """`?corrects=` names the entry that the new one stands for."""
    case = get_case(request, case_id)
    allow(permissions.can_record_release(request.user, case), "record_release", case=case)
    rows = Release.objects.filter(case=case, corrected_by__isnull=True)
    form = form_for(
        request, forms.RecordReleaseForm, f"record_release:{case.pk}", releases=rows, at=request.at
    )
    form.initial.setdefault("corrects", request.GET.get("corrects", ""))
    if attempt(request, form, workflow.record_release, case=case):
        messages.success(request, _("Recorded: the release of information."))
        return redirect(_back(case))
    return verb_page(request, "record_release", form, case=case, cancel_url=_back(case))


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["review_releases"])
def review_releases(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """The list as it stands, and a button that says that counsel has read it."""
    case = get_case(request, case_id)
    allow(permissions.can_review_releases(request.user, case), "review_releases", case=case)
    form = form_for(request, forms.ReviewReleasesForm, f"review_releases:{case.pk}")
    latest = latest_release(case)
    form.initial["last"] = latest.pk if latest else ""
    if attempt(request, form, workflow.review_releases, case=case):
        messages.success(request, _("Recorded: you have reviewed the list up to its last entry."))
        return redirect(_back(case))
    if form.conflict and latest:
        form.renew("last", latest.pk)
    page = ReleasesPage(case, request.user, request.at)
    return verb_page(request, "review_releases", form, case=case, page=page, cancel_url=_back(case))


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["record_interview"])
def record_interview(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """`?corrects=` names the entry that the new one stands for."""
    case = get_case(request, case_id)
    allow(permissions.can_record_interview(request.user, case), "record_interview", case=case)
    rows = Interview.objects.filter(case=case, corrected_by__isnull=True)
    form = form_for(
        request, forms.RecordInterviewForm, f"record_interview:{case.pk}", interviews=rows, at=request.at
    )
    form.initial.setdefault("corrects", request.GET.get("corrects", ""))
    if attempt(request, form, workflow.record_interview, case=case):
        messages.success(request, _("Recorded: who spoke with the student, and the choice they had."))
        return redirect(_back(case))
    return verb_page(request, "record_interview", form, case=case, cancel_url=_back(case))
