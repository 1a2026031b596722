"""What happened in a case, by time."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from cases.reading.timeline import KINDS, may_read, not_shown
from cases.reading.timeline import timeline as read_timeline
from cases.views.pages import CASE_VIEWED, get_case
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CASE_ROLES
from csec.routes import route


@route(CASE_ROLES, event=CASE_VIEWED)
def timeline(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """`?kind=` shows one kind, `?before=` goes on where the page before ended; what is neither is left aside."""
    case = get_case(request, case_id)
    kinds = may_read(case)
    kind = request.GET.get("kind", "")
    kind = kind if kind in kinds else ""
    before = request.GET.get("before", "")
    context = {
        "case": case,
        "page": read_timeline(case, request.user, kind=kind, before=before),
        "kinds": [(name, KINDS[name]) for name in kinds],
        "kind": kind,
        "before": before,
        "not_shown": not_shown(case),
    }
    return render(request, "cases/timeline.html", context)
