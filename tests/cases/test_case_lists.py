"""The lists of cases: what is late first, narrowed by what one sees, and as cheap far down as at the top."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from cases.models import Case
from cases.reading.keyset import Place
from cases.reading.lists import late_from, list_cases
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.cases.test_queries import CASE_LIST, look_over, queries

CASES = reverse("cases:cases")


def listed(person: User, path: str = CASES, **asked: Any) -> list[str]:
    """The numbers of the cases on a page of a list, from the first."""
    client = Client()
    client.force_login(person)
    page = client.get(path, asked).context["page"]
    return [getattr(row, "case", row).number for row in page.rows]


@pytest.mark.django_db
def test_what_is_late_the_longest_is_first_and_alone_when_asked_for() -> None:
    staff = make.Staff()
    now = database_now()
    new, old, older = (make.case(staff, at=now - timedelta(days=days)) for days in (0, 20, 30))
    assert listed(staff.counselor) == [one.number for one in (older, old, new)]
    assert listed(staff.counselor, late="1") == [older.number, old.number]
    assert listed(staff.counselor, sort="newest") == [new.number, old.number, older.number]
    assert listed(staff.liaison, reverse("cases:all_schools")) == [older.number, old.number, new.number]
    assert listed(staff.liaison, reverse("cases:all_schools"), late="1") == [older.number, old.number]


@pytest.mark.django_db
def test_a_list_is_narrowed_by_keys_and_what_is_no_key_narrows_nothing() -> None:
    staff = make.Staff()
    now = database_now()
    case, other = make.case(staff, at=now), make.case(staff, "suspected_recruiter", at=now)
    assert listed(staff.counselor, track="suspected_recruiter") == [other.number]
    assert listed(staff.counselor, kind="report") == [case.number]
    # An administrator sees the cases of the school, and is on none by name.
    assert listed(staff.administrator, mine="1") == []
    assert sorted(listed(staff.counselor, mine="1")) == sorted([case.number, other.number])
    for wrong in (
        {"track": "x"},
        {"school": "x"},
        {"kind": "'"},
        {"after": "1.2"},
        {"after": "9" * 40 + "." + "0" * 32},
    ):
        assert len(listed(staff.counselor, **wrong)) == 2, wrong
    assert listed(staff.elsewhere) == []


@pytest.mark.django_db
def test_a_row_says_what_is_next_by_whom_and_by_when() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    with acting_as(staff.counselor.pk):
        found = Case.objects.visible_to(staff.counselor)
        (row,) = list_cases(found, staff.counselor, sort="late", after=None, at=database_now()).rows
    first = min(
        row.open_parts, key=lambda part: late_from(part, case.zone) or database_now() + timedelta(days=999)
    )
    assert row.next_part == first
    client = Client()
    client.force_login(staff.counselor)
    page = client.get(CASES).content.decode()
    assert f"{case.get_absolute_url()}#part-{first.pk}" in page
    assert row.waits_for
    assert str(row.when).startswith("due")


@pytest.mark.django_db
def test_an_officers_list_is_in_no_order_of_what_they_do_not_see() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    make.asked_in(case, staff.counselor, staff.sro, at=now)
    contact = make.part(case, staff.counselor, "regular_contact")
    with acting_as(staff.counselor.pk):
        before = Case.objects.get(pk=case.pk)
        type(contact).objects.filter(pk=contact.pk).update(due_at=now - timedelta(days=9))
        after = Case.objects.get(pk=case.pk)
    assert after.late_from == now - timedelta(days=9)
    assert after.late_from_officer == before.late_from_officer
    assert listed(staff.counselor, late="1") == [case.number]
    assert listed(staff.sro, late="1") == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("cases", [80, pytest.param(2000, marks=pytest.mark.thorough)])
def test_the_last_page_costs_what_the_first_one_does(cases: int) -> None:
    staff = make.Staff()
    make.many_cases(staff, cases, using="owner")
    look_over()
    seen: set[str] = set()
    addresses, address = [], CASES
    client = Client()
    client.force_login(staff.administrator)
    while address:
        addresses.append(address)
        page = client.get(address).context["page"]
        numbers = [row.case.number for row in page.rows]
        assert not seen & set(numbers)
        seen |= set(numbers)
        address = f"{CASES}?after={page.following}" if page.following else ""
    assert len(seen) == cases
    assert len(addresses) == -(-cases // 25)
    first, last = (queries(staff.administrator, one) for one in (addresses[0], addresses[-2]))
    assert first == last <= CASE_LIST
    counted = [rows_read(staff.administrator, one) for one in (addresses[0], addresses[-2])]
    # Of few cases PostgreSQL would rather sort all; of many it walks an index from where the page begins.
    assert counted[1] <= counted[0], counted
    assert counted[1] <= 30, counted
    assert counted[0] <= 30 or cases < 1000, counted


def rows_read(person: User, address: str) -> int:
    """How many rows of cases PostgreSQL looks at for a page of the list, those that it passes over among them."""
    plans: list[dict[str, Any]] = []

    def explained(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if 'FROM "cases_case"' in sql and "people_here" in sql:
            with connection.connection.cursor() as raw:
                raw.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql, params)
                plans.append(raw.fetchone()[0][0]["Plan"])
        return execute(sql, params, many, context)

    after = Place.read(address.partition("after=")[2])
    with acting_as(person.pk), connection.execute_wrapper(explained):
        list_cases(
            Case.objects.visible_to(person).open(), person, sort="late", after=after, at=database_now()
        )
    (plan,) = plans
    return sum(
        node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        for node in nodes(plan)
        if node.get("Relation Name") == "cases_case"
    )


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(one for below in plan.get("Plans", []) for one in nodes(below))]
