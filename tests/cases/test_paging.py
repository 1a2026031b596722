"""The lists of cases, of all schools, of reviews and of a case's days: the last page costs what the first one does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from cases.models import Case
from cases.reading.district import list_district
from cases.reading.keyset import Slice
from cases.reading.lists import CaseRow, list_cases
from cases.reading.reviews import list_to_review
from cases.reading.timeline import timeline
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.cases.test_queries import look_over
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS = ("late", "oldest", "newest")
#: A few cases in small pages every day; as many as a district has on demand.
FEW_OR_MANY = pytest.mark.parametrize(
    ("cases", "size"), [(9, 2), pytest.param(2000, 25, marks=pytest.mark.thorough)]
)

#: A page behind what an address says, with the ids of its rows and where the next one goes on.
Page = Callable[[str | None], tuple[list[Any], str]]


def of_cases(cases: int, *, at: datetime = AT) -> make.Staff:
    staff = make.Staff()
    make.many_cases(staff, cases, at=at, using="owner")
    look_over()
    return staff


@FEW_OR_MANY
@pytest.mark.parametrize("sort", ORDERS)
def test_the_last_page_costs_what_the_first_one_does(sort: str, cases: int, size: int) -> None:
    staff = of_cases(cases)
    seen: list[str] = []
    costs: list[tuple[int, int]] = []
    after = None
    with acting_as(staff.administrator.pk):
        while after or not seen:
            page, statements, rows = cost_of(staff.administrator, after, sort, size)
            seen += [row.case.number for row in page.rows]
            costs.append((statements, rows))
            after = page.following
    assert len(set(seen)) == len(seen) == cases
    assert len(costs) == -(-cases // size)
    # Beside the first one, where the row before stands in the order.
    assert [statements for statements, _rows in costs] == [2, *[3] * (len(costs) - 1)]
    # Of few cases PostgreSQL would rather sort all; of many it walks an index from where the page begins.
    first, last = costs[0][1], costs[-2][1]
    assert last <= first, costs
    assert first <= size + 2 or cases < 1000, costs


def cost_of(person: User, after: str | None, sort: str, size: int) -> tuple[Slice[CaseRow], int, int]:
    """A page, in how many statements, and how many rows of cases PostgreSQL looked at, those it passed over too."""
    sent: list[str] = []
    plans: list[dict[str, Any]] = []

    def explained(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        sent.append(sql)
        if "people_here" in sql:
            with connection.connection.cursor() as raw:
                raw.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql, params)
                plans.append(raw.fetchone()[0][0]["Plan"])
        return execute(sql, params, many, context)

    found, at = Case.objects.visible_to(person).open(), database_now()
    assert person.current_memberships
    with connection.execute_wrapper(explained):
        page = list_cases(found, person, sort=sort, after=after, at=at, size=size)
    (plan,) = plans
    rows = (node for node in nodes(plan) if node.get("Relation Name") == "cases_case")
    return page, len(sent), sum(node["Actual Rows"] + node.get("Rows Removed by Filter", 0) for node in rows)


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(one for below in plan.get("Plans", []) for one in nodes(below))]


@contextmanager
def rows_read(*tables: str) -> Iterator[list[int]]:
    """How many rows of these tables were read, in the functions of PostgreSQL as well; found there at the end."""
    said = (
        "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int FROM pg_stat_xact_user_tables"
        " WHERE relname = ANY (%s)"
    )

    def read() -> int:
        with connection.cursor() as cursor:
            cursor.execute(said, [list(tables)])
            return int(cursor.fetchone()[0])

    found: list[int] = []
    before = read()
    yield found
    found.append(read() - before)


def costs(person: User, page: Page, *tables: str) -> tuple[list[Any], list[int]]:
    """All rows of a list page by page, and how many rows of the tables each page read."""
    seen: list[Any] = []
    cost: list[int] = []
    after: str | None = None
    with acting_as(person.pk):
        while after or not cost:
            with rows_read(*tables) as read:
                ids, after = page(after)
            seen += ids
            cost += read
    return seen, cost


@FEW_OR_MANY
@pytest.mark.parametrize("sort", ORDERS)
def test_the_list_of_all_schools_costs_no_more_far_down(sort: str, cases: int, size: int) -> None:
    staff = of_cases(cases)

    def page(after: str | None) -> tuple[list[Any], str]:
        found = list_district(after, AT, sort=sort, size=size)
        return [row.pk for row in found.rows], found.following

    seen, cost = costs(staff.liaison, page, "cases_case")
    assert len(set(seen)) == len(seen) == cases
    assert len(cost) == -(-cases // size)
    # Where the row before stands is looked up once more than on the first page.
    assert max(cost[1:]) <= cost[0] + 4, cost
    # Each row is looked at a few times, by what is asked about each; those of other pages never.
    assert cost[0] <= 10 * size or cases < 1000, cost


@FEW_OR_MANY
def test_the_list_of_cases_to_review_costs_no_more_far_down(cases: int, size: int) -> None:
    staff = of_cases(cases)
    later = AT + timedelta(days=60)

    def page(after: str | None) -> tuple[list[Any], str]:
        found = list_to_review(staff.administrator, later, everything=True, after=after, size=size).page
        return [row.pk for row in found.rows], found.following

    seen, cost = costs(staff.administrator, page, "cases_case", "cases_casereview")
    assert len(set(seen)) == len(seen) == cases
    assert max(cost[1:]) <= cost[0], cost


def test_the_timeline_costs_no_more_far_down() -> None:
    staff = make.Staff()
    case = make.case(staff, at=AT - 60 * DAY)
    for days in range(40, 0, -1):
        at = AT - days * DAY
        make.record(case, staff.counselor, "consult", "unable", reason="Ill.", review_on=at.date(), at=at)
    mine = make.as_seen(case, staff.counselor)
    seen: list[Any] = []
    cost: list[tuple[int, int]] = []
    before = ""
    with acting_as(staff.counselor.pk):
        assert staff.counselor.current_memberships
        while before or not cost:
            with returned() as rows:
                page = timeline(mine, staff.counselor, before=before, size=5)
            seen += [one.key for one in page.rows]
            cost.append((len(rows), sum(rows)))
            before = page.older
    assert len(set(seen)) == len(seen) >= 41
    statements, all_rows = {n for n, _rows in cost}, [n for _statements, n in cost]
    assert statements == {cost[0][0]}
    assert max(all_rows) < 41, cost
    assert max(all_rows[1:]) <= all_rows[0] + 1, cost


@contextmanager
def returned() -> Iterator[list[int]]:
    """How many rows each statement gave back."""
    found: list[int] = []

    def counted(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        result = execute(sql, params, many, context)
        found.append(context["cursor"].rowcount)
        return result

    with connection.execute_wrapper(counted):
        yield found
