"""What the pages of the district show: its settings, its schools and who is there, its agencies, its closures."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from cases.text import Words
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.directory.card import AGAIN_AFTER
from csec.directory.models import Agency, Closure, School
from district import permissions
from district.reading.people import schools_of
from district.zones import ZONES


@dataclass(frozen=True)
class SchoolLine:
    """A school, and who receives its concerns and answers for it; empty where there is nobody."""

    school: School
    first: str
    backup: str
    administrators: str
    zone: Words


@dataclass(frozen=True)
class AgencyLine:
    """Somebody to telephone, and whether the number should be made sure of again."""

    agency: Agency
    days: int
    old: bool


@dataclass(frozen=True)
class ClosureLine:
    closure: Closure
    may_remove: bool
    now: bool


@dataclass(frozen=True)
class ClosuresOf:
    """The closures of one school, or of all (no school): those to come first, then the latest that are over."""

    school: School | None
    ahead: list[ClosureLine]
    over: list[Closure]


def schools(at: datetime) -> list[SchoolLine]:
    """Every school, by name."""
    there: dict[UUID | None, list[Membership]] = defaultdict(list)
    rows = Membership.objects.current(permissions.day_of(at)).filter(
        Q(receives__isnull=False) | Q(role=Role.ADMINISTRATOR)
    )
    for row in rows.select_related("person").order_by("person__name"):
        there[row.school_id].append(row)
    return [_line(school, there[school.pk]) for school in School.objects.all()]


def _line(school: School, there: list[Membership]) -> SchoolLine:
    def named(rows: Iterable[Membership]) -> str:
        return ", ".join(row.person.name for row in rows)

    receives = Membership.Receives
    return SchoolLine(
        school,
        first=named(row for row in there if row.receives == receives.FIRST),
        backup=named(row for row in there if row.receives == receives.BACKUP),
        administrators=named(row for row in there if row.role == Role.ADMINISTRATOR),
        zone=dict(ZONES).get(school.time_zone, school.time_zone),
    )


def agencies(at: datetime) -> list[AgencyLine]:
    """In the order of the emergency card."""
    order = {kind: number for number, kind in enumerate(Agency.Kind.values)}
    rows = sorted(Agency.objects.all(), key=lambda row: (order[row.kind], row.position, row.name))
    today = permissions.day_of(at)
    return [
        AgencyLine(row, (today - row.verified_on).days, row.verified_on < today - AGAIN_AFTER) for row in rows
    ]


#: So many closures that are over are shown of each school.
LATEST = 5


def closures(actor: User, at: datetime) -> list[ClosuresOf]:
    """Those of all schools first, then school by school; whoever answers for one school reads its own."""
    liaison = actor.has_role(Role.LIAISON)
    places: list[School | None] = [None, *schools_of(actor)]
    rows: dict[UUID | None, list[Closure]] = defaultdict(list)
    wanted = (
        Closure.objects.in_force()
        if liaison
        else Closure.objects.in_force().filter(Q(school__in=schools_of(actor)) | Q(school__isnull=True))
    )
    for row in wanted.order_by("first_day", "last_day"):
        rows[row.school_id].append(row)
    return [_of(place, rows[place.pk if place else None], actor, at) for place in places]


def _of(place: School | None, rows: list[Closure], actor: User, at: datetime) -> ClosuresOf:
    today = permissions.day_of(at, place)
    over = [row for row in rows if row.last_day < today]
    ahead = [
        ClosureLine(row, permissions.can_remove_closure(actor, row), row.first_day <= today)
        for row in rows
        if row.last_day >= today
    ]
    return ClosuresOf(place, ahead, over[::-1][:LATEST])
