"""Five wrong tries, then a pause: for whoever tries, and not for whoever is tried."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from csec.accounts import tries
from csec.accounts.clock import database_time
from csec.accounts.models import PasswordReset, SignInTry
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


def test_a_right_password_alone_is_one_of_the_tries_where_a_second_factor_is_asked_for(
    staff: make.Staff,
) -> None:
    secret, client, email = with_app(staff.counselor), Client(), staff.counselor.email
    guess(client, email, 3)
    with logged() as said:
        assert sign_in(client, email)["Location"] == reverse("mfa_authenticate")
    assert said == [("first_factor_shown", "done")]
    guess(Client(), email, 1)
    assert PAUSE in sign_in(Client(), email).content.decode()
    # Whoever shows all that is asked for has them forgotten.
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    assert is_signed_in(client)
    assert SignInTry.objects.filter(account=tries.digest("account", email)).count() == 0


def test_whoever_has_the_password_gets_five_codes_and_the_owner_comes_in_where_they_have_been_before(
    staff: make.Staff,
) -> None:
    secret, owner, email = with_app(staff.counselor), Client(), staff.counselor.email
    sign_in(owner, email, **HERE)
    owner.post(reverse("mfa_authenticate"), {"code": code(secret, -1)}, **HERE)
    owner.post(reverse("account_logout"))
    answers = []
    for _n in range(5):
        thief = Client()
        sign_in(thief, email, **THERE)
        answers += [thief.post(reverse("mfa_authenticate"), {"code": "000000"}, **THERE) for _m in range(2)]
    taken = [PAUSE not in answer.content.decode() for answer in answers]
    assert taken == [True] * 5 + [False] * 5
    assert PAUSE in sign_in(Client(), email, **THERE).content.decode()
    sign_in(owner, email, **HERE)
    owner.post(reverse("mfa_authenticate"), {"code": code(secret)}, **HERE)
    assert is_signed_in(owner)
    # And elsewhere a quarter of an hour after the last try that was taken.
    pass_by(tries.WINDOW + timedelta(seconds=1))
    anew = Client()
    sign_in(anew, email, **THERE)
    anew.post(reverse("mfa_authenticate"), {"code": code(secret, +1)}, **THERE)
    assert is_signed_in(anew)


def test_what_is_refused_fills_no_log_and_makes_no_pause_longer(staff: make.Staff) -> None:
    client, email = Client(), staff.counselor.email
    with logged() as said:
        guess(client, email, 20, **HERE)
    assert said == [("signed_in", "denied")] * 5 + [("signed_in", "refused")] * 5
    with logged() as said:
        guess(client, email, 6, **THERE)
        guess(client, "nobody.at.all@example.org", 6, **HERE)
    assert said == ([("signed_in", "denied")] * 5 + [("signed_in", "refused")]) * 2
    from_here = SignInTry.objects.filter(source=tries.digest("address", HERE["REMOTE_ADDR"]))
    assert from_here.count() == 2 * tries.MOST
    pass_by(tries.WINDOW + timedelta(seconds=1))
    assert sign_in(client, email, **HERE).status_code == 302


def test_codes_and_keys_that_are_refused_fill_it_no_more(staff: make.Staff) -> None:
    with_app(staff.counselor)
    client = Client()
    sign_in(client, staff.counselor.email)
    for answer, taken, refused in (({"code": "000000"}, 5, 5), ({"credential": "[1]"}, 5, 0)):
        with logged() as said:
            for _n in range(20):
                client.post(reverse("mfa_authenticate"), answer)
        denied = [("second_factor_shown", "denied")] * taken
        assert said == denied + [("second_factor_shown", "refused")] * refused, answer


def test_a_link_that_is_asked_for_without_end_is_not_in_the_log_and_not_sent(staff: make.Staff) -> None:
    path, email = reverse("account_reset_password"), staff.counselor.email
    for address in (email, "nobody.at.all@example.org"):
        with logged() as said:
            answers = {Client().post(path, {"email": address}, **HERE)["Location"] for _n in range(8)}
        assert said == [("password_reset_asked", "done")] * 5, address
        assert answers == {reverse("account_reset_password_done")}
    PasswordReset.objects.all().delete()
    Client().post(path, {"email": email}, **HERE)
    assert not PasswordReset.objects.exists()
    Client().post(path, {"email": email}, **THERE)
    assert PasswordReset.objects.count() == 1


def test_from_one_address_a_hundred_such_events_are_written_for_all_accounts_together() -> None:
    at, source = make.AT, tries.Source("one address", known=False)
    taken = [
        tries.may_log("refused", f"account {n}", source, at=at) for n in range(tries.MOST_FROM_AN_ADDRESS + 1)
    ]
    assert taken == [True] * tries.MOST_FROM_AN_ADDRESS + [False]
    # No try to sign in is lost by that.
    assert tries.begin("account 1", source, at=at) is not None


def test_what_no_longer_counts_is_deleted(staff: make.Staff) -> None:
    guess(Client(), staff.counselor.email, 2)
    pass_by(timedelta(minutes=16))
    guess(Client(), staff.teacher.email, 1)
    assert tries.forget(at=database_time()) == 2
    assert SignInTry.objects.count() == 1
