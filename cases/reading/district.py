"""What the liaison reads of the open cases of all schools, whether they are on them or not."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Func, IntegerField
from django.utils.translation import gettext_lazy as _

from cases.reading.holders import OF_ROLES
from cases.reading.keyset import LATE, Slice, address, place
from cases.reading.when import due_at, due_on
from cases.text import Words
from csec.accounts.models import User
from csec.accounts.roles import Role

SIZE = 50
DAY = timedelta(days=1)
#: For whom the next part of a case waits that is open to the reader, as PostgreSQL says it and the figures count it.
WAITS_FOR = {**OF_ROLES, "report": _("Each person who first knew or suspected")}


class DistrictCase(NamedTuple):
    """
    How one case stands: what is late, who carries it, whether somebody covers. `opens`: it may be opened, and only then
    it says for whom it waits. Of a transfer that waits, `moving` is the kind, with to whom and where it was offered,
    and since when.
    """

    pk: UUID
    number: str
    school: str
    time_zone: str
    opened_at: datetime
    late: int
    next_from: datetime | None
    waits_for: Words | None
    carried_by: list[str]
    covered: bool
    opens: bool
    moving: str
    moving_to: str | None
    moving_person: str | None
    moving_since: datetime | None
    moving_late: bool
    #: Where it stands in the order that was asked for.
    placed: datetime
    #: By when something in it is due next, or was, in words.
    when: str = ""

    @property
    def held_by(self) -> str:
        return ", ".join(self.carried_by)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def said(self, at: datetime) -> "DistrictCase":
        waits_for = WAITS_FOR.get(str(self.waits_for), WAITS_FOR["several"]) if self.waits_for else None
        return self._replace(when=self._when(at), waits_for=waits_for)

    def _when(self, at: datetime) -> str:
        if self.next_from is None:
            return ""
        due = self.next_from.astimezone(self.zone)
        if due.time() == time():
            # What is due on a day is late from the end of that day.
            return due_on((due - DAY).date(), at.astimezone(self.zone).date())
        return due_at(due, at, self.zone)


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
    after: str | None,
    at: datetime,
    *,
    school: str | None = None,
    late: bool = False,
    moving: bool = False,
    sort: str = LATE,
    size: int = SIZE,
) -> Slice[DistrictCase]:
    """A page, in one query. Row-level security hides the cases, PostgreSQL lists them."""
    begins = place(after)
    with connection.cursor() as cursor:
        later = False
        if begins:
            cursor.execute("SELECT place_in_district(%s, %s)", [begins.pk, sort])
            later = begins.is_at(cursor.fetchone()[0])
        past = begins.pk if begins and later else None
        asked = [school, late, past, size + 1, sort, moving]
        cursor.execute("SELECT * FROM cases_of_district(%s, %s, %s, %s, %s, %s)", asked)
        found = [DistrictCase(*row) for row in cursor.fetchall()]
    shown = [case.said(at) for case in found[:size]]
    following = address(shown[-1].pk, shown[-1].placed) if len(found) > size else ""
    return Slice(shown, later, following, anew=begins is not None and not later)
