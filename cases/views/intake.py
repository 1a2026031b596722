"""A concern: recorded, read, taken, matched, attached, closed."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import permissions, workflow
from cases.forms import intake as forms
from cases.forms.students import FindsStudent
from cases.models import Case, Concern
from cases.reading.concern import open_cases_of, read_concern, student_named
from cases.reading.concerns import list_concerns
from cases.reading.duties import duties_of
from cases.reading.links import waiting_beside
from cases.reading.numbers import child_welfare
from cases.reading.sheet import blank_sheet
from cases.views.pages import (
    CONCERN_VIEWED,
    after_reading,
    allow,
    attempt,
    form_for,
    get_concern,
    renew_reading,
    verb_page,
)
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CASE_ROLES, EVERYONE
from csec.directory.card import card
from csec.directory.models import District, School
from csec.routes import PUBLIC, route
from protocols.indicators import indicator_list

STUDENTS_SEARCHED = "students_searched"


@route(EVERYONE, event="concerns_listed")
def concerns(request: StaffRequest) -> HttpResponse:
    """What one holds and what one wrote: the waiting ones first. `?which=` and `?after=` go on in one of the lists."""
    pages = list_concerns(request.user, which=request.GET.get("which", ""), after=request.GET.get("after"))
    return render(request, "cases/concerns.html", {"pages": pages, "alone": len(pages) == 1})


@route(EVERYONE, event="concern_begun")
def new_concern(request: StaffRequest) -> HttpResponse:
    """Is anybody in danger right now? And whom to telephone else, with what they ask. Before any form."""
    school = _school_asked(request)
    schools = request.user.schools
    works_at = school or (schools[0] if len(schools) == 1 else None)
    context = {
        "district": District.objects.first(),
        "school": school,
        "numbers": child_welfare(request.at.date()),
        "sheet": blank_sheet(request.user, works_at),
    }
    return render(request, "cases/new_concern.html", context)


def _school_asked(request: StaffRequest) -> School | None:
    """`?school=` fills in one of one's schools: a page of a case that leads here takes nothing else along."""
    asked = request.GET.get("school", "")
    return next((school for school in request.user.schools if str(school.pk) == asked), None)


@route(PUBLIC)
def blank_concern(request: StaffRequest) -> HttpResponse:
    """The form on paper, for when nothing else works."""
    context = {"indicators": indicator_list(), "emergency_number": card().emergency_number}
    return render(request, "cases/blank_concern.html", context)


@route(EVERYONE, methods=["GET", "POST"], event="concern_form_opened")
def log_concern(request: StaffRequest) -> HttpResponse:
    typed = request.POST if request.method == "POST" else request.GET
    if school := forms.school_meant(typed, request.user.schools):
        timezone.activate(school.zone)
    form = form_for(request, forms.LogConcernForm, "log_concern", author=request.user, at=request.at)
    if not form.restored_at and (asked := _school_asked(request)):
        form.initial["school"] = asked.pk
    form.prepare()
    numbers = child_welfare(request.at.date())
    if "find" in request.POST:
        return _show_found(request, "log_concern", form, numbers=numbers)
    sent = attempt(request, form, workflow.log_concern)
    if sent:
        messages.success(request, _("Your concern was sent."))
        return redirect(sent)
    if form.conflict:
        form.renew("concern_id", uuid4())
    return verb_page(request, "log_concern", form, indicators=indicator_list(), numbers=numbers)


def _show_found(request: StaffRequest, verb: str, form: FindsStudent, **context: object) -> HttpResponse:
    """The same form with the students that were found; nothing is checked and nothing is sent yet."""
    request.log_event = STUDENTS_SEARCHED  # type: ignore[attr-defined]
    form.errors.clear()
    if isinstance(about := context.get("concern"), Concern):
        context["student_named"] = student_named(about, request.user)
    context |= {"form": form, "searched": True, "indicators": indicator_list()}
    return render(request, f"cases/{verb}.html", context)


@route(EVERYONE, event=CONCERN_VIEWED)
def concern(request: StaffRequest, concern_id: UUID) -> HttpResponse:
    """Its author reads "received" and their own words; the receiver reads it all and deals with it."""
    read = get_concern(request, concern_id)
    can_open = permissions.can_open_case(request.user, read)
    duties = duties_of(read, request.user)
    context = {
        "concern": read,
        "reading": read_concern(read, request.user),
        "duties": duties,
        "owed": any(duty.row.is_open for duty in duties),
        "first_step": _first_step(request, read, can_open=can_open),
        "same_student": open_cases_of(read, request.user) if can_open else [],
        "beside": waiting_beside(read, request.user) if can_open else [],
        "student_named": student_named(read, request.user),
        "district": District.objects.first(),
        "numbers": child_welfare(request.at.date()),
        "can": {
            "supplement": permissions.can_supplement_concern(request.user, read),
            "accept": permissions.can_accept_concern(request.user, read),
            "match": permissions.can_match_concern(request.user, read),
            "open": can_open,
        },
    }
    return render(request, "cases/concern.html", context)


