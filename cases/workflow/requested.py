"""A request that waits, and which restricted records it is about: found by PostgreSQL, and for counsel alone."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.models import Case, RecordsAnswer, RecordsRequest
from cases.workflow.refusals import Conflict
from cases.workflow.telling import when
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.errors import Absent

ANSWERED = _("%(who)s answered this request on %(when)s.")
OWN_WORD = _(
    "You named this student yourself. Somebody else of the district, the liaison or another counsel, has to name them"
    " as well before records are shown to you or a request is answered."
)


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


def lock_request(request_id: UUID, actor: User) -> RecordsRequest:
    """The request, locked until the transaction ends. Raises Absent for whoever is not of the district."""
    if not permissions.can_read_records_request(actor):
        raise Absent("records_request", request_id)
    row = (
        RecordsRequest.objects.visible_to(actor)
        .select_related("school", "key")
        .select_for_update(of=("self",))
        .filter(pk=request_id)
        .first()
    )
    if row is None:
        raise Absent("records_request", request_id)
    return row


def check_unanswered(request: RecordsRequest) -> None:
    if request.is_open:
        return
    answer = RecordsAnswer.objects.select_related("by").filter(request=request).first()
    who = answer.by.name if answer else _("Counsel")
    assert request.closed_at  # noqa: S101
    raise Conflict(ANSWERED % {"who": who, "when": when(request.closed_at, request.school.zone)})


def check_named_by_another(request: RecordsRequest, actor: User) -> None:
    """An invented request would open any student's case to whoever invents it."""
    if request.rests_on(actor):
        raise Conflict(OWN_WORD)


def end_access(request: RecordsRequest, *, at: datetime) -> None:
    """Close the cases that counsel opened for it, whoever of counsel that was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT end_requested_access(%s, %s)", [request.pk, at])
