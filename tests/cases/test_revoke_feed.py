"""An address that was taken back is as if it had never been."""

import pytest
from django.test import Client
from django.urls import reverse

from csec.accounts.models import User
from tests import make

pytestmark = pytest.mark.django_db


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def feed(person: User) -> tuple[str, Client]:
    client = signed_in(person)
    answer = client.post(reverse("cases:make_feed"))
    return str(answer.context["address"]), client


def test_an_address_that_was_taken_back_or_replaced_or_never_made_is_absent() -> None:
    staff = make.Staff()
    first, client = feed(staff.counselor)
    second = str(client.post(reverse("cases:make_feed")).context["address"])
    absent = Client().get(reverse("cases:feed", args=["x" * 43]))
    assert Client().get(first).content == absent.content
    assert Client().get(second).status_code == 200
    client.post(reverse("cases:revoke_feed"))
    assert [Client().get(address).status_code for address in (first, second)] == [404, 404]