def _first_step(request: StaffRequest, concern: Concern, *, can_open: bool) -> str:
    """The one thing that stands first: to take it up, where nobody has or whoever did is late or gone; then a case."""
    late = concern.climbs_at is not None and concern.climbs_at <= request.at
    left = concern.status == Concern.Status.RECEIVED and not concern.taken
    free = not concern.accepted_at or left or (late and concern.accepted_by != request.user)
    if free and permissions.can_accept_concern(request.user, concern):
        return "accept"
    return "open" if can_open else ""


@route(EVERYONE, methods=["GET", "POST"], event=CONCERN_VIEWED, may=permissions.AUTHOR)
def supplement_concern(request: StaffRequest, concern_id: UUID) -> HttpResponse:
    read = get_concern(request, concern_id)
    allow(permissions.can_supplement_concern(request.user, read), "supplement_concern", concern=read)
    form = form_for(request, forms.SupplementConcernForm, f"supplement_concern:{read.pk}")
    if attempt(request, form, workflow.supplement_concern, concern=read):
        messages.success(request, _("Added to your concern."))
        return redirect(read)
    if form.conflict:
        form.renew("addition_id", uuid4())
    return verb_page(request, "supplement_concern", form, concern=read, cancel_url=read.get_absolute_url())


@route(
    CASE_ROLES,
    methods=["POST"],
    event=CONCERN_VIEWED,
    may=permissions.HOLDERS | permissions.WHO_MAY["accept_concern"],
)
def accept_concern(request: StaffRequest, concern_id: UUID) -> HttpResponse:
    read = get_concern(request, concern_id)
    # Whoever held it is told what became of it meanwhile.
    may = permissions.can_accept_concern(request.user, read) or permissions.can_match_concern(
        request.user, read
    )
    allow(may, "accept_concern", concern=read)
    form = forms.AcceptConcernForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Nothing was recorded. Read the concern, then try again."))
        return redirect(read)
    try:
        workflow.accept_concern(
            actor=request.user, concern=read, at=request.at, additions=form.cleaned_data["additions"]
        )
    except workflow.Conflict as conflict:
        messages.warning(request, str(conflict.words))
    else:
        in_case = read.status == Concern.Status.ATTACHED
        messages.success(request, _("You have read it.") if in_case else _("You deal with this concern now."))
    return redirect(read)


@route(CASE_ROLES, methods=["GET", "POST"], event=CONCERN_VIEWED, may=permissions.HOLDERS)
def match_concern(request: StaffRequest, concern_id: UUID) -> HttpResponse:
    read = get_concern(request, concern_id)
    allow(permissions.can_match_concern(request.user, read), "match_concern", concern=read)
    form = form_for(
        request,
        forms.MatchConcernForm,
        f"match_concern:{read.pk}",
        schools=[read.school],
        corrections=read.corrections.count(),
    )
    form.prepare()
    if "find" in request.POST:
        return _show_found(request, "match_concern", form, concern=read, cancel_url=read.get_absolute_url())
    if attempt(request, form, workflow.match_concern, concern=read):
        messages.success(request, _("The student is named."))
        # By its student it may go past them now.
        still_there = Concern.objects.visible_to(request.user).filter(pk=read.pk).exists()
        return redirect(read if still_there else "cases:concerns")
    if form.conflict:
        form.renew("corrections", form.initial["corrections"])
    return verb_page(request, "match_concern", form, concern=read, cancel_url=read.get_absolute_url())


@route(CASE_ROLES, methods=["GET", "POST"], event=CONCERN_VIEWED, may=permissions.HOLDERS)
def close_concern(request: StaffRequest, concern_id: UUID) -> HttpResponse:
    read = get_concern(request, concern_id)
    allow(permissions.can_close_concern(request.user, read), "close_concern", concern=read)
    form = after_reading(form_for(request, forms.CloseConcernForm, f"close_concern:{read.pk}"), read)
    if attempt(request, form, workflow.close_concern, concern=read):
        messages.success(request, _("The concern is closed. It stays in the log."))
        return redirect("cases:concerns")
    renew_reading(form)
    return verb_page(request, "close_concern", form, concern=read, cancel_url=read.get_absolute_url())


@route(CASE_ROLES, methods=["GET", "POST"], event=CONCERN_VIEWED, may=permissions.HOLDERS)
def attach_concern(request: StaffRequest, concern_id: UUID) -> HttpResponse:
    read = get_concern(request, concern_id)
    allow(permissions.can_attach_concern(request.user, read), "attach_concern", concern=read)
    cases = (
        Case.objects.visible_to(request.user)
        .filter(school=read.school)
        .select_related("student__merged_into")
    )
    form = after_reading(
        form_for(
            request, forms.AttachConcernForm, f"attach_concern:{read.pk}", cases=cases, student=read.student
        ),
        read,
    )
    if attempt(request, form, workflow.attach_concern, concern=read):
        messages.success(request, _("The concern is in the case now."))
        return redirect(reverse("cases:case", args=[form.cleaned_data["case"].pk]))
    renew_reading(form)
    return verb_page(
        request,
        "attach_concern",
        form,
        concern=read,
        any_open=cases.open().exists(),
        cancel_url=read.get_absolute_url(),
    )
