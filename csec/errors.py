"""What a request can run into, and the pages that say so without giving anything away."""

import logging
from collections.abc import ItemsView
from types import FrameType
from typing import Any
from uuid import UUID

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.debug import SafeExceptionReporterFilter

from csec.audit.log import record, request_log

logger = logging.getLogger(__name__)

#: The name of the route to which a page sends what is being typed, without its author doing anything.
KEPT_BY_ITSELF = "keep_draft"


class Absent(Exception):
    """There is no such thing, or not for this person: the answer is the same to the byte."""

    def __init__(self, what: str, subject: UUID | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.subject = subject


class NotPermitted(Exception):
    """This person may open the case and may not do this to it."""

    def __init__(self, verb: str, *, subject: UUID | None = None, case: UUID | None = None) -> None:
        super().__init__(verb)
        self.verb = verb
        self.subject = subject
        self.case = case


class NotInDrills(NotPermitted):
    """What a drill has no part of: it stays with whoever is signed in, once they have left the drill."""


class NothingButTheType(SafeExceptionReporterFilter):
    """Error reports carry no request body, no local variables and no settings: any of them may hold a name."""

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, str]:
        return {}

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType | None
    ) -> ItemsView[str, Any]:
        return {}.items()


def page(request: HttpRequest, status: int, template: str | None = None, **said: bool) -> HttpResponse:
    """An error page: no session, no data, the same bytes for everyone of whom the same is `said`."""
    return render(request, template or f"{status}.html", {**said, "status": status}, status=status)


def unanswered(request: HttpRequest) -> HttpResponse:
    """
    PostgreSQL is away. A form of ours goes back to the window it came from, to be sent again from there.

    Back alone would open it empty: no page is kept by the browser, and no draft can be kept here.
    """
    from csec.drafts import store

    ours = request.method == "POST" and store.FIELD in request.POST
    typed = _typed(request) if ours else []
    sent = [(name, one) for name, one in typed if name != "csrfmiddlewaretoken"]
    return render(request, "503.html", {"sent": sent, "status": 503}, status=503)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, one) for name, all_of_it in request.POST.lists() for one in all_of_it]


def not_kept(request: HttpRequest) -> HttpResponse:
    """A form that came in too late, and that nobody could open again."""
    from csec.drafts import store

    if store.is_of_ended_drill(request):
        return drill_is_over(request)
    return page(request, 403, "403_csrf.html", kept=False)


def drill_is_over(request: HttpRequest) -> HttpResponse:
    """What was sent to a drill that is over: its words stand there to be copied, what was chosen does not."""
    request.drill = False  # type: ignore[attr-defined]
    words = [one for _name, one in _typed(request) if len(one.split()) > 1]
    return render(request, "409_drill_over.html", {"words": words, "status": 409}, status=409)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """
    What was typed is kept for its author, and the page says so; or it says that it is not.

    Never what a page kept by itself: in a tab that is out of date that is older than what was kept since.
    """
    from csec.drafts import store  # here, because drafts are kept in the database and these pages are not

    by_itself = request.resolver_match is not None and request.resolver_match.url_name == KEPT_BY_ITSELF
    try:
        kept = not by_itself and store.keep_posted(request)
        if not kept:
            _log_refusal(request)
        if not kept and not by_itself:
            return not_kept(request)
    except DatabaseError:
        logger.error("A form that was out of date could not be kept.")
        kept = False
    return page(request, 403, "403_csrf.html", kept=kept)


def _log_refusal(request: HttpRequest) -> None:
    """A form of somebody who is signed in. Nobody's is not in the log, or whoever reaches the server could fill it."""
    if request.user.is_authenticated:
        with request_log():
            record("form_out_of_date", actor=request.user.pk, role=request.user.main_role, result="denied")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return page(request, 500)
