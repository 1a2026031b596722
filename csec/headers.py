"""What every answer carries, and the answer when PostgreSQL cannot be reached."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from psycopg.errors import DeadlockDetected, LockNotAvailable, QueryCanceled

from csec import errors

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
        for name, value in EVERYWHERE.items():
            response.headers.setdefault(name, value)
        # Pages that Django calls "never cached" may still be kept by a browser for going back.
        if "no-cache" in response.headers["Cache-Control"]:
            response.headers["Cache-Control"] = "no-store"
        return response


def _what_happened(exception: Exception) -> str:
    if isinstance(exception.__cause__, QueryCanceled):
        return "PostgreSQL did not answer in time (statement_timeout)."
    if isinstance(exception.__cause__, DeadlockDetected | LockNotAvailable):
        return "PostgreSQL gave up waiting for a lock."
    return "PostgreSQL cannot be reached."


class DatabaseUnreachable:
    """503 with the way to the emergency card, instead of an error, while PostgreSQL is away or does not answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError | InterfaceError):
            logger.error("%s", _what_happened(exception))
            return errors.unanswered(request)
        return None
