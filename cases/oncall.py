"""Who is there: the person whose a check-in is on a day, past whoever is away or at another of their schools."""

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Func, OuterRef, Q, UUIDField
from django.db.models.functions import JSONObject

from cases.models import BreakPlan
from csec.accounts.models import Away, Membership
from csec.accounts.roles import RECEIVERS


class _Held(NamedTuple):
    """A role that somebody has."""

    person: UUID
    school: UUID | None
    role: str
    weekdays: list[int]


def _memberships(at: datetime, until: date | None = None) -> Any:
    """The roles that people have today, each with the days around then on which its person is away."""
    around = at.date()
    days = Away.objects.filter(
        person=OuterRef("person"),
        withdrawn_at__isnull=True,
        first_day__lte=max(around, until or around) + timedelta(days=1),
        last_day__gte=around - timedelta(days=1),
    )
    return Membership.objects.current().annotate(
        away=ArraySubquery(days.values(row=JSONObject(first="first_day", last="last_day")))
    )


_PEOPLE = ArrayField(UUIDField())
_ROW = JSONObject(**{name: name for name in ("person", "school", "role", "weekdays", "away")})


def for_contact(at: datetime) -> ArraySubquery:
    """With the contact that waits, those by whom it may be made: a page of cases asks no more often for them."""
    in_break = BreakPlan.objects.filter(case=OuterRef(OuterRef("case")), replaced_at__isnull=True).order_by()
    planned = [OuterRef("taken_by"), OuterRef("plan__person"), OuterRef("plan__cover")]
    named = Func(
        Func(*planned, template="ARRAY[%(expressions)s]", output_field=_PEOPLE),
        ArraySubquery(in_break.values("person")),
        function="array_cat",
        output_field=_PEOPLE,
    )
    # By an array and not by `OR`, so that PostgreSQL finds each of them by the index.
    is_named = Func(
        "person", named, template="(%(expressions)s))", arg_joiner=" = ANY(", output_field=BooleanField()
    )
    theirs = _memberships(at).filter(is_named, role__in=RECEIVERS)
    return ArraySubquery(theirs.order_by().values(row=_ROW))


class Named(Protocol):
    """By whom contact is planned: a schedule, or what a page read of one."""

    @property
    def person_id(self) -> UUID | None: ...
    @property
    def cover_id(self) -> UUID | None: ...


class OnCall:
    """Who of some people is there on a day; asked of the database once for all of them."""

    def __init__(
        self,
        people: Collection[UUID],
        at: datetime,
        *,
        roles: Collection[str] = RECEIVERS,
        until: date | None = None,
        answering: Collection[str] = (),
    ) -> None:
        """Asks for today, and for the days from then `until` another one; and who else has a role of `answering`."""
        held = Q(person__in=people, role__in=roles) | Q(role__in=answering)
        rows = _memberships(at, until).filter(held).values_list(_ROW) if people or answering else ()
        self._take([one for (one,) in rows], roles)

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]], roles: Collection[str] = RECEIVERS) -> "OnCall":
        """The same from what came with a contact (`for_contact`); without asking."""
        found = cls.__new__(cls)
        found._take(rows, roles)
        return found

    def _take(self, rows: Iterable[Mapping[str, Any]], roles: Collection[str]) -> None:
        self._held: list[_Held] = []
        self._away: dict[UUID, list[tuple[date, date]]] = {}
        for row in rows:
            person, school = UUID(row["person"]), row["school"]
            self._held.append(_Held(person, UUID(school) if school else None, row["role"], row["weekdays"]))
            self._away[person] = [
                (date.fromisoformat(one["first"]), date.fromisoformat(one["last"])) for one in row["away"]
            ]
        self._sort(roles)

    def _sort(self, roles: Collection[str]) -> None:
        self._weekdays: dict[tuple[UUID | None, UUID | None], list[list[int]]] = {}
        for one in self._held:
            if one.role in roles:
                self._weekdays.setdefault((one.person, one.school), []).append(one.weekdays)

    def only(self, roles: Collection[str]) -> "OnCall":
        """The same, of these of its roles alone; without asking again."""
        other = copy(self)
        other._sort(roles)
        return other

    def in_roles(self, roles: Collection[str]) -> list[tuple[UUID, str, UUID | None]]:
        """Who has these of its roles, and at which school; None is every school."""
        return [(one.person, one.role, one.school) for one in self._held if one.role in roles]

    def works_at(self, person: UUID | None, school: UUID) -> bool:
        """Whether somebody still has a role there in which they could make the contact."""
        return (person, school) in self._weekdays or (person, None) in self._weekdays

    def is_there(self, person: UUID | None, school: UUID | None, day: date) -> bool:
        """Whether somebody is at that school on that day; nobody is nowhere, and whoever has left is not there."""
        if person is None or any(first <= day <= last for first, last in self._away.get(person, ())):
            return False
        theirs = self._weekdays.get((person, school), []) + self._weekdays.get((person, None), [])
        return any(not weekdays or day.weekday() in weekdays or day.weekday() > 4 for weekdays in theirs)

    def is_on_duty(self, person: UUID, day: date) -> bool:
        """Whether somebody is there at one of the schools at which they have such a role."""
        return any(self.is_there(person, school, day) for who, school in self._weekdays if who == person)

    def whose(
        self,
        plan: "Named",
        taken_by: UUID | None,
        school: UUID,
        day: date,
        *,
        in_break: UUID | None = None,
    ) -> UUID | None:
        """
        Who makes the contact that is due; None is nobody.

        Whoever took it over, whom the plan of a break names that it is due in, the person, their cover.
        """
        for person in (taken_by, in_break, plan.person_id, plan.cover_id):
            if self.is_there(person, school, day):
                return person
        return None
