"""The reviews of a case, what they ask and what is answered; and the list of the cases that wait for one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import permissions, workflow
from cases.forms import reviews as forms
from cases.models import Case, ReviewQuestion
from cases.reading.case import CasePage
from cases.reading.reviews import ReviewsPage, list_to_review
from cases.views.pages import CASE_VIEWED, allow, attempt, form_for, get_case, verb_page
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CASE_ROLES, OVERSEERS
from csec.errors import Absent
from csec.routes import route


@route(OVERSEERS, event="cases_to_review_listed")
def cases_to_review(request: StaffRequest) -> HttpResponse:
    """The open cases whose review is due, the longest ago first; with `?which=all` every open one."""
    everything = request.GET.get("which") == "all"
    found = list_to_review(request.user, request.at, everything=everything, after=request.GET.get("after"))
    query = "which=all&" if everything else ""
    context = {"page": found.page, "everything": everything, "days": found.days, "query": query}
    return render(request, "cases/cases_to_review.html", context)


@route(CASE_ROLES, event=CASE_VIEWED, may=permissions.OF_REVIEWS)
def reviews_of_case(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """When the case was looked through, by whom, and what was asked and answered."""
    case = get_case(request, case_id)
    allow(permissions.can_read_reviews(request.user, case), "reviews_of_case", case=case)
    page = ReviewsPage(case, request.user, request.at)
    return render(request, "cases/reviews_of_case.html", {"case": case, "page": page})


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["review_case"])
def review_case(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """How the steps stand, what was asked before, and the form: nothing of a restricted section."""
    case = get_case(request, case_id)
    allow(permissions.can_review_case(request.user, case), "review_case", case=case)
    page = ReviewsPage(case, request.user, request.at)
    form = form_for(
        request,
        forms.ReviewCaseForm,
        f"review_case:{case.pk}",
        asked=page.whom_to_ask,
        last=page.last.row if page.last else None,
        words=page.last.team if page.last else "",
    )
    if attempt(request, form, workflow.review_case, case=case):
        asked = any(form.cleaned_data.get(f"ask_{to}") for to in page.whom_to_ask)
        told = _("Reviewed. What you asked stands on the first screens of those you asked.")
        messages.success(request, told if asked else _("Reviewed."))
        return redirect("cases:reviews_of_case", case.pk)
    if form.conflict and page.last:
        form.renew("last", page.last.row.pk)
    steps = CasePage(case, request.user, request.at).current if case.is_open else None
    return verb_page(request, "review_case", form, case=case, page=page, run=steps, cancel_url=_back(case))


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.ACTORS)
def answer_question(request: StaffRequest, case_id: UUID, question_id: UUID) -> HttpResponse:
    case = get_case(request, case_id)
    # Before it is looked up: whoever may not know of it is told the same whether there is one or not.
    allow(case.my_role in permissions.WHO_MAY["answer_question"], "answer_question", case=case)
    row = ReviewQuestion.objects.select_related("asked_by").filter(pk=question_id, case=case).first()
    if row is None:
        raise Absent("question", question_id)
    allow(permissions.can_answer_question(request.user, case, row), "answer_question", case=case)
    form = form_for(request, forms.AnswerQuestionForm, f"answer_question:{row.pk}")
    if attempt(request, form, workflow.answer_question, case=case, question=row):
        messages.success(request, _("Answered."))
        return redirect("cases:reviews_of_case", case.pk)
    context = {"question": row, "words": row.words(case.key), "cancel_url": _back(case)}
    return verb_page(request, "answer_question", form, case=case, **context)


def _back(case: Case) -> str:
    return reverse("cases:reviews_of_case", args=[case.pk])
