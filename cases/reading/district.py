"""What the liaison reads of the open cases of all schools, whether they are on them or not."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Func, IntegerField

from cases.reading.keyset import Slice, address, place
from cases.reading.when import due_at, due_on
from csec.accounts.models import User
from csec.accounts.roles import Role

SIZE = 50
DAY = timedelta(days=1)


class DistrictCase(NamedTuple):
    """How one case stands: what is late, who carries it, whether somebody covers. `opens`: it may be opened."""

    pk: UUID
    number: str
    school: str
    time_zone: str
    opened_at: datetime
    late: int
    next_from: datetime | None
    carried_by: list[str]
    covered: bool
    opens: bool
    late_from: datetime
    #: By when something in it is due next, or was, in words.
    when: str = ""

    @property
    def held_by(self) -> str:
        return ", ".join(self.carried_by)

    def said(self, at: datetime) -> "DistrictCase":
        if self.next_from is None:
            return self
        zone = ZoneInfo(self.time_zone)
        due = self.next_from.astimezone(zone)
        if due.time() == time():
            # What is due on a day is late from the end of that day.
            return self._replace(when=due_on((due - DAY).date(), at.astimezone(zone).date()))
        return self._replace(when=due_at(due, at, zone))


#: How many cases the list of all schools holds when it shows the late ones only; 0 to whoever is no liaison. It is a
#: statement of its own within the statement, so that PostgreSQL asks it once and not for each case.
LATE_IN_DISTRICT = Func(template="(SELECT late_in_district())", output_field=IntegerField())


def late_in_schools(cases: Sequence[Any], reader: User) -> int:
    """That number for the liaison. It comes with their cases (see reading.asking); asked for alone without any."""
    if Role.LIAISON not in reader.roles:
        return 0
    if cases:
        return int(cases[0].late_in_schools)
    with connection.cursor() as cursor:
        cursor.execute("SELECT late_in_district()")
        return int(cursor.fetchone()[0])


def list_district(
    after: str | None, at: datetime, *, school: str | None = None, late: bool = False, size: int = SIZE
) -> Slice[DistrictCase]:
    """A page, what is late first, in one query. Row-level security hides the cases, PostgreSQL lists them."""
    begins = place(after)
    with connection.cursor() as cursor:
        later = False
        if begins:
            cursor.execute("SELECT place_in_district(%s)", [begins.pk])
            later = begins.is_at(cursor.fetchone()[0])
        past = begins.pk if begins and later else None
        cursor.execute("SELECT * FROM cases_of_district(%s, %s, %s, %s)", [school, late, past, size + 1])
        found = [DistrictCase(*row) for row in cursor.fetchall()]
    shown = [case.said(at) for case in found[:size]]
    following = address(shown[-1].pk, shown[-1].late_from) if len(found) > size else ""
    return Slice(shown, later, following, anew=begins is not None and not later)
