"""The lists of cases: one's own, and for the liaison those of all schools."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render

from cases.forms.lists import AllSchoolsFilterForm, CasesFilterForm
from cases.models import Case
from cases.reading.district import list_district
from cases.reading.keyset import LATE, NEWEST
from cases.reading.lists import list_cases, narrowed
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CASE_ROLES, Role
from csec.routes import route


@route(CASE_ROLES, event="cases_listed")
def cases(request: StaffRequest) -> HttpResponse:
    """The cases that one may see: what is late first, what is next in each, by whom and by when."""
    form = CasesFilterForm(request.GET, person=request.user)
    chosen = form.chosen()
    state = chosen.get("state", "open")
    # Nothing is late in what is closed.
    sort = chosen.get("sort", LATE)
    sort = NEWEST if state == "closed" and sort == LATE else sort
    found = narrowed(Case.objects.visible_to(request.user), request.user, chosen, request.at)
    after = request.GET.get("after")
    page = list_cases(found, request.user, sort=sort, after=after, at=request.at)
    context = {"page": page, "rows": page.rows, "state": state, "form": form, "query": _query(chosen)}
    return render(request, "cases/cases.html", context)


@route({Role.LIAISON}, event="district_cases_listed")
def all_schools(request: StaffRequest) -> HttpResponse:
    """How the open cases of all schools stand, for the liaison: nothing of what they are about."""
    form = AllSchoolsFilterForm(request.GET, person=request.user)
    chosen = form.chosen()
    page = list_district(request.GET.get("after"), request.at, **chosen)
    return render(request, "cases/all_schools.html", {"page": page, "form": form, "query": _query(chosen)})


def _query(chosen: dict[str, Any]) -> str:
    """What was chosen, for the address of the page that follows."""
    given = {name: "1" if value is True else value for name, value in chosen.items()}
    return urlencode(given) + "&" if given else ""
