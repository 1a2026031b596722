"""The first screen: what needs one now, what is late, what is next."""

from django.http import HttpResponse
from django.shortcuts import render

from cases.reading.watched import watched
from cases.reading.work import waiting_for
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import EVERYONE
from csec.routes import route


@route(EVERYONE, event="home_viewed")
def home(request: StaffRequest) -> HttpResponse:
    """One's own work, over everything one may see. `?all=` shows one of its lists to the end."""
    work = waiting_for(request.user, request.at, in_full=request.GET.get("all", ""))
    told = watched(request.user, request.at)
    return render(
        request,
        "cases/home.html",
        {"work": work, "watched": told.found, "no_recovery_key": told.no_recovery_key},
    )
