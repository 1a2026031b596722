"""Ending a part of a step, correcting an entry, and the SRO's request and answer."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import HiddenInput
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import kinds, permissions, workflow
from cases.forms import steps as forms
from cases.forms.base import this_minute
from cases.kinds.report import CALLED, KIND, is_called
from cases.models import Case, Entry, Outcome, SroRequest, StepPart
from cases.reading.around import rights_holders
from cases.reading.numbers import numbers, numbers_with
from cases.reading.parents import before_recording
from cases.reading.parts import begun, typed_before
from cases.reading.referrals import about, listed
from cases.views.beside import back_to, recorded, ways_on
from cases.views.in_place import stay_in_place
from cases.views.pages import (
    CASE_VIEWED,
    allow,
    attempt,
    form_for,
    get_case,
    get_part,
    has_left,
    leave,
    verb_page,
    warn_of_agency,
)
from cases.workflow.own_reports import own_duty
from cases.workflow.sro import answering_part, off_duty, officers_for
from cases.workflow.steps import asked_fields, definition_of, outcomes_of_correction
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CASE_ROLES, Role
from csec.directory.card import dial
from csec.directory.models import Agency, District
from csec.errors import Absent
from csec.routes import route


def step_context(case: Case, part: StepPart) -> dict[str, Any]:
    """The printed words and this project's reading of the part a form is about."""
    track = case.protocol.definition.track(part.run.track)
    step = next(step for step in track.steps if step.number == part.step_number)
    return {
        "case": case,
        "part": part,
        "track": track,
        "step": step,
        "definition": definition_of(case, part),
        "cancel_url": f"{case.get_absolute_url()}#part-{part.pk}",
    }


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.ACTORS)
def record_outcome(request: StaffRequest, case_id: UUID, part_id: UUID) -> HttpResponse:
    case, part = get_part(request, case_id, part_id)
    allow(permissions.can_record_outcome(request.user, case, part), "record_outcome", case=case)
    asked, definition = asked_fields(case, part, request.at, request.user), definition_of(case, part)
    half = begun(case, part)
    typed = typed_before(case, part) if request.method == "GET" else {}
    offered = forms.offered_values(asked, typed, definition=definition)
    form = form_for(
        request,
        forms.RecordOutcomeForm,
        f"record_outcome:{part.pk}",
        definition=definition,
        version=part.version,
        at=request.at,
        asked=asked,
        offered=offered | forms.entered_values(asked, half),
        listed=listed(part.kind),
    )
    if attempt(request, form, workflow.record_outcome, part=part):
        if part.kind == KIND:
            warn_of_agency(request, form.values().get("agency"))
        return recorded(request, case, part, _what_comes(form))
    if stayed := stay_in_place(request, part, form):
        return stayed
    context = step_context(case, part)
    if form.conflict:
        form.renew("version", part.version)
        context["ways_on"] = ways_on(request, case, part)
    own = own_duty(part, request.user) if part.kind == KIND else None
    if own:
        # Each goes by their own clock.
        part.due_at = own.due_at
    if part.is_open or own:
        context["prompt"] = kinds.report.TO_WRITE if half and part.version else definition.prompt
        context["numbers"] = numbers_with(getattr(case, "child_welfare", ()), request.at.date())
    if part.kind == KIND:
        context["sheet_url"] = reverse("cases:report_sheet", args=[case.pk, part.pk])
    if part.kind in kinds.ON_WEBSITE:
        context["district"] = District.objects.first()
    if part.kind in kinds.CHECKS_OF_CASE:
        context["rights_holders"] = rights_holders(case)
    context["referral"] = about(case, part, request.at)
    context |= before_recording(case, part, request.at)
    return verb_page(request, "record_outcome", form, **context)


