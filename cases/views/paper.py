"""A summary on paper: who may be told what, exactly that, and the PDF of it."""

from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases import permissions, workflow
from cases.forms.paper import MakePaperForm
from cases.models import Case, Paper
from cases.text import Words
from cases.views.pages import CASE_VIEWED, allow, attempt, form_for, get_case, verb_page
from cases.workflow.paper import Made, Wanted, check_may_leave, check_wanted, made_before, sheet_of, to_whom
from cases.workflow.paper_rules import RULES, TITLES, Sheet, may_tell
from cases.workflow.summary import digest
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CASE_ROLES
from csec.routes import route


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["make_paper"])
def make_paper(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """`?for=` is the audience; without one, what each is told and what each is not."""
    case = get_case(request, case_id)
    allow(permissions.can_make_paper(request.user, case), "make_paper", case=case)
    audience = request.POST.get("audience") or request.GET.get("for", "")
    if audience not in RULES:
        return _audiences(request, case)
    rule = RULES[audience]
    form = form_for(
        request,
        MakePaperForm,
        f"make_paper:{case.pk}:{audience}",
        audience=audience,
        choices=may_tell(case, audience),
    )
    sheet: Sheet | None = None
    if not form.is_bound and not rule.leaves:
        # Nothing has to be typed for them: what they will read stands there at once.
        sheet = _look(request, case, form, form.at_first())
    elif form.is_valid():
        wanted = form.wanted()
        wrong = check_wanted(case, wanted)
        if wrong:
            form.show_invalid(wrong)
        elif form.cleaned_data["read"]:
            made = attempt(request, form, workflow.make_paper, case=case) or _once_more(request, case, wanted)
            if made:
                return _file(made)
            form.renew("paper_id", uuid4())
        if not wrong:
            sheet = _look(request, case, form, wanted)
    return verb_page(
        request,
        "make_paper",
        form,
        case=case,
        rule=rule,
        audience=Paper.Audience(audience).label,
        sheet=sheet,
        held_back=_held_back(case, audience),
        no_required_note=not rule.leaves,
        cancel_url=reverse("cases:make_paper", args=[case.pk]),
    )


def _audiences(request: StaffRequest, case: Case) -> HttpResponse:
    """Whom a summary can be made for, and the papers that were made of this case."""
    audiences = [
        {
            "name": name,
            "label": Paper.Audience(name).label,
            "told": [TITLES["who"], *(TITLES[one] for one in may_tell(case, name))],
            "rule": rule,
            "held_back": _held_back(case, name),
        }
        for name, rule in RULES.items()
    ]
    context = {
        "case": case,
        "audiences": audiences,
        "papers": Paper.objects.filter(case=case).select_related("by", "release").order_by("-at", "id"),
    }
    return render(
        request, "cases/make_paper_for.html", context, status=422 if request.method == "POST" else 200
    )


def _look(request: StaffRequest, case: Case, form: MakePaperForm, wanted: Wanted) -> Sheet:
    """What they will read, and in the form that the page showed exactly that."""
    sheet = sheet_of(case, request.user, wanted, at=request.at)
    read = digest(sheet.told, to_whom(wanted))
    if form.is_bound:
        form.renew("read", read)
    else:
        form.initial["read"] = read
    return sheet


def _once_more(request: StaffRequest, case: Case, wanted: Wanted) -> Made | None:
    made = made_before(case, request.user, wanted, at=request.at)
    if made:
        request.log_event = "paper_sent_again"  # type: ignore[attr-defined]
        request.log_subject = made.row.pk  # type: ignore[attr-defined]
    return made


def _file(made: Made) -> HttpResponse:
    """The PDF, under a name that says nothing of the case."""
    name = f"summary-{made.row.reference}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(made.content, content_type="application/pdf", headers=headers)


def _held_back(case: Case, audience: str) -> Words:
    """Why nothing is made for an audience as things stand; nothing where it can be."""
    try:
        check_may_leave(case, audience)
    except workflow.Conflict as conflict:
        return conflict.words
    return ""
