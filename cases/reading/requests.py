"""Records requests as a list, and those that wait on the first screen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BooleanField, Exists, F, Func, OuterRef

from cases.models import Case, RecordsRequest, Release
from cases.reading.pages import Page, page_of
from cases.workflow.requested import RequestedCase
from csec.accounts.models import User
from csec.accounts.roles import DISTRICT_ROLES, Role
from csec.directory.models import Student

SIZE = 50


@dataclass(frozen=True)
class Listed:
    """One request; `late` on the day of its school. `opens` is whether the reader may open it."""

    row: RecordsRequest
    late: bool
    opens: bool


def listed(reader: User, at: datetime, *, page: str | None) -> Page[Listed]:
    """Those that wait first, then the answered; for whoever is not of the district those they logged themselves."""
    rows = RecordsRequest.objects.visible_to(reader).select_related(
        "school", "student__merged_into", "logged_by"
    )
    if not DISTRICT_ROLES & reader.roles:
        rows = rows.filter(logged_by=reader)
    found = page_of(rows.order_by(F("closed_at").desc(nulls_first=True), "due_on", "id"), page, size=SIZE)
    return Page(_lines(found.rows, reader, at), found.number, found.has_next)


def requests_waiting(reader: User, at: datetime) -> list[Listed]:
    """
    The requests without an answer, on the first screen: counsel's to answer, and with counsel for an administrator.

    To the administrator those that they may read: that they logged, or of the student of a case of theirs. For the
    liaison's see `watched`.
    """
    if not reader.roles & {Role.COUNSEL, Role.ADMINISTRATOR}:
        return []
    rows = (
        RecordsRequest.objects.visible_to(reader)
        .open()
        .select_related("school", "student__merged_into", "logged_by")
    )
    return _lines(rows, reader, at)


class Stands(NamedTuple):
    """What counsel is to know of a record before any of it is released."""

    pk: UUID
    number: str
    frozen: bool
    unread: bool


def standing(reader: User, opened: Iterable[RequestedCase]) -> list[Stands]:
    """Of the records that are open to the reader: contact frozen, the list of releases not reviewed to its end."""
    found = Case.objects.visible_to(reader).filter(pk__in=[one.pk for one in opened])
    rows: Any = found.annotate(
        frozen=Func("pk", function="parents_frozen", output_field=BooleanField()),
        unread=Exists(Release.objects.filter(case=OuterRef("pk")).unread()),
    )
    return [Stands(*row) for row in rows.order_by("number").values_list("pk", "number", "frozen", "unread")]


def _lines(rows: Iterable[RecordsRequest], reader: User, at: datetime) -> list[Listed]:
    opens = bool(DISTRICT_ROLES & reader.roles)
    return [Listed(row, row.is_late(at.astimezone(row.school.zone).date()), opens) for row in rows]


def about_student(reader: User, student: Student | None) -> list[RecordsRequest]:
    """The requests about the student of a case, for those who carry or answer for it."""
    if student is None:
        return []
    rows = RecordsRequest.objects.visible_to(reader).filter(student__in=student.rows)
    return list(rows.select_related("school", "key").order_by("received_on", "id"))
