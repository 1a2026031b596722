"""What the views have in common: fetching what one may see, sending a form to its verb, showing the page."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.contrib.sessions.backends.base import UpdateError
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.forms.base import VerbForm
from cases.forms.quick import IN_PLACE
from cases.kinds import report
from cases.models import Case, Concern, EmergencyAccess, StepPart
from cases.reading.along import EMERGENCY_NUMBER, come_along
from cases.reading.concern import student_named
from cases.reading.numbers import CHILD_WELFARE
from cases.workflow import Conflict, DoneAlready, Invalid
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import EMERGENCY
from csec.drafts import store
from csec.errors import Absent, NotPermitted

F = TypeVar("F", bound=VerbForm)

#: The event of a GET of a case or of one of its forms: opening any of them is reading the case.
CASE_VIEWED = "case_viewed"
CONCERN_VIEWED = "concern_viewed"

#: In the session: which forms took their sender off a case, the latest few.
_LEFT = "left"
_REMEMBERED = 20


def get_case(request: StaffRequest, case_id: UUID) -> Case:
    """The case as this person may see it, with what its pages say first. Raises Absent."""
    case = _open(request, case_id)
    if not come_along(case, request.user):
        raise Absent("case", case_id)
    if case.my_role == EMERGENCY:
        mine = EmergencyAccess.objects.filter(case=case, person=request.user, ended_at__isnull=True)
        case.open_until = mine.aggregate(last=Max("until"))["last"]
    return case


def _open(request: StaffRequest, case_id: UUID) -> Case:
    """The row and what it names, for the log and with the times of its school. Raises Absent."""
    case = (
        Case.objects.visible_to(request.user)
        .select_related("school", "student__merged_into", "protocol", "key")
        .filter(pk=case_id)
        .first()
    )
    if case is None:
        raise Absent("case", case_id)
    _seen(request, case)
    return case


def _seen(request: StaffRequest, case: Case) -> None:
    """The log names the case and the role in which it was opened; its times are in its school's zone."""
    request.log_case = case.pk  # type: ignore[attr-defined]
    request.log_role = case.my_role  # type: ignore[attr-defined]
    timezone.activate(case.zone)


def get_part(request: StaffRequest, case_id: UUID, part_id: UUID) -> tuple[Case, StepPart]:
    """A part and its case as this person may see them, in one query. Raises Absent."""
    part = (
        StepPart.objects.visible_to(request.user)
        .select_related(
            "run",
            "corresponds_to",
            "case__school",
            "case__student__merged_into",
            "case__protocol",
            "case__key",
        )
        .annotate(emergency_number=EMERGENCY_NUMBER, child_welfare=CHILD_WELFARE)
        .filter(pk=part_id, case=case_id)
        .first()
    )
    if part is None:
        _open(request, case_id)
        raise Absent("part", part_id)
    part.case.my_role = part.my_role
    part.case.emergency_number = part.emergency_number  # type: ignore[attr-defined]
    part.case.child_welfare = part.child_welfare  # type: ignore[attr-defined]
    _seen(request, part.case)
    return part.case, part


def get_concern(request: StaffRequest, concern_id: UUID) -> Concern:
    """The concern as this person may see it, its times in its school's zone. Raises Absent."""
    concern = (
        Concern.objects.visible_to(request.user)
        .select_related(
            "school", "student__merged_into", "key", "receiver", "backup", "accepted_by", "ended_by", "author"
        )
        .filter(pk=concern_id)
        .first()
    )
    if concern is None:
        raise Absent("concern", concern_id)
    request.log_subject = concern.pk  # type: ignore[attr-defined]
    timezone.activate(concern.zone)
    return concern


def allow(allowed: bool, verb: str, *, case: Case | None = None, concern: Concern | None = None) -> None:
    """Raise NotPermitted before a form is shown that its verb would refuse."""
    if not allowed:
        subject = case.pk if case else concern.pk if concern else None
        raise NotPermitted(verb, subject=subject, case=case.pk if case else None)


