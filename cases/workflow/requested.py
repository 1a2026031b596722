"""Which restricted records a request is about: found by PostgreSQL, and for counsel alone."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q

from cases.models import Case, RecordsRequest
from csec.accounts.models import User
from csec.accounts.roles import Role


class RequestedCase(NamedTuple):
    """A restricted record about the student of a request, as counsel is told of it before opening it."""

    pk: UUID
    number: str
    school: str
    opened_at: datetime


def requested_cases(request: RecordsRequest) -> list[RequestedCase]:
    """The restricted records about the student of an open request; for counsel, and nobody else is told of any."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT case_id, number, school, opened_at FROM requested_cases(%s)", [request.pk])
        return [RequestedCase(*row) for row in cursor.fetchall()]


def opened_cases(request: RecordsRequest, reader: User) -> list[RequestedCase]:
    """Those of them that are open to the reader as counsel now."""
    mine = set(Case.objects.visible_to(reader).filter(Q(my_role=Role.COUNSEL)).values_list("pk", flat=True))
    return [one for one in requested_cases(request) if one.pk in mine]
