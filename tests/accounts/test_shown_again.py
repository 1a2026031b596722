"""A second factor that was just shown: to open a case in an emergency, and to change how somebody signs in."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from cases.models import EmergencyAccess
from csec.accounts.models import Session, User
from csec.accounts.second_factor import FRESH
from csec.delivery.ticks import database_now
from csec.drafts import store
from csec.identity import acting_as
from tests import make
from tests.accounts.at_the_door import code, is_signed_in, shown_ago, sign_in, with_app

pytestmark = pytest.mark.django_db

LONG_AGO = FRESH + timedelta(minutes=1)
REASON = "She was threatened, and nobody answers."


@pytest.fixture(autouse=True)
def _required(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


def through(person: User, secret: str, later: int = 0) -> Client:
    client = Client()
    sign_in(client, person.email)
    client.post(reverse("mfa_authenticate"), {"code": code(secret, later)})
    return client


def age(client: Client, ago: timedelta = LONG_AGO) -> None:
    shown_ago(str(client.session.session_key), ago)


def opened_by(person: User) -> int:
    with acting_as(person.pk):
        return EmergencyAccess.objects.filter(person=person).count()


def with_key(person: User) -> None:
    data = {"name": "Desk", "credential": {}}
    Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=data)


def test_no_case_is_opened_in_an_emergency_by_one_that_was_shown_long_ago_and_what_was_typed_is_kept() -> (
    None
):
    staff = make.Staff()
    case = make.another_case(staff, at=database_now())
    secret, path = with_app(staff.counsel), reverse("cases:begin_emergency_access")
    client = through(staff.counsel, secret)
    draft_of = store.token(staff.counsel.pk, "begin_emergency_access")
    typed = {"number": case.number, "reason": REASON, store.FIELD: draft_of}
    age(client)
    answer = client.post(path, typed)
    assert answer["Location"] == f"{reverse('mfa_reauthenticate')}?next=%2Femergency-access%2F"
    assert opened_by(staff.counsel) == 0
    assert client.get(path).status_code == 302
    answer = client.post(answer["Location"], {"code": code(secret, +1)})
    assert answer["Location"] == path
    assert REASON in client.get(path).content.decode()
    assert client.post(path, typed)["Location"] == case.get_absolute_url()
    assert opened_by(staff.counsel) == 1


def test_whoever_has_a_key_is_asked_for_the_key() -> None:
    staff = make.Staff()
    client = through(staff.counsel, with_app(staff.counsel))
    with_key(staff.counsel)
    age(client)
    answer = client.post(reverse("cases:begin_emergency_access"), {"number": "x", "reason": REASON})
    assert answer["Location"].startswith(reverse("mfa_reauthenticate_webauthn"))


def test_whoever_signed_in_by_the_password_alone_is_out_once_the_account_has_a_second_factor() -> None:
    """A thief of the password who came before its owner set one up."""
    person = make.Staff().counselor
    thief, owner = Client(), Client()
    for client in (thief, owner):
        sign_in(client, person.email)
    assert thief.get(reverse("mfa_add_webauthn")).status_code == 200
    secret = owner.get(reverse("mfa_activate_totp")).context["form"].secret
    owner.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert is_signed_in(owner)
    for name in ("mfa_index", "mfa_add_webauthn", "home"):
        assert thief.get(reverse(name))["Location"].startswith(reverse("account_login")), name


def test_a_session_without_it_adds_none_to_those_that_are_there_until_it_is_shown() -> None:
    person = make.Staff().counselor
    client = Client()
    sign_in(client, person.email)
    secret = with_app(person)
    for name in ("mfa_add_webauthn", "mfa_activate_totp"):
        for answer in (client.get(reverse(name)), client.post(reverse(name), {"code": "000000"})):
            assert answer["Location"].startswith(reverse("mfa_reauthenticate")), name
    assert Authenticator.objects.count() == 1
    client.post(reverse("mfa_reauthenticate"), {"code": code(secret)})
    assert client.get(reverse("mfa_add_webauthn")).status_code == 200


def test_none_is_changed_by_one_that_was_shown_long_ago() -> None:
    person = make.Staff().counselor
    client = through(person, with_app(person))
    with_key(person)
    age(client)
    key = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    addresses = [
        *map(reverse, ("mfa_add_webauthn", "mfa_deactivate_totp", "mfa_generate_recovery_codes")),
        reverse("mfa_remove_webauthn", args=[key.pk]),
    ]
    for address in addresses:
        for answer in (client.get(address), client.post(address)):
            assert answer["Location"].startswith(reverse("mfa_reauthenticate_webauthn")), address
    assert Authenticator.objects.count() == 2


@pytest.mark.parametrize("kind", ["app", "key"])
def test_when_one_is_taken_away_every_other_window_is_signed_out(kind: str) -> None:
    staff = make.Staff()
    person, colleague = staff.counselor, Client()
    colleague.force_login(staff.teacher)
    secret = with_app(person)
    with_key(person)
    here, there = through(person, secret), through(person, secret, +1)
    assert is_signed_in(there)
    key = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    remove = {
        "app": reverse("mfa_deactivate_totp"),
        "key": reverse("mfa_remove_webauthn", args=[key.pk]),
    }
    assert here.post(remove[kind])["Location"] == reverse("mfa_index")
    assert (is_signed_in(here), is_signed_in(there)) == (True, False)
    assert Session.objects.filter(person=staff.teacher).exists()
