"""How an accepted referral goes, and what the roster says of a student with a case."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cases import permissions, workflow
from cases.forms import referrals as forms
from cases.models import Outcome
from cases.reading.referrals import accepted, looks
from cases.schedule import asked_again_on
from cases.views.beside import recorded
from cases.views.pages import CASE_VIEWED, allow, attempt, form_for, get_case, get_part, verb_page
from cases.views.steps import step_context
from cases.workflow.roster import is_unanswered, roster_mark, student_of
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CASE_ROLES
from csec.routes import route


@route(CASE_ROLES, methods=["GET", "POST"], event=CASE_VIEWED, may=permissions.ACTORS)
def follow_referral(request: StaffRequest, case_id: UUID, part_id: UUID) -> HttpResponse:
    case, part = get_part(request, case_id, part_id)
    allow(permissions.can_follow_referral(request.user, case, part), "follow_referral", case=case)
    today = request.at.astimezone(case.zone).date()
    proposed = asked_again_on(part.kind, Outcome.DONE, today)
    form = form_for(
        request,
        forms.FollowReferralForm,
        f"follow_referral:{part.pk}",
        proposed=proposed,
        state=part.progress,
    )
    if attempt(request, form, workflow.follow_referral, part=part):
        return recorded(request, case, part, _("Recorded."))
    provider, number = accepted(case, part, today)
    context = {"provider": provider, "number": number, "looks": looks(case, part)}
    return verb_page(request, "follow_referral", form, **context, **step_context(case, part))


@route(
    CASE_ROLES,
    methods=["GET", "POST"],
    event=CASE_VIEWED,
    may=permissions.WHO_MAY["note_roster_change"],
)
def note_roster_change(request: StaffRequest, case_id: UUID) -> HttpResponse:
    case = get_case(request, case_id)
    allow(permissions.can_note_roster_change(request.user, case), "note_roster_change", case=case)
    student = student_of(case)
    mark = roster_mark(student) if student else ""
    form = form_for(request, forms.NoteRosterChangeForm, f"note_roster_change:{case.pk}", seen=mark)
    if attempt(request, form, workflow.note_roster_change, case=case):
        messages.success(request, _("Recorded. It is asked again when the roster changes once more."))
        return redirect(case)
    if form.conflict:
        form.renew("seen", mark)
    asks = student is not None and is_unanswered(case, student)
    context = {"student": student, "asks": asks, "cancel_url": case.get_absolute_url()}
    return verb_page(request, "note_roster_change", form, case=case, **context)
