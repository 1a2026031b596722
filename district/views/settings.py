"""The district at a glance; what it has set, and its schools."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.views.pages import attempt, form_for
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import OVERSEERS, Role
from csec.directory.models import District, School
from csec.errors import Absent
from district import workflow
from district.forms import settings as forms
from district.gate import route
from district.permissions import WHO_MAY
from district.reading import district as reading
from district.reading.settings import times
from district.views.pages import verb_page
from district.workflow.unchanged import version_of

DISTRICT_VIEWED = "district_viewed"


@route(OVERSEERS, event=DISTRICT_VIEWED)
def district(request: StaffRequest) -> HttpResponse:
    """What the district has set, its schools and who is there, and whom it telephones."""
    row = District.objects.first()
    context = {
        "district": row,
        "times": times(row, request.at),
        "schools": reading.schools(request.at),
        "agencies": reading.agencies(request.at),
        "is_liaison": request.user.has_role(Role.LIAISON),
    }
    return render(request, "district/district.html", context)


def change_context(form: forms.ChangeForm, rows: QuerySet[Any]) -> dict[str, Any]:
    """Whoever was told that somebody was first reads what there is now, and can send the form again."""
    if not form.conflict:
        return {"cancel_url": reverse("district:district")}
    row = rows.first()
    form.renew("version", version_of(row))
    return {"cancel_url": reverse("district:district"), "now": form.now(row)}


@route(WHO_MAY["change_district"], methods=["GET", "POST"], event=DISTRICT_VIEWED)
def change_district(request: StaffRequest) -> HttpResponse:
    row = District.objects.first()
    form = form_for(
        request, forms.ChangeDistrictForm, "change_district", district=row, proposed=times(None, request.at)
    )
    if attempt(request, form, workflow.change_district):
        messages.success(request, _("Saved. What of it stands on the emergency card is new there at once."))
        return redirect("district:district")
    return verb_page(request, "change_district", form, **change_context(form, District.objects.all()))


@route(WHO_MAY["add_school"], methods=["GET", "POST"], event=DISTRICT_VIEWED)
def add_school(request: StaffRequest) -> HttpResponse:
    form = form_for(request, forms.AddSchoolForm, "add_school")
    if attempt(request, form, workflow.add_school):
        messages.success(request, _("The school is there. Now let in who receives its concerns."))
        return redirect("district:district")
    return verb_page(request, "add_school", form, cancel_url=reverse("district:district"))


@route(WHO_MAY["change_school"], methods=["GET", "POST"], event=DISTRICT_VIEWED)
def change_school(request: StaffRequest, school_id: UUID) -> HttpResponse:
    school = School.objects.filter(pk=school_id).first()
    if school is None:
        raise Absent("school", school_id)
    request.log_subject = school.pk  # type: ignore[attr-defined]
    form = form_for(request, forms.ChangeSchoolForm, f"change_school:{school.pk}", school=school)
    if attempt(request, form, workflow.change_school, school=school):
        messages.success(request, _("Saved."))
        return redirect("district:district")
    context = change_context(form, School.objects.filter(pk=school.pk))
    return verb_page(request, "change_school", form, school=school, **context)
