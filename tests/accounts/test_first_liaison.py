"""The first person who lets others in is made by a command, and by nothing else."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from csec.accounts.models import User
from csec.accounts.roles import Role
from tests import make, nobody_acts
from tests.accounts.at_the_door import is_signed_in, logged, sign_in

pytestmark = pytest.mark.django_db

NEW = "seven quiet rivers past noon"


@pytest.fixture(autouse=True)
def _public(settings: Any) -> None:
    settings.PUBLIC_URL = "https://lantern.example.org/"


def run(address: str = "robin@example.org", name: str = "Robin Example") -> str:
    said = StringIO()
    call_command("make_first_liaison", address, name, stdout=said)
    return said.getvalue()


@pytest.mark.django_db(transaction=True)
def test_they_choose_a_password_by_the_link_that_is_printed_and_sign_in() -> None:
    with nobody_acts.refused(), logged() as events:
        said = run()
    assert events == [("first_liaison_made", "done")]
    link = said.strip().splitlines()[-1].removeprefix("https://lantern.example.org")
    client = Client()
    form = client.get(link, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    sign_in(client, "robin@example.org", NEW)
    assert is_signed_in(client)
    assert User.objects.get().roles == {Role.LIAISON}


def test_there_is_one_already() -> None:
    make.Staff()
    with pytest.raises(CommandError, match="already"):
        run()


def test_somebody_who_is_known_is_given_the_role_when_there_is_no_liaison_any_more() -> None:
    staff = make.Staff()
    User.objects.filter(pk=staff.liaison.pk).update(is_active=False)
    run(staff.counselor.email.upper())
    assert Role.LIAISON in User.objects.get(pk=staff.counselor.pk).roles
    assert User.objects.get(pk=staff.counselor.pk).name == "Casey Counselor"


@pytest.mark.parametrize(("address", "name"), [("robin", "Robin"), ("robin@example.org", " ")])
def test_what_is_no_address_or_no_name_is_refused(address: str, name: str) -> None:
    with pytest.raises(CommandError, match="This is no"):
        run(address, name)
    assert not User.objects.exists()


def test_without_an_address_of_its_own_it_makes_nobody(settings: Any) -> None:
    settings.PUBLIC_URL = ""
    with pytest.raises(CommandError, match="PUBLIC_URL"):
        run()
