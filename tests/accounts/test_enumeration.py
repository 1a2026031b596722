"""Nobody learns who has an account: not by what is answered, by how much is done for it, or by what is sent."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import global_settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from csec.accounts import resets
from csec.accounts.clock import database_time
from csec.accounts.models import PasswordReset, User
from tests import make
from tests.accounts.at_the_door import PASSWORD
from tests.accounts.hashing import Production, Quick, hashing
from tests.matrix.asking import undone

pytestmark = pytest.mark.django_db

NOBODY = "nobody.at.all@example.org"


@pytest.fixture
def staff() -> make.Staff:
    return make.Staff()


@pytest.fixture
def _mail_server_is_away(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


def answered(path: str, fields: dict[str, str]) -> tuple[int, str, str, int]:
    """Status, address, page and statements of an answer, without what was typed and the token of the form."""
    client = Client()
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(path, fields)
    page = answer.content.decode()
    for word in [*fields.values(), str(answer.context["csrf_token"]) if answer.context else ""]:
        page = page.replace(word or "\0", "")
    return answer.status_code, answer.headers.get("Location", ""), page, len(asked)


def test_a_wrong_password_and_a_wrong_address_are_answered_alike(staff: make.Staff) -> None:
    path = reverse("account_login")
    left = User.objects.create_user(email="left@example.org", name="Lea Left", password=PASSWORD)
    User.objects.filter(pk=left.pk).update(is_active=False)
    answers = {
        answered(path, {"login": email, "password": "not the password"})
        for email in (staff.counselor.email, NOBODY, "left@example.org")
    }
    assert len(answers) == 1


@pytest.mark.parametrize("server", ["there", "away"])
def test_a_link_is_asked_for_alike_for_an_account_and_for_none_with_the_mail_server_away_too(
    staff: make.Staff, server: str, request: pytest.FixtureRequest
) -> None:
    if server == "away":
        request.getfixturevalue("_mail_server_is_away")
    path = reverse("account_reset_password")
    answers = {answered(path, {"email": email}) for email in (staff.counselor.email, NOBODY)}
    assert len(answers) == 1
    [answer] = answers
    assert answer[:2] == (302, reverse("account_reset_password_done"))
    assert mail.outbox == []


#: Who could be told from whom: an account in use, none, one whose person has not chosen a password yet, one closed.
KNOWN, UNKNOWN, INVITED, LEFT = "known", "unknown", "invited", "left"


def addresses() -> dict[str, str]:
    """Of each an address, made under the hasher that is set."""
    staff = make.Staff()
    User.objects.create_user(email="invited@example.org", name="Ina Invited")
    User.objects.filter(pk=staff.social_worker.pk).update(is_active=False)
    return {
        KNOWN: staff.counselor.email,
        UNKNOWN: NOBODY,
        INVITED: "invited@example.org",
        LEFT: staff.social_worker.email,
    }


def sent(page: str, address: str) -> list[int]:
    """What the hasher did for the answer of that page; its five tries are given back."""
    word = {"account_login": "login", "account_reset_password": "email"}[page]
    with undone(), hashing() as work:
        Client().post(reverse(page), {word: address, "password": "not the password"})
    return list(work)


@pytest.mark.parametrize(("page", "hashes"), [("account_login", 1), ("account_reset_password", 0)])
def test_a_password_is_hashed_as_often_and_as_hard_whoever_is_asked_for(
    page: str, hashes: int, settings: Any
) -> None:
    settings.PASSWORD_HASHERS = ["tests.accounts.hashing.Quick"]
    work = {who: sent(page, address) for who, address in addresses().items()}
    assert work == dict.fromkeys(work, [Quick.iterations] * hashes)


def test_the_hasher_that_is_counted_is_the_one_of_production() -> None:
    first = f"{Production.__base__.__module__}.{Production.__base__.__name__}"
    assert global_settings.PASSWORD_HASHERS[0] == first


def test_one_person_is_sent_one_link_in_five_minutes(staff: make.Staff) -> None:
    at = database_time()
    for minutes in (0, 1, 4):
        resets.ask(staff.counselor.email, at=at + timedelta(minutes=minutes))
    assert PasswordReset.objects.count() == 1


def test_whoever_has_left_is_sent_none(staff: make.Staff) -> None:
    User.objects.filter(pk=staff.counselor.pk).update(is_active=False)
    resets.ask(staff.counselor.email, at=database_time())
    assert not PasswordReset.objects.exists()
