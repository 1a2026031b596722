"""The page on which a contact is recorded: two answers, the rest proposed; nothing typed is lost."""

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Case, Entry
from csec.accounts.models import User
from csec.identity import acting_as
from tests import make
from tests.cases.test_record_checkin import CONTACT, FIRST
from tests.expect import invalid

pytestmark = pytest.mark.django_db


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def path(case: Case, person: User) -> str:
    return reverse("cases:record_checkin", args=[case.pk, make.part(case, person, CONTACT).pk])


TYPED = {"version": "0", "seen": "yes", "happened_at": "2026-11-20T14:50", "field_status": "Slept badly."}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seen", ""),
        ("seen", "perhaps"),
        ("happened_at", ""),
        ("happened_at", "0001-01-01T00:00"),
        ("happened_at", "2036-01-01T10:00"),
        ("next_on", "2020-01-01"),
        ("next_on", "9999-12-31"),
        ("next_on", "soon"),
        ("reason", "x" * 201),
        ("field_student_safe", "made-up"),
        ("field_safe_way", "x" * 201),
        ("version", "x"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field_and_kept(field: str, value: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    page = signed_in(staff.counselor).post(path(case, staff.counselor), TYPED | {field: value})
    assert page.status_code == 422
    assert page.context["form"].errors.get(field), page.context["form"].errors
    assert "Slept badly." in page.content.decode()
    with acting_as(staff.counselor.pk):
        assert Entry.objects.count() == 0


def test_not_reached_needs_a_word_why() -> None:
    staff = make.Staff()
    case = make.case(staff)
    page = signed_in(staff.counselor).post(path(case, staff.counselor), TYPED | {"seen": "no"})
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"reason"}
    with invalid("reason"):
        make.record(case, staff.counselor, CONTACT, "unable")


def test_whoever_came_second_can_read_the_entry_and_send_their_text_again() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.record(case, staff.administrator, CONTACT, "unable", reason="Absent.")
    client, at = signed_in(staff.counselor), path(case, staff.counselor)
    page = client.post(at, TYPED)
    assert page.status_code == 409
    assert "Ada Administrator recorded “Unable so far”" in page.content.decode()
    assert "Slept badly." in page.content.decode()
    assert client.post(at, TYPED | {"version": "1"}).status_code == 302
    assert [state for _day, state in make.check_ins(case, staff.counselor)] == ["seen", "waiting"]


def test_unsafe_opens_what_to_do_now() -> None:
    staff = make.Staff()
    case = make.case(staff)
    client = signed_in(staff.counselor)
    page = client.post(path(case, staff.counselor), TYPED | {"field_student_safe": "no"}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("cases:what_now", args=[case.pk])
    assert "Child Welfare Services" in page.content.decode()


def test_the_page_shows_the_way_of_contact_that_the_student_called_safe() -> None:
    staff = make.Staff()
    case = make.case(staff)
    client, at = signed_in(staff.counselor), path(case, staff.counselor)
    assert "has not said yet which way" in client.get(at).content.decode()
    make.record(case, staff.counselor, CONTACT, values={"safe_way": "In the library, third period"})
    page = client.get(at).content.decode()
    assert "Contact only this way:" in page
    assert "In the library, third period" in page
    # Whoever covers without reading the counselor's section is not told that the student said nothing.
    other = signed_in(staff.administrator).get(at).content.decode()
    assert "In the library" not in other
    assert "has not said yet" not in other
    assert "ask the counselor or social worker" in other


def test_what_the_page_proposed_counts_from_the_contact_when_it_was_typed_in_later() -> None:
    staff = make.Staff()
    case = make.case(staff)
    client, at = signed_in(staff.counselor), path(case, staff.counselor)
    proposed = client.get(at).context["form"].initial["next_on"]
    typed = TYPED | {"next_on": proposed.isoformat()}
    assert client.post(at, typed).status_code == 302
    # The contact of Friday asks again by the schedule from Friday, on whatever day it was typed in.
    assert make.check_in(case, staff.counselor).due_on == FIRST
