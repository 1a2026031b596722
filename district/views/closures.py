"""The days without school."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.views.pages import attempt, form_for
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import OVERSEERS, Role
from csec.directory.models import Closure
from csec.errors import Absent
from district import permissions, workflow
from district.forms import settings as forms
from district.gate import route
from district.reading import district as reading
from district.reading.people import schools_of
from district.views.pages import allow, verb_page

CLOSURES_LISTED = "closures_listed"


@route(OVERSEERS, event=CLOSURES_LISTED)
def closures(request: StaffRequest) -> HttpResponse:
    """School by school, those to come first."""
    return render(request, "district/closures.html", {"places": reading.closures(request.user, request.at)})


@route(permissions.WHO_MAY["add_closure"], methods=["GET", "POST"], event=CLOSURES_LISTED)
def add_closure(request: StaffRequest) -> HttpResponse:
    schools, for_all = schools_of(request.user), request.user.has_role(Role.LIAISON)
    form = form_for(request, forms.AddClosureForm, "add_closure", schools=schools, for_all=for_all)
    if attempt(request, form, workflow.add_closure):
        messages.success(request, _("Entered. The check-ins that wait go by it from now on."))
        return redirect("district:closures")
    return verb_page(request, "add_closure", form, cancel_url=reverse("district:closures"))


@route(OVERSEERS, methods=["GET", "POST"], event=CLOSURES_LISTED, may=permissions.WHO_MAY["remove_closure"])
def remove_closure(request: StaffRequest, closure_id: UUID) -> HttpResponse:
    closure = Closure.objects.select_related("school").filter(pk=closure_id).first()
    if closure is None:
        raise Absent("closure", closure_id)
    request.log_subject = closure.pk  # type: ignore[attr-defined]
    allow(permissions.can_remove_closure(request.user, closure), "remove_closure", subject=closure.pk)
    form = form_for(request, forms.RemoveClosureForm, f"remove_closure:{closure.pk}")
    if attempt(request, form, workflow.remove_closure, closure=closure):
        messages.success(request, _("Taken out. The check-ins that wait go by it from now on."))
        return redirect("district:closures")
    begun = closure.first_day < permissions.day_of(request.at, closure.school)
    context = {"closure": closure, "begun": begun, "cancel_url": reverse("district:closures")}
    return verb_page(request, "remove_closure", form, **context)
