"""The number of SQL queries of a page is bounded by a constant, the same at 10 and at 1,000 cases."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases import workflow
from cases.models import Case
from cases.reading.holders import OnCases
from cases.reading.work import waiting_for
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.delivery.models import Message
from csec.delivery.ticks import database_now
from csec.directory.models import Closure
from csec.identity import acting_as
from tests import around, make
from tests.make import AT

pytestmark = pytest.mark.django_db(transaction=True)

CASE_LIST, CASE_PAGE, ENDING_A_PART, FIRST_SCREEN, TIMELINE = 10, 16, 16, 22, 22


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
    assert queries(staff.administrator, reverse("cases:cases_to_review")) <= CASE_LIST
    assert queries(staff.counselor, case.get_absolute_url()) <= CASE_PAGE
    assert queries(staff.counselor, reverse("cases:timeline", args=[case.pk])) <= TIMELINE
    assert queries(staff.counselor, *ending_a_part(case, staff.counselor)) <= ENDING_A_PART
    # The fullest first screen: a break is near, and a student is missing.
    monday = database_now().date() + timedelta(days=7 - database_now().weekday())
    Closure.objects.create(name="Break", first_day=monday, last_day=monday + timedelta(days=4))
    make.missing(staff.teacher, staff.student)
    for person in (staff.counselor, staff.administrator, staff.liaison):
        assert queries(person, reverse("home")) <= FIRST_SCREEN


def test_who_is_on_many_cases_is_asked_with_one_look_at_each_case() -> None:
    """Not with one for each pair of a case and a person, at which PostgreSQL asks the rule of access each time."""
    staff = make.Staff()
    make.many_cases(staff, 40, using="owner")
    look_over()
    plans: list[dict[str, Any]] = []

    def explained(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if "works_here" in sql:
            with connection.connection.cursor() as raw:
                raw.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql, params)
                plans.append(raw.fetchone()[0][0]["Plan"])
        return execute(sql, params, many, context)

    with acting_as(staff.administrator.pk), connection.execute_wrapper(explained):
        OnCases(list(Case.objects.values_list("pk", flat=True)), database_now())
    [plan] = plans
    assert looks_at("cases_case", plan) == 40


def looks_at(table: str, node: dict[str, Any]) -> int:
    """How many rows of a table a plan looked at, those it passed over too."""
    below = sum(looks_at(table, one) for one in node.get("Plans", []))
    if node.get("Relation Name") != table:
        return below
    return below + round((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])


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


def told_of_many_opened(person: User, opener: User, *, at: datetime) -> None:
    """An alarm that they were written to: somebody opened very many cases."""
    Message.objects.using("owner").create(
        kind="many_opened",
        subject=opener.pk,
        due=at,
        recipient=person,
        level=0,
        send_after=at,
        next_try_at=at,
        created_at=at,
    )


def never_arrived(case: Case, person: User, at: datetime) -> None:
    """A message to them about a case, which their mailbox refused for good."""
    moments = dict.fromkeys(("due", "send_after", "next_try_at", "created_at", "failed_at"), at)
    Message.objects.using("owner").create(
        subject=uuid4(),
        case_id=case.pk,
        kind="check_in",
        recipient=person,
        level=0,
        state="failed",
        **moments,
    )


def everything_waits(staff: make.Staff) -> None:
    """Each list of a first screen that costs a query of its own has something in it."""
    now = database_now()
    at = now - timedelta(days=20)
    make.number_of()
    case = make.with_liaison(make.case(staff, at=at), staff, at=at)
    # The officer and the cover have not answered; the call was made, and not the written report.
    Membership.objects.using("owner").filter(person=staff.sro).update(
        cover=make.user("Pat Partner", Role.SRO, staff.other_school)
    )
    make.asked_in(case, staff.counselor, staff.sro, at=at)
    make.record(
        case,
        staff.counselor,
        "report",
        "unable",
        at=at,
        values={"phoned_at": at, "agency": "Child Welfare Services"},
        reason="The written report follows.",
        review_on=at.astimezone(staff.school.zone).date(),
    )
    around.safety_plan(case, staff.counselor, at=at, review_on=(at + timedelta(days=2)).date())
    workflow.suspect_parent(actor=staff.counselor, case=case, reason="He drives her.", at=now)
    make.opened_in_emergency(case, make.user("Cal Counsel", Role.COUNSEL))
    make.records_request(staff, at=at)
    make.offered(make.case(staff, at=at), staff.counselor, staff.elsewhere, at=at)
    for author in (staff.teacher, staff.counselor, staff.administrator, staff.liaison):
        make.concern(staff, author=author, at=at)
    make.missing(staff.teacher, staff.student)
    make.left_school(staff.student, school=staff.other_school)
    for person in (staff.administrator, staff.liaison):
        told_of_many_opened(person, staff.counselor, at=now)
    never_arrived(case, staff.counselor, now)
    monday = now.date() + timedelta(days=7 - now.weekday())
    Closure.objects.create(name="Break", first_day=monday, last_day=monday + timedelta(days=4))


def test_a_first_screen_on_which_everything_waits_asks_no_more_either() -> None:
    staff = make.Staff()
    everything_waits(staff)
    look_over()
    for person in (staff.counselor, staff.administrator, staff.liaison):
        with acting_as(person.pk):
            work = waiting_for(person, database_now())
        assert work.alerts
        assert work.emergencies
        assert work.duties
        assert work.concerns
        assert work.unanswered
        assert work.transfers
        assert work.numbers
        for queue in (work.elsewhere, work.safety, work.breaks, work.late_with_others):
            assert queue.shown, queue.name
        assert bool(work.with_counsel.shown) == (person == staff.administrator)
        assert bool(work.reached_nobody) == (person == staff.liaison)
        assert queries(person, reverse("home")) <= FIRST_SCREEN
    for person in (staff.counsel, staff.sro, staff.teacher):
        assert queries(person, reverse("home")) <= FIRST_SCREEN
