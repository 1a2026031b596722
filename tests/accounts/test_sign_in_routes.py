"""Every page of sign-in x every method x who asks: each opens to those for whom it is, and to nobody else."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from csec.accounts.clock import database_time
from csec.accounts.models import User
from csec.routes import SECOND_FACTOR
from tests import make
from tests.accounts.at_the_door import PASSWORD
from tests.accounts.sign_in_routes import ROUTES, For, address
from tests.matrix.asking import Event, ask, ask_only, events

pytestmark = pytest.mark.django_db

METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE")
#: Keys are listed on the page of all second factors, to which it leads by itself.
LEADS_THERE = {"mfa_list_webauthn"}


class Door:
    """One who asks, with a session as it was before each request."""

    def __init__(self, person: User | None, *, proven: bool = False, has_left: bool = False) -> None:
        self.person, self.proven, self.has_left = person, proven, has_left
        client = Client()
        if person:
            client.force_login(person)
        if proven:
            session = client.session
            session[SECOND_FACTOR] = database_time().isoformat()
            session.save()
        if person and has_left:
            User.objects.filter(pk=person.pk).update(is_active=False)
        self.cookies = {name: one.value for name, one in client.cookies.items()}

    @property
    def is_somebody(self) -> bool:
        return self.person is not None and not self.has_left

    def ask(self, method: str, path: str) -> tuple[HttpResponse, list[Event], int]:
        client = Client()
        client.cookies.load(self.cookies)
        answer, sent = (ask if method in ("GET", "POST") else ask_only)(client, method.lower(), path)
        return answer, events(sent), len(sent)


def doors() -> Iterator[tuple[str, Door]]:
    staff = make.Staff()
    yield "nobody", Door(None)
    yield "by a password alone", Door(staff.counselor)
    yield "with all", Door(staff.administrator, proven=True)
    yield "has left", Door(staff.sro, proven=True, has_left=True)


def test_each_page_of_sign_in_opens_to_those_for_whom_it_is(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    wrong = []
    for who, door in doors():
        for name, (whom, methods) in ROUTES.items():
            for method in METHODS:
                path = address(name)
                answer, written, asked = door.ask(method, path)
                if method not in methods:
                    well = answer.status_code == 405 and not asked
                else:
                    well = answer.status_code != 405 and _is_right(name, whom, door, path, answer, written)
                if not well:
                    wrong.append(f"{method} {name} {who}: {answer.status_code} {answer.get('Location', '')}")
    assert not wrong, "\n".join(wrong)


def _is_right(
    name: str, whom: For, door: Door, path: str, answer: HttpResponse, written: list[Event]
) -> bool:
    to = answer.get("Location", "")
    turned_away = to == f"{reverse('account_login')}?{urlencode({'next': path})}"
    to_second_factor = to == reverse("mfa_index") and name not in LEADS_THERE
    revoked = [one.actor for one in written if one.verb == "session_revoked"]
    if whom is For.ANYBODY:
        return not turned_away and not to_second_factor
    if not door.is_somebody:
        # The gate itself sends away whoever has left, ends their session and says so in the log.
        return turned_away and revoked == ([door.person.pk] if door.person else [])
    return not turned_away and to_second_factor == (whom is For.PROVEN and not door.proven)


def test_nobody_signs_themselves_up() -> None:
    typed = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    for answer in (Client().get(address("account_signup")), Client().post(address("account_signup"), typed)):
        assert "account/signup_closed.html" in {template.name for template in answer.templates}
    assert not User.objects.exists()
