"""PostgreSQL goes away in the middle: a form that was sent stays in its window and can be sent again."""

from contextlib import suppress
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from django.db import OperationalError, connections
from django.test import Client
from django.urls import reverse

from cases.models import Concern
from csec.drafts import store
from csec.identity import acting_as
from tests import make

ACCOUNT = "“He waits at the gate.”\n<b>Every day</b> & on Fridays."


class Hidden(HTMLParser):
    """The hidden fields of a page."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden":
            self.fields[str(given["name"])] = given["value"] or ""


def cut_off() -> None:
    """What a restart of PostgreSQL does to a connection."""
    with suppress(OperationalError), connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def concern_form(staff: make.Staff) -> dict[str, str]:
    return {
        store.FIELD: store.token(staff.teacher.pk, "log_concern"),
        "concern_id": str(uuid4()),
        "school": str(staff.school.pk),
        "student_query": "",
        "account": ACCOUNT,
        "first_known_at": "2026-11-20T14:40",
    }


@pytest.mark.django_db(transaction=True)
def test_a_form_of_ours_comes_back_whole_and_is_taken_when_it_is_sent_again() -> None:
    staff = make.Staff()
    client, path = Client(), reverse("cases:log_concern")
    client.force_login(staff.teacher)
    cut_off()
    unanswered = client.post(path, concern_form(staff))
    connections["default"].close()
    assert unanswered.status_code == 503
    assert client.post(path, Hidden(unanswered.content).fields).status_code == 302
    with acting_as(staff.teacher.pk):
        [concern] = Concern.objects.visible_to(staff.teacher)
        assert concern.words()["account"].splitlines() == ACCOUNT.splitlines()


@pytest.mark.django_db(transaction=True)
def test_what_is_not_a_form_of_ours_is_not_repeated() -> None:
    client = Client()
    client.force_login(make.Staff().teacher)
    cut_off()
    unanswered = client.post(reverse("account_login"), {"login": "a@example.org", "password": "Avery"})
    connections["default"].close()
    assert unanswered.status_code == 503
    assert b"Avery" not in unanswered.content
