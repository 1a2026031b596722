"""One case, and the verbs on a case as a whole."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases import permissions, workflow
from cases.forms import cases as forms
from cases.kinds import report
from cases.reading import closing
from cases.reading.concern import open_cases_of
from cases.reading.readers import who_opened
from cases.views.in_place import show_case
from cases.views.pages import (
    CASE_VIEWED,
    CONCERN_VIEWED,
    after_reading,
    allow,
    attempt,
    form_for,
    get_case,
    get_concern,
    renew_reading,
    verb_page,
)
from cases.workflow.cases import namings_of, parts_left_open
from cases.workflow.moves import schools_of
from cases.workflow.parents import asks_frozen_for
from cases.workflow.plans import plan_of
from cases.workflow.reclassify import BECOMES
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CASE_ROLES
from csec.errors import Absent
from csec.routes import route
from protocols.models import ProtocolVersion


@route(CASE_ROLES, event=CASE_VIEWED)
def case(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Where the case stands, what is next and by whom, the printed steps, and what was done."""
    return show_case(request, get_case(request, case_id))


@route(CASE_ROLES, methods=["GET", "POST"], event=CONCERN_VIEWED, may=permissions.HOLDERS)
def open_case(request: StaffRequest, concern_id: UUID) -> HttpResponse:
    concern = get_concern(request, concern_id)
    allow(permissions.can_open_case(request.user, concern), "open_case", concern=concern)
    protocol = ProtocolVersion.objects.in_force(request.at.astimezone(concern.zone).date()).definition
    tracks = [(track.id, track.title) for track in protocol.tracks]
    form = after_reading(
        form_for(request, forms.OpenCaseForm, f"open_case:{concern.pk}", tracks=tracks), concern
    )
    opened = attempt(request, form, workflow.open_case, concern=concern)
    if opened:
        messages.success(request, _("The case is open. Begin with what waits for you."))
        return redirect(opened)
    renew_reading(form)
    return verb_page(
        request,
        "open_case",
        form,
        concern=concern,
        same_student=open_cases_of(concern, request.user),
        cancel_url=concern.get_absolute_url(),
    )


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["reclassify"])
def reclassify(request: StaffRequest, case_id: UUID) -> HttpResponse:
    read = get_case(request, case_id)
    allow(permissions.can_reclassify(request.user, read), "reclassify", case=read)
    run = read.runs.filter(ended_at__isnull=True).first()
    to = BECOMES.get(run.track) if run else None
    if request.POST.get("to") in BECOMES.values():
        # Somebody else may have reclassified it meanwhile: the page stays what was filled in.
        to = request.POST["to"]
    if to is None:
        raise Absent("page")
    form = form_for(
        request, forms.ReclassifyForm, f"reclassify:{read.pk}", confirming=to == "confirmed_victim"
    )
    form.initial["to"] = to
    if attempt(request, form, workflow.reclassify, case=read):
        messages.success(request, _("Reclassified. What was done stays below, as it was."))
        return redirect(read)
    track = read.protocol.definition.track(to)
    return verb_page(request, "reclassify", form, case=read, track=track, cancel_url=read.get_absolute_url())


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["close_case"])
def close_case(request: StaffRequest, case_id: UUID) -> HttpResponse:
    read = get_case(request, case_id)
    allow(permissions.can_close_case(request.user, read), "close_case", case=read)
    still_open = list(parts_left_open(read, request.at).select_related("run"))
    left_open = [(part, closing.label(read, part)) for part in still_open if part.kind != report.KIND]
    late = closing.late_contact(read, request.at)
    typed = [name.removeprefix(forms.LEFT_OPEN) for name in request.POST if request.POST[name]]
    form = form_for(
        request,
        forms.CloseCaseForm,
        f"close_case:{read.pk}",
        left_open=left_open,
        scheduled=plan_of(read) is not None,
        may_have_left=late is None or late.may_close,
        ended=closing.ended_since(read, typed, still_open),
    )
    if attempt(request, form, workflow.close_case, case=read):
        messages.success(request, _("The case is closed. It can be reopened."))
        return redirect(read)
    reports = closing.open_reports(still_open)
    if reports and form.is_bound and not form.conflict:
        # Whatever else is wrong with the form: it cannot be sent before the report is made.
        form.show_conflict(closing.REPORT_FIRST)
    context = {"case": read, "reports": reports, "late": late, "cancel_url": read.get_absolute_url()}
    return verb_page(request, "close_case", form, **context)


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["reopen_case"])
def reopen_case(request: StaffRequest, case_id: UUID) -> HttpResponse:
    read = get_case(request, case_id)
    allow(permissions.can_reopen_case(request.user, read), "reopen_case", case=read)
    form = form_for(request, forms.ReopenCaseForm, f"reopen_case:{read.pk}")
    if attempt(request, form, workflow.reopen_case, case=read):
        messages.success(request, _("The case is open again, where it stood."))
        return redirect(read)
    return verb_page(request, "reopen_case", form, case=read, cancel_url=read.get_absolute_url())


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["void_case"])
def void_case(request: StaffRequest, case_id: UUID) -> HttpResponse:
    read = get_case(request, case_id)
    allow(permissions.can_void_case(request.user, read), "void_case", case=read)
    form = form_for(request, forms.VoidCaseForm, f"void_case:{read.pk}")
    if attempt(request, form, workflow.void_case, case=read):
        messages.success(request, _("The case is void. Its concerns are with their receivers again."))
        return redirect(read)
    return verb_page(request, "void_case", form, case=read, cancel_url=read.get_absolute_url())


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.WHO_MAY["correct_student"])
def correct_student(request: StaffRequest, case_id: UUID) -> HttpResponse:
    read = get_case(request, case_id)
    allow(permissions.can_correct_student(request.user, read), "correct_student", case=read)
    named_before = read.student is not None
    form = form_for(
        request,
        forms.CorrectStudentForm,
        f"correct_student:{read.pk}",
        schools=schools_of(read),
        corrections=namings_of(read).count(),
        frozen=asks_frozen_for(read),
    )
    form.prepare()
    context = {"case": read, "readers": who_opened(read), "cancel_url": read.get_absolute_url()}
    if "find" in request.POST:
        form.errors.clear()
        request.log_event = "students_searched"  # type: ignore[attr-defined]
        return render(request, "cases/correct_student.html", {"form": form, "searched": True, **context})
    if attempt(request, form, workflow.correct_student, case=read):
        words = _("The student is named.")
        if named_before:
            words = _(
                "Corrected. If a report was made, it has to be corrected as well: its step is open again."
            )
        messages.success(request, words)
        return redirect(read)
    if form.conflict:
        form.renew("corrections", form.initial["corrections"])
    return verb_page(request, "correct_student", form, **context)
