"""A records request is logged at the office, which learns nothing of any case; its clock runs in business days."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.deadlines import business_day_after
from cases.models import RecordsRequest
from csec.accounts.models import User
from csec.delivery.models import Message
from csec.delivery.ticks import database_now
from csec.directory.models import Closure, Student
from csec.errors import NotPermitted
from csec.identity import acting_as
from tests import make
from tests.cases.reminders.worker import told, wanted
from tests.expect import conflict, invalid
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db

PATH = "/records-requests/log/"


@pytest.mark.parametrize(
    ("came", "due"),
    [
        (date(2026, 11, 2), date(2026, 11, 9)),  # a Monday
        (date(2026, 11, 6), date(2026, 11, 13)),  # a Friday
        (date(2026, 11, 7), date(2026, 11, 13)),  # a Saturday
        (date(2026, 11, 8), date(2026, 11, 13)),  # a Sunday
        (date(2026, 11, 20), date(2026, 12, 1)),  # over two days of Thanksgiving
        (date(2026, 11, 26), date(2026, 12, 4)),  # on a holiday
        (date(2026, 12, 18), date(2026, 12, 28)),  # in the winter break, over Christmas Day
    ],
)
def test_the_fifth_business_day_is_counted_from_the_day_after_it_came(came: date, due: date) -> None:
    make.winter_break()
    school = make.school()
    closure = Closure.objects.create
    closure(
        name="Thanksgiving", first_day=date(2026, 11, 26), last_day=date(2026, 11, 27), offices_closed=True
    )
    closure(
        name="Christmas Day", first_day=date(2026, 12, 25), last_day=date(2026, 12, 25), offices_closed=True
    )
    # Of one school, or without a mark: the offices are open.
    closure(name="Storm", school=school, first_day=date(2026, 11, 3), last_day=date(2026, 11, 12))
    closure(name="Conferences", first_day=date(2026, 11, 9), last_day=date(2026, 11, 11))
    taken_out = {"first_day": date(2026, 11, 4), "last_day": date(2026, 11, 12), "offices_closed": True}
    closure(name="By mistake", withdrawn_at=AT, **taken_out)
    assert business_day_after(came, 5) == due


def test_it_is_logged_against_the_roster_with_its_words_sealed_and_its_time_set() -> None:
    staff = make.Staff()
    row = make.records_request(staff)
    assert (row.student, row.logged_by, row.due_on) == (staff.student, staff.teacher, date(2026, 11, 27))
    assert row.words()["wants"] == "Everything in the file."
    assert b"Robin" not in bytes(row.sealed)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"asked_by": ""}, "asked_by"),
        ({"wants": " "}, "wants"),
        ({"asker": "neighbor"}, "asker"),
        ({"way": "pigeon"}, "way"),
        ({"student": None}, "student"),
        ({"received_on": date(2026, 11, 21)}, "received_on"),
        ({"received_on": date(2025, 11, 1)}, "received_on"),
    ],
)
def test_what_is_missing_or_wrong_is_said(given: dict[str, Any], wrong: str) -> None:
    staff = make.Staff()
    with invalid(wrong):
        make.records_request(staff, **given)


def test_somebody_without_a_role_logs_none() -> None:
    staff = make.Staff()
    without = User.objects.create(email="no.role@example.org", name="Nora Norole")
    with pytest.raises(NotPermitted):
        make.records_request(staff, by=without)


def test_somebody_who_is_not_on_the_roster_is_described() -> None:
    staff = make.Staff()
    row = make.records_request(staff, student=None, student_described="Gray Graduate, born 2006.")
    assert row.student is None
    assert row.words()["student_described"] == "Gray Graduate, born 2006."


def test_a_form_sent_twice_makes_one() -> None:
    staff = make.Staff()
    row = make.records_request(staff)
    with conflict("not logged twice"):
        make.records_request(staff, request_id=row.pk)


def test_a_student_of_another_school_is_logged_there() -> None:
    staff = make.Staff()
    stranger = make.student(staff.other_school, "Kim", "Kerr")
    with invalid("student"):
        make.records_request(staff, student=stranger)
    with invalid("school"):
        make.records_request(staff, school=staff.other_school, student=stranger)


def sent(client: Client, student: Student) -> tuple[list[bytes], list[int]]:
    """What the office is answered for a student at every turn, with what cannot be the same taken out; and queries."""
    answers, queries = [], []
    form = client.get(PATH).context["form"]
    data = {
        "request_id": form["request_id"].value(),
        "school": form["school"].value(),
        "student": student.pk,
        "asker": "parent",
        "asked_by": "Robin, mother",
        "wants": "The file.",
        "way": "in_person",
        "received_on": "2026-11-20",
    }
    turns: list[tuple[str, dict[str, Any]]] = [
        ("post", data | {"find": "1", "student_query": student.family_name}),
        ("post", data | {"wants": ""}),
        ("post", data),
        ("post", data),
        ("get", {}),
    ]
    for method, typed in turns:
        with CaptureQueriesContext(connection) as asked:
            answer = getattr(client, method)(PATH if typed else reverse("cases:records_requests"), typed)
        queries.append(len(asked))
        text = answer.content
        for name, value in (
            ("student", student.pk),
            ("family", student.family_name),
            ("given", student.given_name),
        ):
            text = text.replace(str(value).encode(), name.encode())
        answers.append(b"\n".join(line for line in text.splitlines() if b"token" not in line))
    return [answer.replace(str(data["request_id"]).encode(), b"id") for answer in answers], queries


def test_the_office_is_told_the_same_whether_there_is_a_case_or_not() -> None:
    """The same bytes at every turn, and the same number of questions asked of the database."""
    staff = make.Staff()
    classmate = make.student(staff.school, "Jules", "Marsh")
    make.case(staff)
    with_a_case, without = (
        make.user("Ola Office", "reporter", staff.school),
        make.user("Ora Office", "reporter", staff.school),
    )
    found = []
    for person, student in ((with_a_case, staff.student), (without, classmate)):
        client = Client()
        client.force_login(person)
        answers, queries = sent(client, student)
        found.append(([one.replace(person.name.encode(), b"me") for one in answers], queries))
    for mine, other in zip(found[0][0], found[1][0], strict=True):
        assert strip(mine) == strip(other)
    assert found[0][1] == found[1][1]


def strip(page: bytes) -> bytes:
    """Without what is drawn by lot for each page."""
    return b"\n".join(line for line in page.splitlines() if b"draft_of" not in line and b"csrf" not in line)


def test_whoever_logged_it_sees_their_own_and_only_that_it_is_with_counsel() -> None:
    staff = make.Staff()
    make.case(staff)
    make.records_request(staff)
    make.records_request(staff, by=staff.administrator)
    client = Client()
    client.force_login(staff.teacher)
    page = client.get(reverse("cases:records_requests"))
    assert [line.row.logged_by for line in page.context["page"].rows] == [staff.teacher]
    assert "with legal counsel" in page.content.decode()
    with acting_as(staff.teacher.pk):
        assert RecordsRequest.objects.count() == 1
    with acting_as(staff.elsewhere.pk):
        assert not RecordsRequest.objects.exists()


def test_those_who_carry_the_case_know_that_somebody_asked() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.helper(case, staff.counselor, staff.sro, "sro")
    make.records_request(staff)
    for person, sees in ((staff.counselor, 1), (staff.administrator, 1), (staff.sro, 0), (staff.counsel, 1)):
        with acting_as(person.pk):
            assert RecordsRequest.objects.visible_to(person).count() == sees, person.name
            assert RecordsRequest.objects.count() == sees, person.name
    client = Client()
    client.force_login(staff.counselor)
    page = client.get(reverse("cases:releases_of_case", args=[case.pk])).content.decode()
    assert "with counsel, answer due Fri, Nov 27" in page


def test_it_stands_on_counsels_first_screen_and_on_the_liaisons_once_it_is_late_or_nobody_was_found() -> None:
    staff = make.Staff()
    described = make.records_request(staff, student=None, student_described="Gray Graduate.")
    on_time = make.records_request(staff, at=database_now())
    late = make.records_request(staff, at=database_now() - 30 * DAY)
    for person, stands in (
        (staff.counsel, {described, on_time, late}),
        (staff.liaison, {described, late}),
        (staff.administrator, set()),
    ):
        client = Client()
        client.force_login(person)
        page = client.get(reverse("home")).content.decode()
        assert {one for one in (described, on_time, late) if str(one.pk) in page} == stands, person.name


@pytest.mark.django_db(transaction=True)
def test_counsel_is_written_to_when_it_comes_on_the_last_day_and_each_day_it_is_late() -> None:
    staff = make.Staff()
    row = make.records_request(staff)
    last_day = AT + 7 * DAY
    assert told(AT, "records") == {("Lou", 0)}
    assert told(last_day, "records") == {("Lou", 1)}
    assert told(last_day + DAY, "records") == {("Lou", 2), ("Lee", 2)}
    assert told(last_day + 2 * DAY, "records") == {("Lou", 3), ("Lee", 3)}
    assert ("records", "Lou", 3) in wanted(last_day + 2 * DAY)
    RecordsRequest.objects.using("owner").filter(pk=row.pk).update(closed_at=AT)
    assert told(last_day + 3 * DAY, "records") == set()
    assert not [one for one in wanted(last_day + 3 * DAY) if one[0] == "records"]


@pytest.mark.django_db(transaction=True)
def test_without_a_counsel_the_liaison_hears_of_it_at_once() -> None:
    staff = make.Staff()
    type(staff.counsel).objects.using("owner").filter(pk=staff.counsel.pk).update(is_active=False)
    make.records_request(staff)
    assert told(AT + timedelta(minutes=1), "records") == {("Lee", 0)}


@pytest.mark.django_db(transaction=True)
def test_what_does_not_reach_counsel_reaches_the_liaison() -> None:
    staff = make.Staff()
    make.records_request(staff)
    told(AT, "records")
    Message.objects.using("owner").filter(kind="records").update(state="failed", failed_at=AT)
    assert told(AT + timedelta(minutes=1), "records") == {("Lee", 1000)}
    assert ("records", "Lee", 1000) in wanted(AT + timedelta(minutes=1))
