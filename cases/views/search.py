"""Searching. What is looked for is sent by POST and answered there: a name never stands in an address."""

from django.http import HttpResponse
from django.shortcuts import render

from cases.forms.search import SearchForm
from cases.reading.search import search_for
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CASE_ROLES
from csec.routes import route
from protocols.models import ProtocolVersion


@route(CASE_ROLES, methods=["GET", "POST"], event="search_opened")
def search(request: StaffRequest) -> HttpResponse:
    """The cases and concerns that one may see, by name, number, step, person or date. The log has no words of it."""
    sent = request.method == "POST"
    protocol = ProtocolVersion.objects.defer("text").in_force(request.at.date()).definition
    form = SearchForm(request.POST if sent else None, tracks=protocol.tracks)
    found = None
    if sent:
        request.log_event = "searched"  # type: ignore[attr-defined]
        if form.is_valid():
            found = search_for(request.user, form.query(), request.at)
    status = 422 if sent and found is None else 200
    return render(request, "cases/search.html", {"form": form, "found": found}, status=status)
