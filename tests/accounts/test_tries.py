"""Five wrong tries, then a pause: for whoever tries, and not for whoever is tried."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from csec.accounts import tries
from csec.accounts.clock import database_time
from csec.accounts.models import SignInTry
from tests import make
from tests.accounts.at_the_door import code, is_signed_in, logged, pass_by, sign_in, with_app

pytestmark = pytest.mark.django_db

HERE = {"REMOTE_ADDR": "192.0.2.10"}
THERE = {"REMOTE_ADDR": "192.0.2.99"}
PAUSE = "Too many tries"


@pytest.fixture
def staff() -> make.Staff:
    return make.Staff()


def guess(client: Client, email: str, times: int, **more: Any) -> Any:
    for n in range(times):
        answer = sign_in(client, email, f"guess {n}", **more)
    return answer


def test_after_five_wrong_passwords_even_the_right_one_waits_a_quarter_of_an_hour(staff: make.Staff) -> None:
    client, email = Client(), staff.counselor.email
    assert PAUSE not in guess(client, email, 5).content.decode()
    assert PAUSE in sign_in(client, email).content.decode()
    pass_by(timedelta(minutes=14))
    assert PAUSE in sign_in(client, email).content.decode()
    pass_by(timedelta(minutes=1, seconds=1))
    assert sign_in(client, email).status_code == 302


def test_four_wrong_ones_are_forgotten_by_the_right_one(staff: make.Staff) -> None:
    client, email = Client(), staff.counselor.email
    for _n in range(3):
        guess(client, email, 4)
        assert sign_in(client, email).status_code == 302
        client.post(reverse("account_logout"))
    assert SignInTry.objects.count() == 0


def test_the_right_one_forgets_neither_what_is_tried_from_elsewhere_nor_on_somebody_else(
    staff: make.Staff,
) -> None:
    email, other = staff.counselor.email, staff.teacher.email
    guess(Client(), email, 5, **THERE)
    guess(Client(), other, 5, **HERE)
    assert sign_in(Client(), email, **HERE).status_code == 302
    assert PAUSE in sign_in(Client(), email, **THERE).content.decode()
    assert PAUSE in sign_in(Client(), other, **HERE).content.decode()


def test_whoever_guesses_from_elsewhere_does_not_shut_out_the_owner(staff: make.Staff) -> None:
    email = staff.counselor.email
    assert PAUSE in guess(Client(), email, 6, **THERE).content.decode()
    assert sign_in(Client(), email, **HERE).status_code == 302


def test_nor_from_behind_the_same_address_where_the_owner_has_signed_in_before(staff: make.Staff) -> None:
    owner, email = Client(), staff.counselor.email
    sign_in(owner, email, **HERE)
    owner.post(reverse("account_logout"))
    assert PAUSE in guess(Client(), email, 6, **HERE).content.decode()
    assert sign_in(owner, email, **HERE).status_code == 302


def test_a_device_is_known_for_its_own_accounts_alone_and_names_none(staff: make.Staff) -> None:
    owner = Client()
    sign_in(owner, staff.counselor.email, **HERE)
    owner.post(reverse("account_logout"))
    cookie = owner.cookies[tries.COOKIE]
    assert staff.counselor.email not in cookie.value
    assert cookie["httponly"]
    assert PAUSE in guess(owner, staff.teacher.email, 6, **HERE).content.decode()
    assert PAUSE in sign_in(Client(), staff.teacher.email, **HERE).content.decode()


def test_an_address_that_somebody_writes_into_a_header_is_not_believed(staff: make.Staff) -> None:
    client, email = Client(), staff.counselor.email
    for n in range(6):
        answer = sign_in(client, email, "guess", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}", **HERE)
    assert PAUSE in answer.content.decode()


def test_behind_our_proxy_the_address_that_the_proxy_saw_counts(staff: make.Staff, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client, email = Client(), staff.counselor.email
    for n in range(6):
        answer = sign_in(client, email, "guess", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}, 203.0.113.5")
    assert PAUSE in answer.content.decode()
    elsewhere = sign_in(Client(), email, HTTP_X_FORWARDED_FOR="198.51.100.5, 203.0.113.6")
    assert elsewhere.status_code == 302


def test_one_password_tried_on_everybody_from_one_address_is_stopped(staff: make.Staff) -> None:
    at, source = make.AT, tries.Source("one address", known=False)
    taken = [tries.begin(f"account {n}", source, at=at) for n in range(tries.MOST_FROM_AN_ADDRESS + 1)]
    assert taken[-2] is not None
    assert taken[-1] is None
    assert tries.begin("account 7", tries.Source("a device", known=True), at=at) is not None


def test_the_log_says_that_somebody_tried_and_not_with_which_words(staff: make.Staff) -> None:
    for email in (staff.counselor.email, "nobody.at.all@example.org"):
        with logged() as said:
            guess(Client(), email, 6)
        assert said == [("signed_in", "denied")] * 5 + [("signed_in", "refused")], email


def test_codes_are_counted_for_the_account_from_wherever_it_is_not_known(staff: make.Staff) -> None:
    secret = with_app(staff.counselor)
    for n in range(6):
        client = Client(REMOTE_ADDR=f"192.0.2.{n}")
        sign_in(client, staff.counselor.email)
        answer = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert PAUSE in answer.content.decode()
    with logged() as said:
        paused = client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    assert PAUSE in paused.content.decode()
    assert said == [("second_factor_shown", "refused")]
    pass_by(timedelta(minutes=14))
    pass_by(timedelta(minutes=1, seconds=1))
    sign_in(client, staff.counselor.email)
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    assert is_signed_in(client)


def test_what_no_longer_counts_is_deleted(staff: make.Staff) -> None:
    guess(Client(), staff.counselor.email, 2)
    pass_by(timedelta(minutes=16))
    guess(Client(), staff.teacher.email, 1)
    assert tries.forget(at=database_time()) == 2
    assert SignInTry.objects.count() == 1
