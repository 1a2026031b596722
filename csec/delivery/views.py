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
    """Whether reminders go out: 200 or 503, and no data."""
    try:
        ok = health.state(database_now()).ok
    except (DatabaseError, InterfaceError):
        logger.warning("PostgreSQL did not say whether reminders go out.")
        ok = False
    return HttpResponse("ok\n" if ok else "not ok\n", status=200 if ok else 503, content_type="text/plain")
