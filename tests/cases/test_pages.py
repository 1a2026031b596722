"""Every page of a case opens for those it is for, within its number of queries."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from csec.accounts.models import Membership, User
from tests import make
from tests.make import AT

pytestmark = pytest.mark.django_db


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def open_page(person: User, name: str, *args: Any) -> Any:
    return signed_in(person).get(reverse(f"cases:{name}", args=args))


def test_somebody_of_two_schools_chooses_between_them_by_name() -> None:
    staff = make.Staff()
    Membership.objects.create(
        person=staff.teacher, school=staff.other_school, role="reporter", since=make.SINCE
    )
    page = open_page(staff.teacher, "log_concern").content.decode()
    assert ">Alder High</option>" in page
    assert ">Birch Middle</option>" in page
    assert "object (" not in page


def test_that_the_student_has_an_open_case_is_said_before_another_is_opened() -> None:
    staff = make.Staff()
    case = make.case(staff)
    again = make.concern(staff)
    for name in ("concern", "open_case"):
        page = open_page(staff.counselor, name, again.pk).content.decode()
        assert f"This student has an open case already: {case.number}" in page
    # Its author learns nothing of that.
    assert case.number not in open_page(staff.teacher, "concern", again.pk).content.decode()


def test_of_many_entries_the_latest_are_shown_and_the_older_when_asked_for() -> None:
    staff = make.Staff()
    case = make.case(staff)
    for day in range(5):
        make.record(
            case, staff.counselor, "regular_contact", "unable", reason=f"Away {day}.", at=AT + day * make.DAY
        )
    page = open_page(staff.counselor, "case", case.pk).content.decode()
    assert "2 earlier entries" in page
    assert page.index("Record a check-in") < page.index("Away 4.") < page.index("Away 0.")


def test_the_first_screen_opens_for_every_role() -> None:
    staff = make.Staff()
    make.case(staff)
    for person in (
        staff.teacher,
        staff.counselor,
        staff.sro,
        staff.administrator,
        staff.liaison,
        staff.counsel,
    ):
        response = signed_in(person).get(reverse("home"))
        assert response.status_code == 200, person.name


def test_the_counselor_reads_first_that_the_call_was_not_made_yet() -> None:
    staff = make.Staff()
    make.case(staff)
    page = signed_in(staff.counselor).get(reverse("home")).content.decode()
    assert "Call now: not yet called" in page


def test_every_page_of_a_concern_opens_for_its_receiver() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    for name in ("concern", "match_concern", "attach_concern", "close_concern", "open_case"):
        assert open_page(staff.counselor, name, concern.pk).status_code == 200, name
    for name in ("concerns", "new_concern", "log_concern", "blank_concern"):
        assert open_page(staff.counselor, name).status_code == 200, name


def test_the_author_reads_received_and_can_add_to_it() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    assert "Received" in open_page(staff.teacher, "concern", concern.pk).content.decode()
    assert open_page(staff.teacher, "supplement_concern", concern.pk).status_code == 200


def test_every_page_of_a_case_opens_for_those_it_is_for() -> None:
    staff = make.Staff()
    case = make.case(staff)
    for name in ("case", "reclassify", "close_case", "correct_student", "add_person"):
        assert open_page(staff.counselor, name, case.pk).status_code == 200, name
    assert open_page(staff.liaison, "void_case", case.pk).status_code == 200
    assert open_page(staff.administrator, "cases").status_code == 200
    notify = make.part(case, staff.counselor, "notify")
    assert open_page(staff.counselor, "request_sro", case.pk, notify.pk).status_code == 200
    for part in make.parts(case, staff.counselor):
        allowed = "counselor" in part.actors or "mandated_reporter" in part.actors
        verb = "record_checkin" if part.kind == "contact" else "record_outcome"
        response = open_page(staff.counselor, verb, case.pk, part.pk)
        assert response.status_code == (200 if allowed else 403), part.part


def test_the_officer_answers_a_request_in_the_browser() -> None:
    staff = make.Staff()
    case = make.case(staff)
    notify = make.part(case, staff.counselor, "notify")
    request = workflow.request_sro(
        actor=staff.counselor, part=notify, version=notify.version, officer=staff.sro, at=AT
    )
    client = signed_in(staff.sro)
    assert client.get(reverse("cases:decline_request", args=[case.pk, request.pk])).status_code == 200
    client.post(reverse("cases:accept_request", args=[case.pk, request.pk]))
    assert client.get(reverse("cases:report_back", args=[case.pk, request.pk])).status_code == 200
    page = client.get(case.get_absolute_url()).content.decode()
    assert "Report back" in page


def test_somebody_elsewhere_gets_the_bytes_of_a_case_that_does_not_exist() -> None:
    staff = make.Staff()
    case = make.case(staff)
    other = open_page(staff.elsewhere, "case", case.pk)
    absent = open_page(staff.elsewhere, "case", staff.student.pk)
    assert other.status_code == absent.status_code == 404
    assert other.content == absent.content
