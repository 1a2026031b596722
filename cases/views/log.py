"""What the log says of one case to those who carry it or answer for it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from cases.reading.readers import MAY_KNOW_THE_DAYS, emergency_accesses, readings
from cases.views.pages import CASE_VIEWED, allow, get_case
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CASE_ROLES
from csec.routes import route


@route(CASE_ROLES, event=CASE_VIEWED, may=MAY_KNOW_THE_DAYS)
def case_readings(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Who has opened the case, and on which days."""
    case = get_case(request, case_id)
    allow(case.my_role in MAY_KNOW_THE_DAYS, "case_readings", case=case)
    context = {"case": case, "readings": readings(case), "emergencies": emergency_accesses(case)}
    return render(request, "cases/case_readings.html", context)
