"""Sending the link once more to somebody who missed it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from csec.accounts import resets
from csec.accounts.models import PasswordReset, User
from csec.accounts.roles import Role
from csec.errors import Absent, NotPermitted
from district import workflow
from tests import make
from tests.accounts.at_the_door import logged
from tests.expect import conflict
from tests.make import AT
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db


def invited(staff: make.Staff) -> User:
    return workflow.invite_person(
        actor=staff.administrator,
        name="Nell New",
        email="nell@example.org",
        role=Role.REPORTER,
        school=staff.school,
        at=AT,
    )


def test_a_link_waits_again_and_never_two_at_once() -> None:
    staff = make.Staff()
    person = invited(staff)
    with conflict("a moment ago"):
        workflow.invite_again(actor=staff.administrator, person=person, at=AT + resets.PAUSE)
    resets.forget(person)
    with logged() as events:
        workflow.invite_again(actor=staff.administrator, person=person, at=AT + timedelta(days=8))
    assert PasswordReset.objects.filter(person=person, kind="invited").count() == 1
    assert events == [("person_invited_again", "done")]


def test_neither_anothers_link_nor_another_kind_of_one_holds_it_up() -> None:
    staff = make.Staff()
    person = invited(staff)
    resets.forget(person)
    resets.invite(staff.counselor, at=AT)
    resets.ask(person.email, at=AT)
    workflow.invite_again(actor=staff.administrator, person=person, at=AT)
    assert PasswordReset.objects.filter(person=person, kind="invited").exists()


def test_whoever_has_a_password_asks_for_a_link_themselves() -> None:
    staff = make.Staff()
    with conflict("have signed in or chosen a password"):
        workflow.invite_again(actor=staff.administrator, person=staff.counselor, at=AT)
    with pytest.raises(Absent):
        workflow.invite_again(actor=staff.administrator, person=staff.elsewhere, at=AT)
    with pytest.raises(NotPermitted):
        workflow.invite_again(actor=staff.liaison, person=staff.liaison, at=AT)


def test_whoever_has_signed_in_without_a_password_is_sent_no_link() -> None:
    staff = make.Staff()
    person = invited(staff)
    resets.forget(person)
    User.objects.filter(pk=person.pk).update(last_login=AT)
    with conflict("have signed in or chosen a password"):
        workflow.invite_again(actor=staff.administrator, person=person, at=AT + timedelta(days=8))


def test_it_is_a_button_on_their_page() -> None:
    staff = make.Staff()
    person = invited(staff)
    client = signed_in(staff.administrator)
    page = client.get(reverse("district:person", args=[person.pk])).content.decode()
    path = reverse("district:invite_again", args=[person.pk])
    assert path in page
    assert "a moment ago" in client.post(path, follow=True).content.decode()
    assert client.post(reverse("district:invite_again", args=[staff.elsewhere.pk])).status_code == 404