def form_for(request: StaffRequest, form_class: type[F], key: str, **given: Any) -> F:
    """
    The form as it was sent, or as it was kept when its author was signed out, or empty.

    `key` names the form for its draft: the verb, and the id of what it is about.
    """
    draft_of = store.token(request.user.pk, key)
    if request.method == "POST":
        form = form_class(request.POST, **given)
    else:
        form = form_class(**given)
        kept = store.find(person=request.user.pk, form=key)
        if kept:
            form.restore(*kept)
    form.initial[store.FIELD] = draft_of
    form.draft_key = key  # type: ignore[attr-defined]
    return form


def attempt(page: StaffRequest, form: VerbForm, verb: Callable[..., Any], /, **given: Any) -> Any:
    """
    Send a form to its verb. Returns what the verb returned, True for nothing, None when it did not go through.

    Then the form says why, beside the field or above it, and keeps what was typed.
    """
    if not form.is_bound or not form.is_valid():
        return None
    result: Any
    try:
        result = verb(actor=page.user, at=page.at, **given, **form.arguments())
    except DoneAlready:
        # Of two clicks the second finds done what the first did.
        result = True
    except Conflict as conflict:
        form.show_conflict(conflict.words)
        return None
    except Invalid as invalid:
        form.show_invalid(invalid.fields)
        return None
    if IN_PLACE not in page.POST:
        # A short form leaves what is half-written in the whole one.
        store.drop(person=page.user.pk, form=form.draft_key)  # type: ignore[attr-defined]
    store.drop(person=page.user.pk, form=store.short_of(form.draft_key))  # type: ignore[attr-defined]
    return True if result is None else result


def leave(request: StaffRequest, verb: str, subject: UUID) -> None:
    """
    Note, in the transaction of a verb by which its actor may have lost sight of the case, that it was theirs.

    Nothing but the ids, in the session, and so no longer than that: `has_left` reads it when the form comes twice.
    """
    done = [*request.session.get(_LEFT, []), f"{verb}:{subject}"]
    request.session[_LEFT] = done[-_REMEMBERED:]
    # Signed out in another window meanwhile: then the second sending is told to sign in.
    with suppress(UpdateError):
        request.session.save()
    request.session.modified = False


def has_left(request: StaffRequest, verb: str, subject: UUID) -> bool:
    """Whether this person sent this form before; asked when it comes in and its case is not to be seen any more."""
    if request.method != "POST":
        return False
    # Of two clicks at once the second read its session before the first had done its part.
    stored = type(request.session)(request.session.session_key)
    if f"{verb}:{subject}" not in stored.get(_LEFT, []):
        return False
    request.log_event = f"{verb}_sent_again"  # type: ignore[attr-defined]
    request.log_subject = subject  # type: ignore[attr-defined]
    return True


def after_reading(form: F, concern: Concern) -> F:
    """The form knows how much of the concern its page showed."""
    form.initial["additions"] = concern.additions.count()
    return form


def renew_reading(form: VerbForm) -> None:
    """Whoever was told that something came in can send the form again, having read it."""
    if form.conflict:
        form.renew("additions", form.initial["additions"])


def warn_of_agency(request: StaffRequest, agency: Any) -> None:
    """A report goes on record whatever agency was typed; that one cannot take it is said at once."""
    if report.may_be_of_a_school(agency):
        messages.warning(request, report.NOT_LAWFUL)


def verb_page(request: StaffRequest, verb: str, form: VerbForm, **context: Any) -> HttpResponse:
    """The page of one verb's form: 409 when somebody was first, 422 when something has to be typed again."""
    if "concern" in context:
        context["student_named"] = student_named(context["concern"], request.user)
    if form.conflict and (back := context.get("cancel_url")):
        context.setdefault("ways_on", [(back, _("See how it stands now"))])
    status = 409 if form.conflict else 422 if form.is_bound and form.errors else 200
    return render(request, f"cases/{verb}.html", {"form": form, **context}, status=status)
