"""Who is on a case, and who is kept from it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cases import permissions, workflow
from cases.forms import people as forms
from cases.models import CasePerson
from cases.views.pages import CASE_VIEWED, allow, attempt, form_for, get_case, has_left, leave, verb_page
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CASE_ROLES
from csec.errors import Absent
from csec.routes import route


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["add_person"])
def add_person(request: StaffRequest, case_id: UUID) -> HttpResponse:
    read = get_case(request, case_id)
    allow(permissions.can_add_person(request.user, read), "add_person", case=read)
    form = form_for(
        request, forms.AddPersonForm, f"add_person:{read.pk}", case=read, actor=request.user, at=request.at
    )
    if attempt(request, form, workflow.add_person, case=read):
        messages.success(request, _("The case is open to them now."))
        return redirect(read)
    return verb_page(request, "add_person", form, case=read, cancel_url=read.get_absolute_url())


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["remove_person"])
def remove_person(request: StaffRequest, case_id: UUID, person_id: UUID) -> HttpResponse:
    try:
        return _remove_person(request, case_id, person_id)
    except Absent:
        if not has_left(request, "remove_person", person_id):
            raise
        messages.info(request, _("You took yourself off this case already."))
        return redirect("cases:cases")


def _remove_person(request: StaffRequest, case_id: UUID, person_id: UUID) -> HttpResponse:
    read = get_case(request, case_id)
    allow(permissions.can_remove_person(request.user, read), "remove_person", case=read)
    row = CasePerson.objects.select_related("person").filter(pk=person_id, case=read, excluded=False).first()
    if row is None:
        raise Absent("person", person_id)
    form = form_for(request, forms.RemovePersonForm, f"remove_person:{row.pk}", row=row)
    if attempt(request, form, workflow.remove_person, case=read, person=row):
        if row.person_id == request.user.pk:
            leave(request, "remove_person", row.pk)
            messages.success(request, _("You are off the case."))
            return redirect("cases:cases")
        messages.success(request, _("They are off the case."))
        return redirect(read)
    return verb_page(request, "remove_person", form, case=read, row=row, cancel_url=read.get_absolute_url())


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["exclude_person"])
def exclude_person(request: StaffRequest, case_id: UUID) -> HttpResponse:
    read = get_case(request, case_id)
    allow(permissions.can_exclude_person(request.user, read), "exclude_person", case=read)
    form = form_for(
        request, forms.ExcludePersonForm, f"exclude_person:{read.pk}", case=read, reader=request.user
    )
    if attempt(request, form, workflow.exclude_person, case=read):
        messages.success(request, _("The case is kept from them now. They do not learn of it."))
        return redirect(read)
    return verb_page(request, "exclude_person", form, case=read, cancel_url=read.get_absolute_url())


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["readmit_person"])
def readmit_person(request: StaffRequest, case_id: UUID, person_id: UUID) -> HttpResponse:
    read = get_case(request, case_id)
    allow(permissions.can_readmit_person(request.user, read), "readmit_person", case=read)
    row = CasePerson.objects.select_related("person").filter(pk=person_id, case=read, excluded=True).first()
    if row is None:
        raise Absent("person", person_id)
    form = form_for(request, forms.ReadmitPersonForm, f"readmit_person:{row.pk}", row=row)
    if attempt(request, form, workflow.readmit_person, case=read, person=row):
        messages.success(request, _("The case is no longer kept from them."))
        return redirect(read)
    return verb_page(request, "readmit_person", form, case=read, row=row, cancel_url=read.get_absolute_url())
