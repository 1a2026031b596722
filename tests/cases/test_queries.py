"""The number of SQL queries of a page is bounded by a constant, the same at 10 and at 1,000 cases."""

from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.models import Case
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.directory.models import Closure
from tests import make
from tests.make import AT

pytestmark = pytest.mark.django_db(transaction=True)

CASE_LIST, CASE_PAGE, ENDING_A_PART, FIRST_SCREEN = 10, 16, 16, 22


def queries(person: User, path: str, data: dict[str, str] | None = None) -> int:
    """How many statements one request sends, its transaction's beginning and end among them."""
    client = Client()
    client.force_login(person)
    with CaptureQueriesContext(connection) as sent:
        response = client.post(path, data) if data else client.get(path)
    assert response.status_code == (302 if data else 200), response.content.decode()[:2000]
    return len(sent)


def look_over() -> None:
    """What autovacuum does in time: without it PostgreSQL plans for the tables that earlier tests left behind."""
    with connections["owner"].cursor() as owner:
        owner.execute("ANALYZE")


@pytest.mark.parametrize("cases", [10, 100, pytest.param(1000, marks=pytest.mark.thorough)])
def test_no_page_asks_more_because_there_are_more_cases(cases: int) -> None:
    staff = make.Staff()
    make.many_cases(staff, cases - 1, using="owner")
    case = make.case(staff)
    look_over()
    for person in (staff.counselor, staff.administrator):
        assert queries(person, reverse("cases:cases")) <= CASE_LIST
    assert queries(staff.counselor, case.get_absolute_url()) <= CASE_PAGE
    assert queries(staff.counselor, *ending_a_part(case, staff.counselor)) <= ENDING_A_PART
    # The fullest first screen: a break is near, and a student is missing.
    monday = database_now().date() + timedelta(days=7 - database_now().weekday())
    Closure.objects.create(name="Break", first_day=monday, last_day=monday + timedelta(days=4))
    make.missing(staff.teacher, staff.student)
    for person in (staff.counselor, staff.administrator, staff.liaison):
        assert queries(person, reverse("home")) <= FIRST_SCREEN


def ending_a_part(case: Case, person: User) -> tuple[str, dict[str, str]]:
    """Where a report is recorded, and what is sent there."""
    part = make.part(case, person, "report")
    when = timezone.localtime(AT - timedelta(minutes=5), case.zone).strftime("%Y-%m-%dT%H:%M")
    data = {
        "version": "0",
        "outcome": "done",
        "happened_at": when,
        "field_phoned_at": when,
        "field_written_at": when,
        "field_agency": "Child Welfare Services",
    }
    return reverse("cases:record_outcome", args=[case.pk, part.pk]), data
