"""What a watch from outside may ask."""

import logging

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse

from csec.delivery import health
from csec.delivery.ticks import database_now
from csec.routes import PUBLIC, route

logger = logging.getLogger(__name__)


@route(PUBLIC)
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether reminders go out and reach somebody, and what is done is logged: 200 or 503, and no data."""
    try:
        found = health.state(database_now())
        ok = found.ok and found.logged and not found.nobody_to_tell
    except (DatabaseError, InterfaceError):
        logger.warning("PostgreSQL did not say whether reminders go out.")
        ok = False
    words, status = ("ok\n", 200) if ok else ("not ok\n", 503)
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
