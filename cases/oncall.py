"""Who is there: the person whose a check-in is on a day, past whoever is away or at another of their schools."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from cases.models import CheckInPlan
from csec.accounts.models import Away, Membership
from csec.accounts.roles import RECEIVERS


class OnCall:
    """Who of some people is there on a day; asked of the database once for all of them."""

    def __init__(
        self,
        people: Collection[UUID],
        at: datetime,
        *,
        roles: Collection[str] = RECEIVERS,
        until: date | None = None,
    ) -> None:
        """Asks for today, and for the days from then `until` another one."""
        around = at.date()
        last = max(around, until or around)
        days = Away.objects.filter(
            person__in=people,
            withdrawn_at__isnull=True,
            first_day__lte=last + timedelta(days=1),
            last_day__gte=around - timedelta(days=1),
        )
        self._away = [(row.person_id, row.first_day, row.last_day) for row in days] if people else []
        self._weekdays: dict[tuple[UUID | None, UUID | None], list[list[int]]] = {}
        if people:
            rows = Membership.objects.current().filter(person__in=people, role__in=roles)
            for person, school, weekdays in rows.values_list("person", "school", "weekdays"):
                self._weekdays.setdefault((person, school), []).append(weekdays)

    def works_at(self, person: UUID | None, school: UUID) -> bool:
        """Whether somebody still has a role there in which they could make the contact."""
        return (person, school) in self._weekdays or (person, None) in self._weekdays

    def is_there(self, person: UUID | None, school: UUID | None, day: date) -> bool:
        """Whether somebody is at that school on that day; nobody is nowhere, and whoever has left is not there."""
        if person is None or any(who == person and first <= day <= last for who, first, last in self._away):
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
