"""Records requests as a list, and those that wait on the first screen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F

from cases.models import RecordsRequest
from cases.reading.pages import Page, page_of
from csec.accounts.models import User
from csec.accounts.roles import DISTRICT_ROLES, Role

SIZE = 50


@dataclass(frozen=True)
class Listed:
    """One request; `late` on the day of its school. `opens` is whether the reader may open it."""

    row: RecordsRequest
    late: bool
    opens: bool


def listed(reader: User, at: datetime, *, page: str | None) -> Page[Listed]:
    """Those that wait first, then the answered; for whoever is not of the district those they logged themselves."""
    rows = RecordsRequest.objects.visible_to(reader).select_related("school", "student", "logged_by")
    if not DISTRICT_ROLES & reader.roles:
        rows = rows.filter(logged_by=reader)
    found = page_of(rows.order_by(F("closed_at").desc(nulls_first=True), "due_on", "id"), page, size=SIZE)
    return Page(_lines(found.rows, reader, at), found.number, found.has_next)


def requests_waiting(reader: User, at: datetime) -> list[Listed]:
    """
    What waits on the first screen: for counsel every request without an answer.

    For the liaison those that are late, or that name no student yet.
    """
    if not DISTRICT_ROLES & reader.roles:
        return []
    rows = RecordsRequest.objects.visible_to(reader).open().select_related("school", "student", "logged_by")
    lines = _lines(rows, reader, at)
    if Role.COUNSEL in reader.roles:
        return lines
    return [one for one in lines if one.late or one.row.student_id is None]


def _lines(rows: Iterable[RecordsRequest], reader: User, at: datetime) -> list[Listed]:
    opens = bool(DISTRICT_ROLES & reader.roles)
    return [Listed(row, row.is_late(at.astimezone(row.school.zone).date()), opens) for row in rows]


def about_student(reader: User, student: UUID | None) -> list[RecordsRequest]:
    """The requests about the student of a case, for those who carry or answer for it."""
    if student is None:
        return []
    rows = RecordsRequest.objects.visible_to(reader).filter(student=student)
    return list(rows.select_related("school", "key").order_by("received_on", "id"))
