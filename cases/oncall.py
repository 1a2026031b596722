"""Who is there: the person whose a check-in is on a day, past whoever is away or at another of their schools."""

from collections.abc import Collection
from copy import copy
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject

from cases.models import CheckInPlan
from csec.accounts.models import Away, Membership
from csec.accounts.roles import RECEIVERS


class _Held(NamedTuple):
    """A role that somebody has."""

    person: UUID
    school: UUID | None
    role: str
    weekdays: list[int]


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
        around = at.date()
        days = Away.objects.filter(
            person=OuterRef("person"),
            withdrawn_at__isnull=True,
            first_day__lte=max(around, until or around) + timedelta(days=1),
            last_day__gte=around - timedelta(days=1),
        )
        held = Q(person__in=people, role__in=roles) | Q(role__in=answering)
        rows = Membership.objects.current().filter(held).values_list("person", "school", "role", "weekdays")
        away = ArraySubquery(days.values(row=JSONObject(first="first_day", last="last_day")))
        self._held: list[_Held] = []
        self._away: dict[UUID, list[tuple[date, date]]] = {}
        for person, school, role, weekdays, found in rows.annotate(away=away) if people or answering else ():
            self._held.append(_Held(person, school, role, weekdays))
            self._away[person] = [
                (date.fromisoformat(one["first"]), date.fromisoformat(one["last"])) for one in found
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
        plan: CheckInPlan,
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
