"""The cases that belong to a case, the student who may have been targeted, and a second case of one student."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import permissions, workflow
from cases.forms import links as forms
from cases.models import Case
from cases.reading.links import facts_of, linked_cases
from cases.views.pages import CASE_VIEWED, allow, attempt, form_for, get_case, verb_page
from cases.workflow.exclusions import kept_from
from cases.workflow.links import RECRUITER
from cases.workflow.second import KEEP, asks_to_settle
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CASE_ROLES
from csec.errors import Absent
from csec.routes import route


@route(CASE_ROLES, event=CASE_VIEWED)
def links(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """The cases that belong to this one, as far as the reader may open them too."""
    case = get_case(request, case_id)
    may = permissions.can_open_targeted_case(request.user, case)
    context = {
        "case": case,
        "links": linked_cases(case, request.user),
        "can_open_targeted_case": may and case.is_open and case.track == RECRUITER,
    }
    return render(request, "cases/links.html", context)


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["open_targeted_case"])
def open_targeted_case(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """`?same_student=1` is about the student of the case, as a possible victim."""
    case = get_case(request, case_id)
    allow(permissions.can_open_targeted_case(request.user, case), "open_targeted_case", case=case)
    form = form_for(
        request,
        forms.OpenTargetedCaseForm,
        f"open_targeted_case:{case.pk}",
        case=case,
        author=request.user,
        at=request.at,
        initial={
            "same_student": "1" if request.GET.get("same_student") == "1" else "",
            "implicated": kept_from(case, request.at),
        },
    )
    form.prepare()
    context = {"case": case, "cancel_url": case.get_absolute_url()}
    if "find" in request.POST:
        form.errors.clear()
        request.log_event = "students_searched"  # type: ignore[attr-defined]
        return render(request, "cases/open_targeted_case.html", {"form": form, "searched": True, **context})
    done = attempt(request, form, workflow.open_targeted_case, case=case)
    if done:
        # The same for whoever gets a new case and for whom the one that there is does not exist.
        messages.success(request, _("Recorded."))
        return redirect("cases:links", case.pk)
    if form.conflict:
        form.renew("concern_id", uuid4())
    return verb_page(request, "open_targeted_case", form, **context)


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["settle_second_case"])
def settle_second_case(request: StaffRequest, case_id: UUID, beside_id: UUID) -> HttpResponse:
    """Two open cases of one student, as far as the liaison needs to know them for saying which goes on."""
    case = get_case(request, case_id)
    allow(permissions.can_settle_second_case(request.user, case), "settle_second_case", case=case)
    beside = Case.objects.visible_to(request.user).select_related("school", "protocol").filter(pk=beside_id)
    other = beside.first()
    if other is None:
        raise Absent("case", beside_id)
    form = form_for(
        request,
        forms.SettleSecondCaseForm,
        f"settle_second_case:{case.pk}:{other.pk}",
        case=case,
        beside=other,
    )
    if attempt(request, form, workflow.settle_second_case, case=case, beside=other):
        both = form.cleaned_data["goes_on"] == KEEP
        joined = _("Settled. Whoever goes on is asked to read what was joined.")
        messages.success(request, _("Settled. Both cases go on.") if both else joined)
        return redirect("home")
    context = {"facts": [facts_of(one, request.at) for one in (case, other)]}
    asks = asks_to_settle(case, other)
    return verb_page(
        request, "settle_second_case", form, case=case, asks=asks, cancel_url=reverse("home"), **context
    )
