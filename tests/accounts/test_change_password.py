"""Changing a password at a window that is signed in: the old one is asked for, and is tried there no more often."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from csec.accounts.models import SignInTry
from tests import make
from tests.accounts.at_the_door import PASSWORD, logged, pass_by, sign_in
from tests.accounts.hashing import Quick, hashing

pytestmark = pytest.mark.django_db

NEW = "seven quiet rivers past noon"
PAUSE = "Too many tries"


@pytest.fixture
def staff() -> make.Staff:
    return make.Staff()


@pytest.fixture
def window(staff: make.Staff) -> Client:
    client = Client()
    sign_in(client, staff.counselor.email)
    return client


def change(client: Client, old: str, new: str = NEW) -> Any:
    return client.post(
        reverse("account_change_password"), {"oldpassword": old, "password1": new, "password2": new}
    )


def test_five_wrong_ones_are_logged_and_then_even_the_right_one_waits(
    window: Client, staff: make.Staff
) -> None:
    with logged() as said:
        for n in range(5):
            page = change(window, f"guess {n}")
            assert (page.status_code, list(page.context["form"].errors)) == (200, ["oldpassword"])
            assert PAUSE not in page.content.decode()
        assert PAUSE in change(window, PASSWORD).content.decode()
    assert said == [("signed_in", "denied")] * 5 + [("signed_in", "refused")]
    staff.counselor.refresh_from_db()
    assert staff.counselor.check_password(PASSWORD)
    # They are tries like those at the door.
    assert PAUSE in sign_in_there(window, staff.counselor.email).content.decode()


def sign_in_there(window: Client, email: str) -> Any:
    """On the same device, by somebody who is not signed in."""
    client = Client()
    client.cookies.load({"lantern_device": window.cookies["lantern_device"].value})
    return sign_in(client, email)


def test_after_a_quarter_of_an_hour_the_right_one_goes_through(window: Client, staff: make.Staff) -> None:
    for n in range(5):
        change(window, f"guess {n}")
    pass_by(timedelta(minutes=14))
    window.get(reverse("stay"))
    pass_by(timedelta(minutes=1, seconds=1))
    with logged() as said:
        assert change(window, PASSWORD).status_code == 302
    assert said == [("first_factor_shown", "done"), ("password_changed", "done")]
    staff.counselor.refresh_from_db()
    assert staff.counselor.check_password(NEW)
    assert window.get(reverse("home")).status_code == 200


def test_the_right_one_forgets_the_wrong_ones_before_it(window: Client) -> None:
    for n in range(4):
        change(window, f"guess {n}")
    assert SignInTry.objects.count() == 4
    assert change(window, PASSWORD, "short").status_code == 200
    assert SignInTry.objects.count() == 0


def test_a_wrong_one_costs_the_same_hash_and_the_same_statements_as_at_the_door(
    settings: Any, staff: make.Staff
) -> None:
    settings.PASSWORD_HASHERS = ["tests.accounts.hashing.Quick"]
    staff.counselor.set_password(PASSWORD)
    staff.counselor.save(update_fields=["password"])
    window = Client()
    sign_in(window, staff.counselor.email)
    counted = []
    for guess in ("a guess", "another one", PASSWORD[:-1]):
        with hashing() as work, CaptureQueriesContext(connection) as asked:
            change(window, guess)
        assert work == [Quick.iterations]
        counted.append(len(asked))
    assert len(set(counted)) == 1
