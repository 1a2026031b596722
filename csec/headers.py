"""What every answer carries, and the answer when PostgreSQL cannot be reached."""

import logging
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from psycopg.errors import DeadlockDetected, LockNotAvailable, QueryCanceled

from csec import errors
from csec.audit.log import NotLogged
from csec.delivery.heartbeat import log_refused
from csec.routes import mark_drill

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]

#: For every answer, errors and redirects included, unless what made it said otherwise: files that never change may
#: be kept. Some of it Django says as well; an answer that its middleware never saw has it from here.
EVERYWHERE = {
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class ResponseHeaders:
    """Nothing is kept by a browser or a proxy, framed by another site, or told to one; no page asks for a sensor."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        mark_drill(request, response)
        for name, value in EVERYWHERE.items():
            response.headers.setdefault(name, value)
        # Pages that Django calls "never cached" may still be kept by a browser for going back.
        if "no-cache" in response.headers["Cache-Control"]:
            response.headers["Cache-Control"] = "no-store"
        return response


def _what_happened(exception: Exception) -> str:
    if isinstance(exception, NotLogged):
        return "PostgreSQL does not take an event into the log: what was asked is not done, and not shown."
    if isinstance(exception.__cause__, QueryCanceled):
        return "PostgreSQL did not answer in time (statement_timeout)."
    if isinstance(exception.__cause__, DeadlockDetected | LockNotAvailable):
        return "PostgreSQL gave up waiting for a lock."
    return "PostgreSQL cannot be reached."


def _raise_alarm() -> None:
    try:
        log_refused()
    except (DatabaseError, InterfaceError):
        logger.error("Nor does it take a note of that.")


class DatabaseUnreachable:
    """
    503 with the way to the emergency card, instead of an error, while PostgreSQL is away or does not answer.

    Also when it does not take the event of what was asked: no event, no page.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError | InterfaceError):
            logger.error("%s", _what_happened(exception))
            if isinstance(exception, NotLogged):
                _raise_alarm()
            return errors.unanswered(request)
        return None
