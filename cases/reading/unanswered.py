"""The requests to an officer that wait: with whoever covers, and then with those who answer for the case."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from cases.models import SroRequest
from cases.oncall import OnCall
from cases.reading.asking import AskingCase
from csec.accounts.models import Membership, User
from csec.accounts.roles import OVERSEERS, Role
from csec.directory.models import District


class Covered(NamedTuple):
    """An officer whom the reader covers was asked in, and is `away` or has not answered: by whom, for which school."""

    officer: str
    asked_by: str
    school: str
    zone: ZoneInfo
    asked_at: datetime
    away: bool


def waiting_requests(cases: Collection[UUID]) -> list[SroRequest]:
    """The requests in these cases that wait, each with who covers the officer, and whom to call instead."""
    if not cases:
        return []
    rows = SroRequest.objects.filter(
        case__in=list(cases), answer=SroRequest.Answer.WAITING, part__run__ended_at__isnull=True
    ).select_related("case__school", "officer", "part")
    covers = Membership.objects.current().filter(
        person=OuterRef("officer"), role=Role.SRO, cover__isnull=False
    )
    return list(
        rows.annotate(
            cover_id=Subquery(covers.values("cover")[:1]),
            covered_by=Subquery(covers.values("cover__name")[:1]),
            dispatch_number=Coalesce(Subquery(District.objects.values("dispatch_number")[:1]), Value("")),
        )
    )


def unanswered(
    waiting: Sequence[SroRequest], cases: Mapping[UUID, AskingCase], at: datetime, on_call: OnCall
) -> list[SroRequest]:
    """
    Those that no officer has answered in time.

    One to an officer who is not there today at once. Otherwise whoever carries the case reads it when the cover is
    told, and whoever answers for it when the cover has not answered either, or there is none. Each carries `away`, and
    `cover`, the name of whoever covers and is there; and `dispatch`, the telephone number for when no officer is.
    """
    shown: list[SroRequest] = []
    for row in waiting:
        case = cases[row.case_id]
        cover_id, covered_by, number = row.cover_id, row.covered_by, row.dispatch_number  # type: ignore[attr-defined]
        today = at.astimezone(ZoneInfo(case.time_zone)).date()
        row.away = not on_call.is_on_duty(row.officer_id, today)
        row.cover = covered_by if cover_id and on_call.is_on_duty(cover_id, today) else ""
        row.dispatch = number
        climbs_at = row.overseers_at if row.cover and case.role in OVERSEERS else row.climbs_at
        if row.away or (climbs_at and climbs_at <= at):
            shown.append(row)
    return shown


def to_cover(reader: User) -> list[Covered]:
    if Role.SRO not in reader.roles:
        return []
    with connection.cursor() as cursor:
        # PostgreSQL finds the requests, of cases that the reader does not see.
        cursor.execute("SELECT officer, asked_by, school, zone, asked_at, away FROM requests_to_cover()")
        found = [Covered(*row) for row in cursor.fetchall()]
    return [one._replace(zone=ZoneInfo(str(one.zone))) for one in found]
