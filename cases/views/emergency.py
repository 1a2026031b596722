"""Emergency access: a case is opened by its number, closed again, and looked at afterwards."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import permissions, workflow
from cases.forms import emergency as forms
from cases.models import EmergencyAccess
from cases.models.emergency import LASTS
from cases.numbers import is_number
from cases.views.pages import CASE_VIEWED, allow, attempt, form_for, get_case, verb_page
from csec.accounts.gate import prove_again
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CASE_ROLES, DISTRICT_ROLES
from csec.errors import Absent
from csec.routes import route


@route(DISTRICT_ROLES, methods=["GET", "POST"], event="emergency_access_viewed")
def begin_emergency_access(request: StaffRequest) -> HttpResponse:
    """`?number=` fills in the number of a case on the list. It asks for a second factor that was just shown."""
    if elsewhere := prove_again(request, at=request.at):
        return elsewhere
    form = form_for(request, forms.BeginEmergencyAccessForm, "begin_emergency_access")
    number = request.GET.get("number", "")
    # No page repeats whatever its address says.
    form.initial.setdefault("number", number if len(number) <= forms.NUMBER and is_number(number) else "")
    access = attempt(request, form, workflow.begin_emergency_access)
    if access:
        messages.warning(request, _open_for())
        return redirect("cases:case", access.case_id)
    return verb_page(request, "begin_emergency_access", form, cancel_url=reverse("home"))


def _open_for() -> str:
    hours = LASTS // timedelta(hours=1)
    return ngettext(
        "The case is open to you for %(hours)d hour, to read. Those who carry it are told.",
        "The case is open to you for %(hours)d hours, to read. Those who carry it are told.",
        hours,
    ) % {"hours": hours}


@route(CASE_ROLES, methods=["POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["end_emergency_access"])
def end_emergency_access(request: StaffRequest, case_id: UUID) -> HttpResponse:
    read = get_case(request, case_id)
    allow(permissions.can_end_emergency_access(request.user, read), "end_emergency_access", case=read)
    form = form_for(request, forms.EndEmergencyAccessForm, f"end_emergency_access:{read.pk}")
    attempt(request, form, workflow.end_emergency_access, case=read)
    messages.success(request, _("The case is closed to you again."))
    return redirect("home")


@route(
    CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["review_emergency_access"]
)
def review_emergency_access(request: StaffRequest, case_id: UUID, access_id: UUID) -> HttpResponse:
    read = get_case(request, case_id)
    # Before it is looked up: whoever may not know of it is told the same whether there is one or not.
    allow(
        read.my_role in permissions.WHO_MAY["review_emergency_access"], "review_emergency_access", case=read
    )
    access = EmergencyAccess.objects.select_related("person").filter(pk=access_id, case=read).first()
    if access is None:
        raise Absent("emergency_access", access_id)
    allow(
        permissions.can_review_emergency_access(request.user, read, access),
        "review_emergency_access",
        case=read,
    )
    form = form_for(request, forms.ReviewEmergencyAccessForm, f"review_emergency_access:{access.pk}")
    if attempt(request, form, workflow.review_emergency_access, case=read, access=access):
        messages.success(request, _("Recorded. Thank you for looking at it."))
        return redirect(read)
    context = {"access": access, "reason": access.reason(read.key), "cancel_url": read.get_absolute_url()}
    return verb_page(request, "review_emergency_access", form, case=read, **context)
