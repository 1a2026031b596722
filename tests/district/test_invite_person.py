"""Letting somebody in: an account, its first role, and a link that is sent to them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from csec.accounts.models import Membership, PasswordReset, User
from csec.accounts.roles import Role
from csec.errors import NotPermitted
from district import workflow
from tests import make
from tests.accounts.at_the_door import logged
from tests.expect import invalid
from tests.make import AT
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db


def invite(actor: User, **given: Any) -> User:
    values: dict[str, Any] = {
        "name": "Nell New",
        "email": "nell@example.org",
        "role": Role.COUNSELOR,
        "at": AT,
    }
    return workflow.invite_person(actor=actor, **(values | given))


def test_they_have_a_role_from_today_on_no_password_and_a_link_that_waits() -> None:
    staff = make.Staff()
    with logged() as events:
        made = invite(staff.administrator, school=staff.school, weekdays=[0, 2])
    person = User.objects.get(pk=made.pk)
    role = person.memberships.get()
    assert (role.role, role.school, role.weekdays, role.since) == (
        "counselor",
        staff.school,
        [0, 2],
        AT.date(),
    )
    assert not person.has_usable_password()
    assert list(PasswordReset.objects.values_list("person", "kind", "sent_at")) == [
        (person.pk, "invited", None)
    ]
    assert events == [("person_invited", "done")]


def test_an_administrator_lets_in_whom_their_school_needs_and_the_liaison_everybody() -> None:
    staff = make.Staff()
    for role, school in (
        (Role.COUNSELOR, staff.other_school),
        (Role.ADMINISTRATOR, staff.school),
        (Role.LIAISON, None),
        (Role.COUNSEL, None),
    ):
        with pytest.raises(NotPermitted):
            invite(staff.administrator, role=role, school=school)
        assert invite(staff.liaison, role=role, school=school, email=f"{role}@example.org")
    for person in (staff.counselor, staff.sro, staff.counsel, staff.teacher):
        with pytest.raises(NotPermitted):
            invite(person, school=staff.school)


def test_a_role_is_held_at_a_school_or_for_the_district() -> None:
    staff = make.Staff()
    with invalid("school"):
        invite(staff.liaison, role=Role.COUNSELOR, school=None)
    with invalid("school"):
        invite(staff.liaison, role=Role.COUNSEL, school=staff.school)
    with invalid("role"):
        invite(staff.liaison, role="principal", school=staff.school)
    with invalid("agreed_on"):
        invite(staff.liaison, school=staff.school, agreed_on=AT.date())
    with invalid("weekdays"):
        invite(staff.liaison, school=staff.school, weekdays=[5])
    assert invite(staff.liaison, school=staff.school, weekdays=range(5)).memberships.get().weekdays == []


def test_an_officer_works_there_from_the_day_of_the_agreement() -> None:
    staff = make.Staff()
    for agreed_on, works in ((None, False), (AT.date(), True)):
        email = f"{works}@example.org".lower()
        officer = invite(
            staff.administrator, role=Role.SRO, school=staff.school, agreed_on=agreed_on, email=email
        )
        assert Membership.objects.current(AT.date()).filter(person=officer).exists() == works
    with invalid("agreed_on"):
        invite(staff.administrator, role=Role.SRO, school=staff.school, agreed_on=AT.date() + make.DAY)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", " "),
        ("name", "x" * 151),
        ("name", "Nell\x00"),
        ("email", "nell"),
        ("email", "x" * 250 + "@a.org"),
    ],
)
def test_what_is_no_name_or_no_address_is_refused(field: str, typed: str) -> None:
    staff = make.Staff()
    with invalid(field):
        invite(staff.liaison, school=staff.school, **{field: typed})


def test_whose_address_it_is_learns_only_who_sees_them_anyway() -> None:
    staff = make.Staff()

    def said(actor: User, email: str) -> str:
        form = {"name": "Nell New", "email": email, "role": "counselor", "school": staff.school.pk}
        answer = signed_in(actor).post(reverse("district:invite_person"), form)
        assert answer.status_code == 422
        return answer.content.decode()

    assert "Casey Counselor has this address" in said(staff.administrator, staff.counselor.email.upper())
    assert "Ellis" not in said(staff.administrator, staff.elsewhere.email)
    assert "Ellis Elsewhere has this address" in said(staff.liaison, staff.elsewhere.email)


def test_the_page_offers_an_administrator_no_more_than_they_give() -> None:
    staff = make.Staff()
    path = reverse("district:invite_person")
    page = signed_in(staff.administrator).get(path).content.decode()
    assert "District liaison</option>" not in page
    assert str(staff.other_school.pk) not in page
    form = {"name": "Nell", "email": "nell@example.org", "role": "liaison", "school": staff.school.pk}
    assert signed_in(staff.administrator).post(path, form).status_code == 422
    form = {"name": "Nell", "email": "nell@example.org", "role": "counselor", "school": staff.other_school.pk}
    assert signed_in(staff.administrator).post(path, form).status_code == 422
    assert not User.objects.filter(email="nell@example.org").exists()
    assert signed_in(staff.counselor).get(path).status_code == 404
    assert Client().get(path).status_code == 302
    form = {"name": "Nell", "email": "nell@example.org", "role": "sro", "school": staff.school.pk}
    assert signed_in(staff.administrator).post(path, form).status_code == 302
