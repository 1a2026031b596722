"""The student of a request is named by counsel or the liaison, from any school, also one who has left."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import RecordsRequest
from csec.delivery.ticks import database_now
from csec.errors import Absent
from csec.identity import acting_as
from tests import make
from tests.expect import conflict
from tests.make import AT

pytestmark = pytest.mark.django_db


def test_whoever_was_described_is_named_and_nobody_else_may_name_them() -> None:
    staff = make.Staff()
    row = make.records_request(staff, student=None, student_described="Gray Graduate, born 2006.")
    graduate = make.student(staff.other_school, "Gray", "Graduate", active=False)
    given = {"request": row, "student": graduate, "at": AT}
    for person in (staff.teacher, staff.administrator):
        with pytest.raises(Absent):
            workflow.match_records_request(actor=person, **given)
    workflow.match_records_request(actor=staff.liaison, **given)
    assert make.reload(row, staff.counsel).student_id == graduate.pk
    with conflict("Somebody named the student"):
        workflow.match_records_request(actor=staff.counsel, **given)


def test_a_request_that_does_not_exist_is_not_found() -> None:
    staff = make.Staff()
    nothing = RecordsRequest(pk=uuid4())
    with pytest.raises(Absent):
        workflow.match_records_request(actor=staff.liaison, request=nothing, student=staff.student, at=AT)
    client = Client()
    client.force_login(staff.liaison)
    assert client.get(nothing.get_absolute_url()).status_code == 404


def test_the_page_finds_a_student_who_has_left_and_shows_no_case_to_the_liaison() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = make.records_request(staff)
    client = Client()
    client.force_login(staff.liaison)
    assert case.number not in client.get(row.get_absolute_url()).content.decode()
    make.student(staff.other_school, "Gray", "Graduate", active=False)
    path = reverse("cases:match_records_request", args=[row.pk])
    found = client.post(path, {"find": "1", "student_query": "Gray Grad", "before": str(staff.student.pk)})
    [graduate] = found.context["form"].found
    typed = {"student": graduate.pk, "before": str(staff.student.pk), "student_query": "Gray"}
    assert client.post(path, typed).status_code == 302


def test_another_student_closes_the_cases_that_were_opened_for_the_first() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row, now = make.records_request(staff), database_now()
    workflow.open_requested_case(actor=staff.counsel, request=row, case=case.pk, at=now)
    workflow.match_records_request(
        actor=staff.liaison,
        request=row,
        student=make.student(staff.school, "Jules", "Marsh"),
        before=staff.student.pk,
        at=now,
    )
    with acting_as(staff.counsel.pk):
        assert not type(case).objects.exists()
