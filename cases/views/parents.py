"""A student's parents: the page of what stands, a suspicion and the end of its freeze, custody."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import permissions, workflow
from cases.forms import parents as forms
from cases.kept import again
from cases.models import Case, Custody, ParentHold
from cases.parents import frozen_elsewhere
from cases.reading.parents import ParentsPage
from cases.views.pages import (
    CASE_VIEWED,
    allow,
    attempt,
    form_for,
    get_case,
    has_left,
    leave,
    verb_page,
)
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CASE_ROLES
from csec.errors import Absent
from csec.routes import route

#: Not by what, which whoever reads it may not be told.
STANDS_OTHERWISE = gettext_lazy(
    "This freeze is ended. Contact with parents stays frozen by what was said of the student otherwise. The case is"
    " closed to you, where you had it because of this one."
)


def _url(case: Case) -> str:
    return reverse("cases:parents_of_case", args=[case.pk])


@route(CASE_ROLES, event=CASE_VIEWED)
def parents_of_case(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """What stands between the school and the parents, what is missing before contact, and what is over."""
    case = get_case(request, case_id)
    names = ("suspect_parent", "release_parent_hold", "record_custody", "end_custody", "add_person")
    can = {name: getattr(permissions, f"can_{name}")(request.user, case) for name in names}
    context = {"case": case, "page": ParentsPage(case, request.at), "can": can}
    return render(request, "cases/parents_of_case.html", context)


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["suspect_parent"])
def suspect_parent(request: StaffRequest, case_id: UUID) -> HttpResponse:
    case = get_case(request, case_id)
    allow(permissions.can_suspect_parent(request.user, case), "suspect_parent", case=case)
    form = form_for(request, forms.SuspectParentForm, f"suspect_parent:{case.pk}")
    if attempt(request, form, workflow.suspect_parent, case=case):
        messages.success(request, _("Contact with parents is frozen until legal counsel ends the freeze."))
        return redirect(_url(case))
    return verb_page(request, "suspect_parent", form, case=case, cancel_url=_url(case))


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["release_parent_hold"])
def release_parent_hold(request: StaffRequest, case_id: UUID, hold_id: UUID) -> HttpResponse:
    if has_left(request, "release_parent_hold", hold_id):
        return redirect("home")
    case = get_case(request, case_id)
    allow(permissions.can_release_parent_hold(request.user, case), "release_parent_hold", case=case)
    hold = ParentHold.objects.filter(pk=hold_id, case=case).select_related("begun_by").first()
    if hold is None:
        raise Absent("parent_hold", hold_id)
    form = form_for(request, forms.ReleaseParentHoldForm, f"release_parent_hold:{hold.pk}")
    # Asked before: with the freeze the case may be closed to whoever ends it.
    otherwise = form.is_bound and hold.about_id is None and frozen_elsewhere(case)
    if attempt(request, form, workflow.release_parent_hold, case=case, hold=hold):
        leave(request, "release_parent_hold", hold_id)
        messages.success(
            request,
            STANDS_OTHERWISE
            if otherwise
            else _(
                "The freeze is ended. With it the case is closed to you, where you had it because of this."
            ),
        )
        return redirect("home")
    context = {"hold": hold, "reason": again(hold.reason(case.key)), "cancel_url": _url(case)}
    return verb_page(request, "release_parent_hold", form, case=case, **context)


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["record_custody"])
def record_custody(request: StaffRequest, case_id: UUID) -> HttpResponse:
    case = get_case(request, case_id)
    allow(permissions.can_record_custody(request.user, case), "record_custody", case=case)
    form = form_for(request, forms.RecordCustodyForm, f"record_custody:{case.pk}", at=request.at)
    if attempt(request, form, workflow.record_custody, case=case):
        messages.success(
            request, _("Recorded. The peace officer notifies the parent: nobody of the school is asked to.")
        )
        return redirect(_url(case))
    return verb_page(request, "record_custody", form, case=case, cancel_url=_url(case))


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["end_custody"])
def end_custody(request: StaffRequest, case_id: UUID, custody_id: UUID) -> HttpResponse:
    case = get_case(request, case_id)
    allow(permissions.can_end_custody(request.user, case), "end_custody", case=case)
    custody = Custody.objects.filter(pk=custody_id, case=case).first()
    if custody is None:
        raise Absent("custody", custody_id)
    form = form_for(request, forms.EndCustodyForm, f"end_custody:{custody.pk}", at=request.at)
    if attempt(request, form, workflow.end_custody, case=case, custody=custody):
        messages.success(request, _("Recorded. Contact with parents is asked again, on hold as before."))
        return redirect(_url(case))
    context = {"custody": custody, "agency": custody.words(case.key)["agency"], "cancel_url": _url(case)}
    return verb_page(request, "end_custody", form, case=case, **context)
