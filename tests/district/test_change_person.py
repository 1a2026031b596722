"""Another name, or another address to sign in by."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from csec.accounts.clock import database_time
from csec.accounts.models import PasswordReset, User
from csec.accounts.roles import Role
from csec.errors import NotPermitted
from district import workflow
from tests import make
from tests.accounts.at_the_door import is_signed_in, logged, sign_in
from tests.expect import invalid
from tests.make import AT
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db


def change(actor: User, person: User, **given: Any) -> None:
    values = {"name": person.name, "email": person.email, "at": AT}
    workflow.change_person(actor=actor, person=person, **(values | given))


def letters(person: User) -> list[tuple[str, str]]:
    return list(PasswordReset.objects.filter(person=person).values_list("kind", "address"))


def test_by_a_new_address_they_sign_in_anew_and_the_one_before_is_told() -> None:
    staff = make.Staff()
    before = staff.counselor.email
    EmailAddress.objects.create(user=staff.counselor, email=before, verified=True, primary=True)
    client = Client()
    sign_in(client, before)
    assert is_signed_in(client)
    with logged() as events:
        change(staff.liaison, staff.counselor, email="casey@EXAMPLE.org", at=database_time())
    assert events == [("person_changed", "done")]
    assert letters(staff.counselor) == [("moved", before)]
    assert not is_signed_in(client)
    sign_in(client, before)
    assert not is_signed_in(client)
    sign_in(client, "casey@example.org")
    assert is_signed_in(client)
    assert EmailAddress.objects.get(user=staff.counselor).email == "casey@example.org"


def test_another_name_changes_nothing_else() -> None:
    staff = make.Staff()
    client = signed_in(staff.counselor)
    change(staff.liaison, staff.counselor, name="Casey  Smith")
    assert User.objects.get(pk=staff.counselor.pk).name == "Casey Smith"
    assert is_signed_in(client)
    assert letters(staff.counselor) == []


def test_somebody_new_whose_address_was_wrong_is_sent_the_link_to_the_right_one() -> None:
    staff = make.Staff()
    person = workflow.invite_person(
        actor=staff.liaison,
        name="Nell New",
        email="nel@example.org",
        role=Role.COUNSELOR,
        school=staff.school,
        at=AT,
    )
    change(staff.liaison, person, email="nell@example.org")
    assert letters(person) == [("invited", "")]


def test_the_liaison_does_it_and_never_to_themselves() -> None:
    staff = make.Staff()
    with pytest.raises(NotPermitted):
        change(staff.administrator, staff.counselor, name="Casey Smith")
    with pytest.raises(NotPermitted):
        change(staff.liaison, staff.liaison, email="lee@example.org")


def test_an_address_that_somebody_else_has_is_refused() -> None:
    staff = make.Staff()
    with invalid("email"):
        change(staff.liaison, staff.counselor, email=staff.elsewhere.email.upper())
    with invalid("email"):
        change(staff.liaison, staff.counselor, email="casey")
    change(staff.liaison, staff.counselor, email=staff.counselor.email.upper())


def test_by_the_page() -> None:
    staff = make.Staff()
    path = reverse("district:change_person", args=[staff.counselor.pk])
    client = signed_in(staff.liaison)
    assert client.get(path).context["form"]["email"].value() == staff.counselor.email
    assert client.post(path, {"name": "", "email": "x"}).status_code == 422
    assert client.post(path, {"name": "Casey Smith", "email": staff.counselor.email}).status_code == 302
    assert signed_in(staff.administrator).get(path).status_code == 403
    assert signed_in(staff.counselor).get(path).status_code == 404