def _what_comes(form: forms.RecordOutcomeForm) -> str:
    """What an entry left to do: one that is not the end of a part says so."""
    outcome = form.cleaned_data["outcome"]
    if is_called(outcome, form.values()):
        return _("The call is recorded. The written report is still due.")
    if outcome == Outcome.UNABLE:
        return _("Recorded. It stays open, and asks again on the day that you chose.")
    return _("Recorded.")


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.ACTORS)
def correct_entry(request: StaffRequest, case_id: UUID, entry_id: UUID) -> HttpResponse:
    case = get_case(request, case_id)
    entry = (
        Entry.objects.select_related("evidence", "actor", "part__run", "part__corresponds_to")
        .filter(pk=entry_id, case=case)
        .first()
    )
    if entry is None:
        raise Absent("entry", entry_id)
    part = entry.part
    part.case = case
    allow(permissions.can_correct_entry(request.user, case, part, entry), "correct_entry", case=case)
    others = permissions.only_opens_again(request.user, entry)
    asked = () if others else asked_fields(case, part, request.at, request.user)
    facts = entry.evidence.facts(case.key) if hasattr(entry, "evidence") else {}
    form = form_for(
        request,
        forms.CorrectEntryForm,
        f"correct_entry:{entry.pk}",
        definition=definition_of(case, part),
        version=part.version,
        at=request.at,
        asked=asked,
        offered=forms.entered_values(asked, facts),
        listed=listed(part.kind) if asked else {},
        outcomes=outcomes_of_correction(request.user, definition_of(case, part), entry),
        initial={
            "outcome": CALLED if part.kind == KIND and is_called(entry.outcome, facts) else entry.outcome,
            "happened_at": this_minute(request.at if others else entry.happened_at),
            "review_on": None if others else entry.review_on,
            "reason": _("I carry this duty myself.") if others and not entry.handed_over else "",
        },
    )
    if others:
        why = _("Why is it open again here?") if entry.handed_over else _("Why is it open again for you?")
        form.fields["reason"].label = why
        form.fields["review_on"].widget = HiddenInput()
    if attempt(request, form, workflow.correct_entry, entry=entry):
        opened = (
            _("It is open again. What was handed over stays beside it.")
            if entry.handed_over
            else _("It is open again. Your colleague’s report stays beside it.")
        )
        words = opened if others else _("Corrected. The earlier entry stays beside it.")
        return recorded(request, case, part, words)
    return verb_page(request, "correct_entry", form, entry=entry, others=others, **step_context(case, part))


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.ACTORS)
def request_sro(request: StaffRequest, case_id: UUID, part_id: UUID) -> HttpResponse:
    case, part = get_part(request, case_id, part_id)
    allow(permissions.can_request_sro(request.user, case, part), "request_sro", case=case)
    officers = officers_for(case, at=request.at)
    away = off_duty(officers, case, request.at)
    asked, definition = asked_fields(case, part, request.at), definition_of(case, part)
    typed = typed_before(case, part) if request.method == "GET" else {}
    form = form_for(
        request,
        forms.RequestSroForm,
        f"request_sro:{part.pk}",
        officers=officers,
        off_duty=away,
        version=part.version,
        asked=asked,
        offered=forms.offered_values(asked, typed, definition=definition),
    )
    if attempt(request, form, workflow.request_sro, part=part):
        words = _("The SRO is asked, and can open the SRO’s steps of this case.")
        if form.cleaned_data["officer"].pk in away:
            words = _(
                "The SRO is asked, and is off duty now. Whoever covers is told, and where nobody does, or outside the"
                " hours of school, whoever answers for the case."
            )
        return recorded(request, case, part, words)
    if form.conflict:
        form.renew("version", part.version)
    nobody_there = all(officer.pk in away for officer in officers)
    context: dict[str, Any] = {"officers": officers, "nobody_there": nobody_there}
    context["can_record"] = permissions.can_record_outcome(request.user, case, part)
    if nobody_there:
        district = District.objects.first() or District()
        context |= {"district": district, "dispatch_dial": dial(district.dispatch_number)}
        context["numbers"] = numbers(Agency.Kind.LAW_ENFORCEMENT, request.at.astimezone(case.zone).date())
    return verb_page(request, "request_sro", form, **context, **step_context(case, part))


def _get_request(case: Case, request_id: UUID) -> SroRequest:
    found = SroRequest.objects.select_related("part__run").filter(pk=request_id, case=case).first()
    if found is None:
        raise Absent("request", request_id)
    found.part.case = case
    return found


@route(CASE_ROLES, methods=["POST"], event=CASE_VIEWED, may={Role.SRO})
def accept_request(request: StaffRequest, case_id: UUID, request_id: UUID) -> HttpResponse:
    case = get_case(request, case_id)
    asked = _get_request(case, request_id)
    allow(permissions.can_accept_request(request.user, case, asked), "accept_request", case=case)
    try:
        workflow.accept_request(actor=request.user, request=asked, at=request.at)
    except workflow.Conflict as conflict:
        messages.warning(request, str(conflict.words))
        return back_to(case, asked.part)
    words = _("Accepted. Report back when you know what comes of it.")
    return recorded(request, case, answering_part(asked), words)


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may={Role.SRO})
def decline_request(request: StaffRequest, case_id: UUID, request_id: UUID) -> HttpResponse:
    try:
        return _decline_request(request, case_id, request_id)
    except Absent:
        if not has_left(request, "decline_request", request_id):
            raise
        messages.info(request, _("You declined this already."))
        return redirect("home")


def _decline_request(request: StaffRequest, case_id: UUID, request_id: UUID) -> HttpResponse:
    case = get_case(request, case_id)
    asked = _get_request(case, request_id)
    allow(permissions.can_decline_request(request.user, case, asked), "decline_request", case=case)
    form = form_for(request, forms.DeclineRequestForm, f"decline_request:{asked.pk}")
    if attempt(request, form, workflow.decline_request, request=asked):
        leave(request, "decline_request", asked.pk)
        messages.success(request, _("Declined. It is the school’s again, to ask somebody else."))
        return redirect("home")
    return verb_page(request, "decline_request", form, asked=asked, **step_context(case, asked.part))


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may={Role.SRO})
def report_back(request: StaffRequest, case_id: UUID, request_id: UUID) -> HttpResponse:
    case = get_case(request, case_id)
    asked = _get_request(case, request_id)
    allow(permissions.can_report_back(request.user, case, asked), "report_back", case=case)
    part = answering_part(asked)
    fields = asked_fields(case, part, request.at)
    typed = typed_before(case, part) if request.method == "GET" else {}
    form = form_for(
        request,
        forms.ReportBackForm,
        f"report_back:{asked.pk}",
        version=part.version,
        asked=fields,
        offered=forms.offered_values(fields, typed),
    )
    if attempt(request, form, workflow.report_back, request=asked):
        return recorded(request, case, part, _("Reported back."))
    if form.conflict:
        form.renew("version", part.version)
    return verb_page(request, "report_back", form, asked=asked, **step_context(case, part))
