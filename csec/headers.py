"""What every answer carries, and the answer when PostgreSQL cannot be reached."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from psycopg.errors import DeadlockDetected, LockNotAvailable, QueryCanceled

from csec import errors

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]

PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


class ResponseHeaders:
    """Nothing is kept by a browser or a proxy, and no page asks for a sensor."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
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
