"""The work sheet for a report to Child Welfare Services: shown to whoever carries the duty, and never kept."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render

from cases import permissions
from cases.kinds import report
from cases.models import Concern
from cases.reading.concern import student_known, student_named
from cases.reading.duties import own_learned_at
from cases.reading.numbers import Listed, child_welfare
from cases.reading.sheet import parents_entered, sheet
from cases.views.pages import allow, get_concern, get_part
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CASE_ROLES, EVERYONE
from csec.errors import Absent
from csec.routes import route

SHEET_OPENED = "report_sheet_opened"


@route(EVERYONE, event=SHEET_OPENED)
def concern_sheet(request: StaffRequest, concern_id: UUID) -> HttpResponse:
    """From one concern: for its author, and for whoever has read it and so knows of it too."""
    read = get_concern(request, concern_id)
    made = sheet(
        request.user,
        school=read.school,
        named=student_named(read, request.user),
        student=student_known(read, request.user),
        concerns=[read],
        at=request.at,
    )
    context = {"sheet": made, "numbers": _child_welfare(request, read.zone), "back": read.get_absolute_url()}
    return render(request, "cases/report_sheet.html", context)


@route(CASE_ROLES, event=SHEET_OPENED, may=permissions.ACTORS)
def report_sheet(request: StaffRequest, case_id: UUID, part_id: UUID) -> HttpResponse:
    """From a case: of its concerns those that the reader may see."""
    case, part = get_part(request, case_id, part_id)
    if part.kind != report.KIND:
        raise Absent("part", part_id)
    allow(permissions.can_record_outcome(request.user, case, part), "report_sheet", case=case)
    concerns = Concern.objects.visible_to(request.user).filter(case=case).select_related("key", "author")
    made = sheet(
        request.user,
        school=case.school,
        named=case.student.full_name if case.student else "",
        student=case.student,
        concerns=concerns.order_by("logged_at", "id"),
        at=request.at,
        parents=parents_entered(case, request.user, request.at),
        learned=own_learned_at(case, request.user),
    )
    context = {
        "case": case,
        "sheet": made,
        "numbers": _child_welfare(request, case.zone),
        "back": f"{case.get_absolute_url()}#part-{part.pk}",
    }
    return render(request, "cases/report_sheet.html", context)


def _child_welfare(request: StaffRequest, zone: ZoneInfo) -> list[Listed]:
    return child_welfare(request.at.astimezone(zone).date())
