"""Who is there: the person whose a check-in is on a day, past whoever is away or at another of their schools."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from cases.models import CheckInPlan
from csec.accounts.models import Away, Membership


class OnCall:
    """Who of some people is there on a day; asked of the database once for all of them."""

    def __init__(self, people: Collection[UUID], at: datetime) -> None:
        around = at.date()
        days = Away.objects.filter(
            person__in=people,
            withdrawn_at__isnull=True,
            first_day__lte=around + timedelta(days=1),
            last_day__gte=around - timedelta(days=1),
        )
        self._away = [(row.person_id, row.first_day, row.last_day) for row in days] if people else []
        self._weekdays: dict[tuple[UUID, UUID], set[int]] = {}
        if people:
            rows = Membership.objects.current().filter(person__in=people).exclude(weekdays=[])
            for person, school, weekdays in rows.values_list("person", "school", "weekdays"):
                self._weekdays.setdefault((person, school), set()).update(weekdays)

    def is_there(self, person: UUID | None, school: UUID, day: date) -> bool:
        """Whether somebody is at that school on that day; nobody is nowhere."""
        if person is None or any(who == person and first <= day <= last for who, first, last in self._away):
            return False
        weekdays = self._weekdays.get((person, school))
        return weekdays is None or day.weekday() in weekdays or day.weekday() > 4

    def whose(self, plan: CheckInPlan, taken_by: UUID | None, school: UUID, day: date) -> UUID | None:
        """Who makes the contact that is due: whoever took it over, the person, their cover; None is nobody."""
        for person in (taken_by, plan.person_id, plan.cover_id):
            if self.is_there(person, school, day):
                return person
        return None
