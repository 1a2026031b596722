"""What the liaison reads of the open cases of all schools, whether they are on them or not."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from cases.reading.pages import Page, number_of

SIZE = 50


class DistrictCase(NamedTuple):
    """How one case stands: what is late, who carries it, whether somebody covers. `opens`: it may be opened."""

    pk: UUID
    number: str
    school: str
    opened_at: datetime
    late: int
    carried_by: list[str]
    covered: bool
    opens: bool

    @property
    def held_by(self) -> str:
        return ", ".join(self.carried_by)


def list_district(page: str | None) -> Page[DistrictCase]:
    """The asked page, by school; in one query. Row-level security hides the cases themselves, PostgreSQL lists them."""
    number = number_of(page)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_of_district(%s, %s)", [(number - 1) * SIZE, SIZE + 1])
        found = [DistrictCase(*row) for row in cursor.fetchall()]
    return Page(found[:SIZE], number, has_next=len(found) > SIZE)
