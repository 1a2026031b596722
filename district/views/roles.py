"""What somebody is at which school: given, changed, ended; an officer's agreement."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cases.forms.base import VerbForm
from cases.views.pages import attempt, form_for
from csec.accounts.models import Membership, User
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import OVERSEERS
from csec.errors import Absent
from district import permissions, workflow
from district.forms import people as forms
from district.gate import route
from district.reading import people as reading
from district.views.pages import allow, verb_page
from district.views.people import PERSON_VIEWED, get_person, offered, page_of
from district.workflow.roles import covers_for, may_receive


@route(OVERSEERS, methods=["GET", "POST"], event=PERSON_VIEWED, may=permissions.WHO_MAY["give_role"])
def give_role(request: StaffRequest, user_id: UUID) -> HttpResponse:
    found = get_person(request, user_id)
    allow(permissions.can_give_role(request.user, found), "give_role", subject=found.pk)
    today = permissions.day_of(request.at)
    key = f"give_role:{found.pk}"
    form = form_for(request, forms.GiveRoleForm, key, today=today, **offered(request.user))
    if attempt(request, form, workflow.give_role, person=found):
        messages.success(request, _("The role is given."))
        return redirect("district:person", found.pk)
    return verb_page(request, "give_role", form, person=found, cancel_url=page_of(found))


@route(OVERSEERS, methods=["GET", "POST"], event=PERSON_VIEWED, may=permissions.WHO_MAY["change_role"])
def change_role(request: StaffRequest, membership_id: UUID) -> HttpResponse:
    role = get_role(request, membership_id)
    allow(permissions.can_change_role(request.user, role), "change_role", subject=role.pk)
    form = form_for(
        request,
        forms.ChangeRoleForm,
        f"change_role:{role.pk}",
        membership=role,
        covers=covers_for(role, request.at),
        may_receive=may_receive(role),
        receiving=reading.receiving(role, request.at),
    )
    done = attempt(request, form, workflow.change_role, membership=role)
    if done:
        messages.success(request, _("Saved."))
        if isinstance(done, User):
            words = _("%(who)s does not receive concerns there any more in this way.")
            messages.info(request, words % {"who": done.name})
        return redirect("district:person", role.person_id)
    return _page(request, "change_role", form, role)


@route(OVERSEERS, methods=["GET", "POST"], event=PERSON_VIEWED, may=permissions.WHO_MAY["end_role"])
def end_role(request: StaffRequest, membership_id: UUID) -> HttpResponse:
    role = get_role(request, membership_id)
    allow(permissions.can_end_role(request.user, role), "end_role", subject=role.pk)
    today = permissions.day_of(request.at, role.school)
    form = form_for(request, forms.EndRoleForm, f"end_role:{role.pk}", today=today)
    if attempt(request, form, workflow.end_role, membership=role):
        messages.success(request, _("The role ends with that day."))
        return redirect("district:person", role.person_id)
    return _page(request, "end_role", form, role, carried=reading.carried(role.person, role))


@route(OVERSEERS, methods=["GET", "POST"], event=PERSON_VIEWED, may=permissions.WHO_MAY["record_agreement"])
def record_agreement(request: StaffRequest, membership_id: UUID) -> HttpResponse:
    role = get_role(request, membership_id)
    allow(permissions.can_record_agreement(request.user, role), "record_agreement", subject=role.pk)
    form = form_for(request, forms.RecordAgreementForm, f"record_agreement:{role.pk}", membership=role)
    if attempt(request, form, workflow.record_agreement, membership=role):
        messages.success(request, _("The agreement is recorded."))
        return redirect("district:person", role.person_id)
    return _page(request, "record_agreement", form, role)


def get_role(request: StaffRequest, membership_id: UUID) -> Membership:
    """A role of somebody whom this reader keeps. Raises Absent."""
    seen = permissions.staff_of(request.user, request.at)
    rows = Membership.objects.select_related("person", "school", "cover")
    role = rows.filter(pk=membership_id, person__in=seen).first()
    if role is None:
        raise Absent("role", membership_id)
    request.log_subject = role.person_id  # type: ignore[attr-defined]
    return role


def _page(
    request: StaffRequest, verb: str, form: VerbForm, role: Membership, **context: object
) -> HttpResponse:
    line = reading.line(role, request.at)
    return verb_page(request, verb, form, line=line, cancel_url=page_of(role.person), **context)
