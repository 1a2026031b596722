"""The page of a student's safety: the people around the student, the plan, devices in custody."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import permissions, workflow
from cases.forms import around as forms
from cases.models import Case, Contact
from cases.parents import frozen
from cases.reading.around import SafetyPage
from cases.reading.parents import standing
from cases.views.pages import CASE_VIEWED, allow, attempt, form_for, get_case, verb_page
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CASE_ROLES
from csec.errors import Absent
from csec.routes import route


@route(CASE_ROLES, event=CASE_VIEWED)
def safety(request: StaffRequest, case_id: UUID) -> HttpResponse:
    read = get_case(request, case_id)
    page = SafetyPage(read, request.user, request.at)
    return render(request, "cases/safety.html", {"case": read, "page": page})


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["add_contact"])
def add_contact(request: StaffRequest, case_id: UUID) -> HttpResponse:
    read = get_case(request, case_id)
    allow(permissions.can_add_contact(request.user, read), "add_contact", case=read)
    form = form_for(request, forms.AddContactForm, f"add_contact:{read.pk}")
    if attempt(request, form, workflow.add_contact, case=read):
        messages.success(request, _or_frozen(read, _("Recorded.")))
        return redirect("cases:safety", read.pk)
    context = {"case": read, "standing": standing(read, request.at), "cancel_url": _back(read)}
    return verb_page(request, "add_contact", form, **context)


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["change_contact"])
def change_contact(request: StaffRequest, case_id: UUID, contact_id: UUID) -> HttpResponse:
    read = get_case(request, case_id)
    allow(permissions.can_change_contact(request.user, read), "change_contact", case=read)
    contact = _contact(read, contact_id)
    words = contact.words(read.key)
    form = form_for(
        request, forms.ChangeContactForm, f"change_contact:{contact.pk}", contact=contact, words=words
    )
    if attempt(request, form, workflow.change_contact, case=read, contact=contact):
        messages.success(request, _or_frozen(read, _("Changed. What was entered before is kept.")))
        return redirect("cases:safety", read.pk)
    context = {"case": read, "standing": standing(read, request.at), "cancel_url": _back(read)}
    return verb_page(request, "change_contact", form, **context)


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["end_contact"])
def end_contact(request: StaffRequest, case_id: UUID, contact_id: UUID) -> HttpResponse:
    read = get_case(request, case_id)
    allow(permissions.can_end_contact(request.user, read), "end_contact", case=read)
    contact = _contact(read, contact_id)
    form = form_for(request, forms.EndContactForm, f"end_contact:{contact.pk}")
    if attempt(request, form, workflow.end_contact, case=read, contact=contact):
        messages.success(request, _("They are off the list. What was entered is kept."))
        return redirect("cases:safety", read.pk)
    words = contact.words(read.key)
    return verb_page(request, "end_contact", form, case=read, words=words, cancel_url=_back(read))


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["set_safety_plan"])
def set_safety_plan(request: StaffRequest, case_id: UUID) -> HttpResponse:
    read = get_case(request, case_id)
    allow(permissions.can_set_safety_plan(request.user, read), "set_safety_plan", case=read)
    page = SafetyPage(read, request.user, request.at)
    version = page.plan.number if page.plan else 0
    form = form_for(
        request,
        forms.SetSafetyPlanForm,
        f"set_safety_plan:{read.pk}",
        people={one.row.who: one.words["name"] for one in page.people if one.row.picks_up},
        version=version,
        words=page.plan.words(read.key) if page.plan else {},
        agreed={"agreed": page.plan.agreed, "shared_with_sro": page.plan.shared_with_sro}
        if page.plan
        else {},
        at=request.at,
    )
    if attempt(request, form, workflow.set_safety_plan, case=read):
        messages.success(request, _("The safety plan is set."))
        return redirect("cases:safety", read.pk)
    if form.conflict:
        form.renew("version", version)
    return verb_page(request, "set_safety_plan", form, case=read, page=page, cancel_url=_back(read))


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["record_device"])
def record_device(request: StaffRequest, case_id: UUID) -> HttpResponse:
    read = get_case(request, case_id)
    allow(permissions.can_record_device(request.user, read), "record_device", case=read)
    form = form_for(request, forms.RecordDeviceForm, f"record_device:{read.pk}", at=request.at)
    if attempt(request, form, workflow.record_device, case=read):
        messages.success(request, _("Recorded."))
        return redirect("cases:safety", read.pk)
    return verb_page(request, "record_device", form, case=read, cancel_url=_back(read))


def _or_frozen(read: Case, words: str) -> str:
    """Those words; or what else was done by it, where somebody of the home may be involved from now on."""
    if read.parents_frozen or not frozen(read):  # type: ignore[attr-defined]
        return words
    return _("Recorded. With it contact with parents is frozen until legal counsel ends the freeze.")


def _back(case: Case) -> str:
    return reverse("cases:safety", args=[case.pk])


def _contact(case: Case, contact_id: UUID) -> Contact:
    """One version of a contact; one that was changed since says so when it is sent."""
    contact = Contact.objects.filter(pk=contact_id, case=case).first()
    if contact is None:
        raise Absent("contact", contact_id)
    return contact
