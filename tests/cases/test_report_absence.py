"""A missing student: anybody may enter it, those of an open case are told, and whoever enters it learns nothing."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Alert, StudentAbsence
from csec.accounts.models import User
from csec.directory.models import Student
from csec.errors import NotPermitted
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def alerts(person: User) -> list[Alert]:
    with acting_as(person.pk):
        return list(Alert.objects.select_related("case"))


def test_it_keeps_who_entered_what_when_and_tells_each_open_case_of_the_student() -> None:
    staff = make.Staff()
    first, second = make.case(staff), make.case(staff, "suspected_recruiter")
    since = AT - timedelta(minutes=30)
    row = make.missing(staff.teacher, staff.student, since=since)
    assert (row.student, row.missing_since, row.entered_at, row.entered_by) == (
        staff.student,
        since,
        AT,
        staff.teacher,
    )
    told = alerts(staff.administrator)
    assert {(one.case_id, one.kind, one.subject, one.at) for one in told} == {
        (case.pk, "absence", row.pk, AT) for case in (first, second)
    }


@pytest.mark.parametrize("state", ["closed", "voided", "another-student", "none"])
def test_it_tells_nobody_where_there_is_no_open_case_of_the_student(state: str) -> None:
    staff = make.Staff()
    if state != "none":
        case = make.case(staff)
        make.reported(case, staff.counselor)
    if state == "closed":
        make.closed(case, staff.counselor)
    if state == "voided":
        workflow.void_case(actor=staff.liaison, case=case, reason="By mistake.", at=AT)
    student = make.student(staff.school, "Robin", "Reed") if state == "another-student" else staff.student
    make.missing(staff.teacher, student)
    assert alerts(staff.liaison) == []
    with acting_as(staff.teacher.pk):
        assert StudentAbsence.objects.count() == 1


def test_whoever_enters_it_sees_their_own_row_and_no_alert_and_others_see_neither() -> None:
    staff = make.Staff()
    make.case(staff)
    make.missing(staff.teacher, staff.student)
    for person, rows in ((staff.teacher, 1), (staff.counselor, 1), (staff.elsewhere, 0), (staff.sro, 0)):
        with acting_as(person.pk):
            assert StudentAbsence.objects.count() == rows, person
    assert alerts(staff.teacher) == alerts(staff.elsewhere) == alerts(staff.sro) == []


def test_somebody_excluded_from_the_case_enters_it_and_learns_nothing() -> None:
    staff = make.Staff()
    make.case(staff, about=make.concern(staff, implicated=[staff.administrator]))
    make.missing(staff.administrator, staff.student)
    assert alerts(staff.administrator) == []
    assert len(alerts(staff.counselor)) == 1


@pytest.mark.parametrize(
    ("since", "field"),
    [
        (AT + timedelta(minutes=1), "missing_since"),
        (datetime(1999, 1, 1, tzinfo=UTC), "missing_since"),
        (datetime(1, 1, 2, tzinfo=UTC), "missing_since"),
    ],
    ids=["in-the-future", "long-ago", "in-the-year-one"],
)
def test_a_time_that_cannot_be_is_refused(since: datetime, field: str) -> None:
    staff = make.Staff()
    with invalid(field):
        make.missing(staff.teacher, staff.student, since=since)


def test_a_student_who_was_taken_over_is_missed_where_they_go_to_school() -> None:
    staff = make.Staff()
    offer = make.offered(make.case(staff), staff.counselor, staff.elsewhere)
    new = workflow.accept_transfer(actor=staff.elsewhere, transfer=offer, at=AT)
    # By the roster the student is at the school before; whoever misses them does not know that there is a case.
    make.missing(make.user("Tom Teacher", "reporter", staff.other_school), staff.student)
    assert [one.case_id for one in alerts(staff.elsewhere)] == [new.pk]


def test_somebody_without_any_role_enters_none() -> None:
    staff = make.Staff()
    nobody = User.objects.create_user(email="nobody@example.org", name="Nora Nobody")
    with pytest.raises(NotPermitted):
        make.missing(nobody, staff.student)


def test_sent_twice_it_is_entered_once() -> None:
    staff = make.Staff()
    make.case(staff)
    make.missing(staff.teacher, staff.student)
    with conflict("You entered this already."):
        make.missing(staff.teacher, staff.student)
    # Somebody else who misses the student as well is heard too.
    make.missing(staff.counselor, staff.student)
    assert len(alerts(staff.counselor)) == 2


def pages(client: Client, student: Student) -> list[bytes]:
    """What a teacher gets to see from the form to the first screen, without the student and what is random."""
    at = reverse("cases:report_absence")
    typed = {"student_query": student.given_name, "missing_since": "2026-11-20T14:20"}
    sent = typed | {"student": str(student.pk)}
    answers: list[Any] = [
        client.get(at),
        client.post(at, typed | {"find": "1"}),
        client.post(at, typed),
        client.post(at, sent),
        client.get(reverse("home")),
        client.post(at, sent),
        client.get(reverse("cases:cases")),
    ]
    seen = []
    for answer in answers:
        body = answer.content
        for word in (str(student.pk), student.given_name, student.family_name):
            body = body.replace(word.encode(), b"...")
        body = re.sub(rb'name="(csrfmiddlewaretoken|draft_of|missing_since)" value="[^"]*"', b"", body)
        headers = sorted((name, value) for name, value in answer.items() if name != "Content-Length")
        seen.append(repr((answer.status_code, headers)).encode() + body)
    return seen


def test_the_pages_of_whoever_enters_it_are_the_same_bytes_whether_there_is_a_case_or_not() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.record(case, staff.counselor, "regular_contact", values={"student_safe": "no"})
    client = Client()
    client.force_login(staff.teacher)
    with_case = pages(client, staff.student)
    without = pages(client, make.student(staff.school, "Robin", "Reed"))
    assert len(alerts(staff.counselor)) == 2
    assert [page[1:4] for page in with_case] == [b"200", b"200", b"422", b"302", b"200", b"409", b"404"]
    for n, (one, other) in enumerate(zip(with_case, without, strict=True)):
        assert one == other, n


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "student"),
        ({"student": "not-an-id"}, "student"),
        ({"missing_since": ""}, "missing_since"),
        ({"missing_since": "2036-01-01T10:00"}, "missing_since"),
        ({"missing_since": "0001-01-01T00:00"}, "missing_since"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(typed: dict[str, str], field: str) -> None:
    staff = make.Staff()
    values = {"missing_since": "2026-11-20T14:30", "student_query": "Avery"}
    if field != "student":
        values["student"] = str(staff.student.pk)
    client = Client()
    client.force_login(staff.teacher)
    page = client.post(reverse("cases:report_absence"), values | typed)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {field}
    with acting_as(staff.teacher.pk):
        assert StudentAbsence.objects.count() == 0


def test_the_page_says_that_attendance_is_not_read() -> None:
    staff = make.Staff()
    client = Client()
    client.force_login(staff.teacher)
    assert "Attendance is not read here" in client.get(reverse("cases:report_absence")).content.decode()
