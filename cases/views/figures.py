"""The figures of a school, or of all."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cases.reading.figures import PERIODS, Figures, chosen, schools_of
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import OVERSEERS, Role
from csec.errors import Absent
from csec.routes import route


@route(OVERSEERS, event="figures_read", in_drills=False)
def figures(request: StaffRequest) -> HttpResponse:
    """Open cases, what is late, how long steps take, check-ins: numbers that tell of nobody else's student."""
    schools = schools_of(request.user)
    asked, period = request.GET.get("school", ""), request.GET.get("days", "")
    try:
        school = chosen(request.user, asked, schools)
    except KeyError:
        raise Absent("page") from None
    days = int(period) if period in map(str, PERIODS) else 90
    read = Figures(request.user, schools, school, days=days, at=request.at)
    timezone.activate(read.zone)
    context = {
        "figures": read,
        "schools": schools,
        "periods": PERIODS,
        "of_the_district": request.user.has_role(Role.LIAISON),
    }
    return render(request, "cases/figures.html", context)
