"""What is typed or posted wrongly: a message beside its field, what was typed is kept, nothing is half-saved."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Case, Concern, Entry
from csec.accounts.models import User
from csec.identity import acting_as
from tests import make

pytestmark = pytest.mark.django_db

NOBODY = "00000000-0000-4000-8000-000000000000"
ACCOUNT = "Picked up by a car of strangers after school."


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def good(staff: make.Staff) -> dict[str, Any]:
    return {
        "concern_id": str(uuid4()),
        "school": str(staff.school.pk),
        "account": ACCOUNT,
        "first_known_at": "2026-11-20T14:40",
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("account", ""),
        ("account", "x" * 5001),
        ("account", "\x07"),
        ("words", "Escape \x1b[0m"),
        ("student_query", "x" * 201),
        ("first_known_at", ""),
        ("first_known_at", "2036-01-01T10:00"),
        ("first_known_at", "yesterday"),
        ("student", NOBODY),
        ("student", "not-an-id"),
        ("school", "elsewhere"),
        ("school", NOBODY),
        ("concern_id", "not-an-id"),
        ("implicated", NOBODY),
        ("indicators", "made-up"),
        ("source", "made-up"),
    ],
)
def test_a_concern_that_cannot_be_taken_keeps_what_was_typed_and_saves_nothing(
    field: str, value: str
) -> None:
    staff = make.Staff()
    if value == "elsewhere":
        value = str(make.student(staff.other_school).pk if field == "student" else staff.other_school.pk)
    page = signed_in(staff.teacher).post(reverse("cases:log_concern"), good(staff) | {field: value})
    assert page.status_code == 422
    assert page.context["form"].errors.get(field), page.context["form"].errors
    if field != "account":
        assert ACCOUNT in page.content.decode()
    with acting_as(staff.counselor.pk):
        assert Concern.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", "x"),
        ("outcome", "superseded"),
        ("outcome", ""),
        ("happened_at", "2036-01-01T10:00"),
        ("review_on", "2020-01-01"),
        ("reason", "\x07"),
        ("field_phoned_at", "2036-01-01T10:00"),
        ("field_agency", "x" * 201),
        ("field_agency", ""),
        ("field_written_by_way_of", "pigeon"),
    ],
)
def test_an_entry_that_cannot_be_taken_keeps_what_was_typed_and_saves_nothing(field: str, value: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.counselor, "report")
    typed = {
        "version": "0",
        "outcome": "done",
        "happened_at": "2026-11-20T14:45",
        "field_phoned_at": "2026-11-20T14:45",
        "field_written_at": "2026-11-20T14:45",
        "field_agency": "Child Welfare Services",
        "field_person_spoken_to": "Intake worker",
    }
    path = reverse("cases:record_outcome", args=[case.pk, part.pk])
    page = signed_in(staff.counselor).post(path, typed | {field: value})
    assert page.status_code == 422
    assert page.context["form"].errors.get(field), page.context["form"].errors
    assert "Intake worker" in page.content.decode()
    with acting_as(staff.counselor.pk):
        assert Entry.objects.count() == 0


def test_fields_that_are_not_asked_for_change_nothing() -> None:
    staff = make.Staff()
    extra = {"receiver": str(staff.teacher.pk), "status": "closed", "accepted_by": str(staff.teacher.pk)}
    signed_in(staff.teacher).post(reverse("cases:log_concern"), good(staff) | extra)
    with acting_as(staff.counselor.pk):
        concern = Concern.objects.get()
    assert (concern.receiver_id, concern.status, concern.accepted_by_id) == (
        staff.counselor.pk,
        "received",
        None,
    )


def test_a_case_of_somebody_else_cannot_be_attached_to() -> None:
    staff = make.Staff()
    foreign = make.concern(staff, school=staff.other_school, student=None)
    concern = make.concern(staff)
    case = make.case(staff, about=make.concern(staff))
    path = reverse("cases:attach_concern", args=[foreign.pk])
    page = signed_in(staff.elsewhere).post(path, {"case": str(case.pk), "reason": "Same."})
    assert page.status_code == 422
    assert "no open case" in page.content.decode()
    with acting_as(staff.elsewhere.pk):
        assert Concern.objects.get(pk=foreign.pk).status == "received"
        assert not Case.objects.filter(pk=case.pk).exists()
    assert concern.status == "received"


def test_a_form_without_its_token_is_refused() -> None:
    staff = make.Staff()
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff.teacher)
    assert client.post(reverse("cases:log_concern"), good(staff)).status_code == 403


def test_the_same_form_sent_twice_tells_that_it_was_sent() -> None:
    staff = make.Staff()
    client, typed = signed_in(staff.teacher), good(staff)
    assert client.post(reverse("cases:log_concern"), typed).status_code == 302
    again = client.post(reverse("cases:log_concern"), typed)
    assert again.status_code == 409
    assert "already sent" in again.content.decode()
