"""Help: how this works, what each form asks for and why; and with one step of a case."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cases.help import SUBJECTS
from cases.models import StepPart
from cases.reading.help import Contents, help_of_step, helps_of
from cases.views.pages import CASE_VIEWED, get_case
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CASE_ROLES, EVERYONE
from csec.errors import Absent
from csec.routes import route

HELP_OPENED = "help_opened"


@route(EVERYONE, event=HELP_OPENED)
def help_contents(request: StaffRequest) -> HttpResponse:
    contents = Contents(request.user, timezone.localdate(request.at))
    return render(request, "cases/help_contents.html", {"contents": contents})


@route(EVERYONE, event=HELP_OPENED)
def help_subject(request: StaffRequest, topic: str) -> HttpResponse:
    subject = next((one for one in SUBJECTS if one.name == topic), None)
    if subject is None:
        raise Absent("page")
    helps = helps_of(subject, timezone.localdate(request.at))
    return render(request, "cases/help_subject.html", {"subject": subject, "helps": helps})


@route(CASE_ROLES, event=CASE_VIEWED)
def help_step(request: StaffRequest, case_id: UUID, part_id: UUID) -> HttpResponse:
    """With the whole step of a part, by the protocol that the case follows."""
    case = get_case(request, case_id)
    part = (
        StepPart.objects.visible_to(request.user).select_related("run").filter(pk=part_id, case=case).first()
    )
    if part is None:
        raise Absent("part", part_id)
    track = case.protocol.definition.track(part.run.track)
    step = next(step for step in track.steps if step.number == part.step_number)
    context = {
        "case": case,
        "track": track,
        "found": help_of_step(track, step),
        "back": f"{case.get_absolute_url()}#part-{part.pk}",
    }
    return render(request, "cases/help_step.html", context)
