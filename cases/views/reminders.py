"""The history of the reminders, and the calendar feed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import workflow
from cases.models import Case
from cases.reading.feed import feed_of
from cases.reading.history import history
from cases.reading.when import own_zone
from cases.views.pages import CASE_VIEWED, get_case
from cases.workflow.feeds import digest
from csec import errors, languages
from csec.accounts.models import CalendarFeed
from csec.accounts.requests import StaffRequest
from csec.accounts.roles import CASE_ROLES
from csec.audit.log import feeds_missed, record, request_log
from csec.identity import acting_as
from csec.routes import PUBLIC, route

#: So many tries at unknown addresses of calendars are logged in a quarter of an hour.
MOST_MISSED = 5


@route(CASE_ROLES, event="reminders_listed", in_drills=False)
def reminders(request: StaffRequest) -> HttpResponse:
    """What was said to whom, about all that one may open. `?reached=nobody` leaves what never arrived."""
    return _history(request)


@route(CASE_ROLES, event=CASE_VIEWED)
def case_reminders(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """The same about one case."""
    return _history(request, get_case(request, case_id))


def _history(request: StaffRequest, case: Case | None = None) -> HttpResponse:
    unreached = request.GET.get("reached") == "nobody"
    page = history(request.user, page=request.GET.get("page"), case=case, unreached=unreached)
    query = "reached=nobody&" if unreached else ""
    context = {"page": page, "case": case, "unreached": unreached, "query": query}
    return render(request, "cases/reminders.html", context)


@route(CASE_ROLES, event="feed_shown", in_drills=False)
def calendar(request: StaffRequest) -> HttpResponse:
    """Whether one has a feed, and how to make or take back its address."""
    feed = CalendarFeed.objects.filter(person=request.user, revoked_at__isnull=True).first()
    return render(request, "cases/calendar.html", {"feed": feed, "zone": own_zone(request.user)})


@route(CASE_ROLES, methods=["POST"], event="feed_shown", in_drills=False)
def make_feed(request: StaffRequest) -> HttpResponse:
    """The new address is shown once, on the answer itself: it is kept nowhere."""
    token = workflow.make_feed(actor=request.user, at=request.at)
    address = request.build_absolute_uri(reverse("cases:feed", args=[token]))
    feed = CalendarFeed.objects.filter(person=request.user, revoked_at__isnull=True).first()
    return render(
        request, "cases/calendar.html", {"feed": feed, "address": address, "zone": own_zone(request.user)}
    )


@route(CASE_ROLES, methods=["POST"], event="feed_shown", in_drills=False)
def revoke_feed(request: StaffRequest) -> HttpResponse:
    workflow.revoke_feed(actor=request.user, at=request.at)
    messages.success(request, _("The address no longer works."))
    return redirect("cases:calendar")


def _log_unknown() -> None:
    """
    That somebody tried an address, and never which.

    A few in a quarter of an hour, and no more: nobody fills a log from which nothing is ever taken. One says what
    hundreds would.
    """
    if feeds_missed() < MOST_MISSED:
        with request_log():
            record("feed_not_found", actor=None, result="not_found")


@route(PUBLIC)
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """For a calendar, which cannot sign in: the address itself is the key. An unknown one is absent."""
    row = CalendarFeed.objects.filter(
        digest=digest(token), revoked_at__isnull=True, person__is_active=True
    ).first()
    if row is None:
        _log_unknown()
        return errors.page(request, 404)
    with request_log(), acting_as(row.person_id) as at:
        with languages.written_to(row.person.language):
            answer = feed_of(row.person, at)
        record("feed_read", actor=row.person_id, role=row.person.main_role, subject=row.pk)
    return HttpResponse(answer, content_type="text/calendar; charset=utf-8")
