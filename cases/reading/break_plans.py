"""What was said of the breaks of a case, as it comes with the contact that waits."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from cases.breaks import Break
from cases.deadlines import closed_days_of
from cases.models import BreakPlan
from cases.reading.asking import AskingCase
from cases.rhythm import LOOK_BACK
from cases.schedule import Calendar

#: With the contact that waits, so that the first screen asks no more often for them.
BREAK_PLANS = ArraySubquery(
    BreakPlan.objects.filter(case=OuterRef("case"), replaced_at__isnull=True)
    .order_by()
    .values(
        row=JSONObject(**{name: name for name in ("first_day", "last_day", "person")}, name="person__name")
    )
)


class PlannedBreak(NamedTuple):
    """A break of which somebody said who goes on, and who of the school that is, if it is the school."""

    break_: Break
    person: UUID | None
    name: str


def planned_breaks(rows: Iterable[Mapping[str, Any]]) -> list[PlannedBreak]:
    """What was said of the breaks of a case, from what came with BREAK_PLANS."""
    return [
        PlannedBreak(
            Break(date.fromisoformat(one["first_day"]), date.fromisoformat(one["last_day"])),
            UUID(one["person"]) if one["person"] else None,
            one["name"] or "",
        )
        for one in rows
    ]


def in_break(planned: Iterable[PlannedBreak], day: date) -> UUID | None:
    """Who of the school goes on in the break in which that day lies."""
    return next((one.person for one in planned if day in one.break_), None)


def breaks_near(zones: Mapping[UUID, str], at: datetime) -> dict[UUID, list[Break]]:
    """The breaks of which each of these schools is asked already, by the names of their zones."""
    closed = closed_days_of(list(zones), since=at.date() - LOOK_BACK)
    return {
        school: Calendar(frozenset(closed[school])).breaks_asking(at.astimezone(ZoneInfo(zone)).date())
        for school, zone in zones.items()
    }


def to_plan(
    scheduled: Sequence[AskingCase], planned: Mapping[UUID, Sequence[PlannedBreak]], at: datetime
) -> dict[UUID, Break]:
    """Of these cases those about a break of which somebody is asked, with the first such break."""
    zones = {case.school: case.time_zone for case in scheduled}
    near = breaks_near(zones, at) if zones else {}
    first = {case.pk: _not_planned(near[case.school], planned[case.pk]) for case in scheduled}
    return {pk: break_ for pk, break_ in first.items() if break_}


def _not_planned(asked: Iterable[Break], planned: Sequence[PlannedBreak]) -> Break | None:
    """The first of these breaks that nobody has planned; one that has grown since is planned no more."""
    return next((one for one in asked if not any(plan.break_.covers(one) for plan in planned)), None)
