"""The staff: everybody, one person, and who has an account."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.views.pages import attempt, form_for
from cases.workflow import Conflict
from csec.accounts.models import User
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import OVERSEERS, Role
from csec.directory.models import School
from csec.errors import Absent
from district import permissions, workflow
from district.forms import people as forms
from district.gate import route
from district.reading import people as reading
from district.views.pages import allow, verb_page

PERSON_VIEWED = "person_viewed"


@route(OVERSEERS, event="people_listed")
def people(request: StaffRequest) -> HttpResponse:
    """The staff, of one school when one is asked for; `?state=left` shows the liaison who is here no more."""
    schools = reading.schools_of(request.user)
    asked = request.GET.get("school", "")
    school = next((one for one in schools if str(one.pk) == asked), None)
    is_liaison = request.user.has_role(Role.LIAISON)
    page = request.GET.get("page")
    context: dict[str, Any] = {"schools": schools, "school": school, "is_liaison": is_liaison}
    if is_liaison and request.GET.get("state") == "left":
        context |= {"left": True, "page": reading.left(request.user, request.at, page=page)}
    else:
        context |= {
            "page": reading.listed(request.user, request.at, school=school, page=page),
            "query": f"school={school.pk}&" if school else "",
            "missing": reading.missing([school] if school else schools, request.at),
        }
    return render(request, "district/people.html", context)


@route(OVERSEERS, event=PERSON_VIEWED)
def person(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """One person: what they are where, and what this reader can do about it."""
    found = get_person(request, user_id)
    actor = request.user
    roles, over = reading.roles_of(found, request.at)
    context = {
        "person": found,
        "roles": [
            {
                "line": line,
                "change_role": permissions.can_change_role(actor, line.membership),
                "end_role": permissions.can_end_role(actor, line.membership),
                "record_agreement": permissions.can_record_agreement(actor, line.membership),
            }
            for line in roles
        ],
        "over": over,
        "carried": reading.carried(found),
        "is_self": found == actor,
        "give_role": found.is_active and permissions.can_give_role(actor, found),
        "invite_again": found.is_active and found.is_new and permissions.can_invite_again(actor, found),
        "change_person": permissions.can_change_person(actor, found),
        "close_account": found.is_active and permissions.can_close_account(actor, found, request.at),
        "reopen_account": not found.is_active and permissions.can_reopen_account(actor, found),
    }
    return render(request, "district/person.html", context)


@route(
    OVERSEERS,
    methods=["GET", "POST"],
    event="invitation_begun",
    may=permissions.WHO_MAY["invite_person"],
)
def invite_person(request: StaffRequest) -> HttpResponse:
    allow(permissions.can_invite_person(request.user), "invite_person")
    form = form_for(request, forms.InvitePersonForm, "invite_person", **offered(request.user))
    invited = attempt(request, form, workflow.invite_person)
    if invited:
        messages.success(request, _("They are let in. A link to choose a password is on its way to them."))
        return redirect("district:person", invited.pk)
    return verb_page(request, "invite_person", form, cancel_url=reverse("district:people"))


@route(OVERSEERS, methods=["POST"], event=PERSON_VIEWED, may=permissions.WHO_MAY["invite_again"])
def invite_again(request: StaffRequest, user_id: UUID) -> HttpResponse:
    found = get_person(request, user_id)
    allow(permissions.can_invite_again(request.user, found), "invite_again", subject=found.pk)
    try:
        workflow.invite_again(actor=request.user, person=found, at=request.at)
    except Conflict as conflict:
        messages.warning(request, str(conflict.words))
    else:
        messages.success(request, _("The link is on its way to them."))
    return redirect("district:person", found.pk)


@route(OVERSEERS, methods=["GET", "POST"], event=PERSON_VIEWED, may=permissions.WHO_MAY["change_person"])
def change_person(request: StaffRequest, user_id: UUID) -> HttpResponse:
    found = get_person(request, user_id)
    allow(permissions.can_change_person(request.user, found), "change_person", subject=found.pk)
    form = form_for(request, forms.ChangePersonForm, f"change_person:{found.pk}", person=found)
    if attempt(request, form, workflow.change_person, person=found):
        messages.success(request, _("Saved."))
        return redirect("district:person", found.pk)
    return verb_page(request, "change_person", form, person=found, cancel_url=page_of(found))


@route(OVERSEERS, methods=["GET", "POST"], event=PERSON_VIEWED, may=permissions.WHO_MAY["close_account"])
def close_account(request: StaffRequest, user_id: UUID) -> HttpResponse:
    found = get_person(request, user_id)
    may = permissions.can_close_account(request.user, found, request.at)
    allow(may, "close_account", subject=found.pk)
    form = form_for(request, forms.CloseAccountForm, f"close_account:{found.pk}")
    if attempt(request, form, workflow.close_account, person=found):
        messages.success(request, _("The account is closed, and they are signed out everywhere."))
        return redirect("district:people")
    context = {"person": found, "carried": reading.carried(found), "cancel_url": page_of(found)}
    return verb_page(request, "close_account", form, **context)


@route(OVERSEERS, methods=["GET", "POST"], event=PERSON_VIEWED, may=permissions.WHO_MAY["reopen_account"])
def reopen_account(request: StaffRequest, user_id: UUID) -> HttpResponse:
    found = get_person(request, user_id)
    allow(permissions.can_reopen_account(request.user, found), "reopen_account", subject=found.pk)
    form = form_for(request, forms.ReopenAccountForm, f"reopen_account:{found.pk}")
    if attempt(request, form, workflow.reopen_account, person=found):
        messages.success(request, _("The account is open again. Give them a role."))
        return redirect("district:person", found.pk)
    return verb_page(request, "reopen_account", form, person=found, cancel_url=page_of(found))


def get_person(request: StaffRequest, user_id: UUID) -> User:
    """Somebody of the staff whom this reader keeps. Raises Absent."""
    found = permissions.staff_of(request.user, request.at).filter(pk=user_id).first()
    if found is None:
        raise Absent("person", user_id)
    request.log_subject = found.pk  # type: ignore[attr-defined]
    return found


def page_of(person: User) -> str:
    return reverse("district:person", args=[person.pk])


def offered(actor: User) -> dict[str, Any]:
    """The roles that somebody gives, and the schools at which they do."""
    if actor.has_role(Role.LIAISON):
        return {"roles": frozenset(Role), "schools": list(School.objects.all())}
    return {"roles": permissions.GIVEN_BY_ADMINISTRATORS, "schools": reading.schools_of(actor)}
