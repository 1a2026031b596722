"""Whom the district telephones."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.views.pages import attempt, form_for, has_left, leave
from csec.accounts.requests import StaffRequest
from csec.directory.models import Agency
from csec.errors import Absent
from district import workflow
from district.forms import agencies as forms
from district.gate import route
from district.permissions import WHO_MAY
from district.views.pages import verb_page
from district.views.settings import DISTRICT_VIEWED, change_context


@route(WHO_MAY["add_agency"], methods=["GET", "POST"], event=DISTRICT_VIEWED)
def add_agency(request: StaffRequest) -> HttpResponse:
    form = form_for(request, forms.AddAgencyForm, "add_agency")
    if attempt(request, form, workflow.add_agency):
        messages.success(request, _("The number stands on the emergency card."))
        return redirect("district:district")
    return verb_page(request, "add_agency", form, cancel_url=reverse("district:district"))


@route(WHO_MAY["change_agency"], methods=["GET", "POST"], event=DISTRICT_VIEWED)
def change_agency(request: StaffRequest, agency_id: UUID) -> HttpResponse:
    agency = _get_agency(request, agency_id)
    form = form_for(request, forms.ChangeAgencyForm, f"change_agency:{agency.pk}", agency=agency)
    if attempt(request, form, workflow.change_agency, agency=agency):
        messages.success(request, _("Saved. The emergency card shows it at once."))
        return redirect("district:district")
    context = change_context(form, Agency.objects.filter(pk=agency.pk))
    return verb_page(request, "change_agency", form, agency=agency, **context)


@route(WHO_MAY["remove_agency"], methods=["GET", "POST"], event=DISTRICT_VIEWED)
def remove_agency(request: StaffRequest, agency_id: UUID) -> HttpResponse:
    if has_left(request, "remove_agency", agency_id):
        messages.info(request, _("You took it off the card already."))
        return redirect("district:district")
    agency = _get_agency(request, agency_id)
    form = form_for(request, forms.RemoveAgencyForm, f"remove_agency:{agency.pk}")
    if attempt(request, form, workflow.remove_agency, agency=agency):
        leave(request, "remove_agency", agency_id)
        messages.success(request, _("The number is off the emergency card."))
        return redirect("district:district")
    return verb_page(request, "remove_agency", form, agency=agency, cancel_url=reverse("district:district"))


def _get_agency(request: StaffRequest, agency_id: UUID) -> Agency:
    agency = Agency.objects.filter(pk=agency_id).first()
    if agency is None:
        raise Absent("agency", agency_id)
    request.log_subject = agency.pk  # type: ignore[attr-defined]
    return agency
