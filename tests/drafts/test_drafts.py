"""A half-written form survives being signed out, and only its author can read it."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client
from django.urls import reverse

from csec.accounts.models import User
from csec.crypto.models import DataKey
from csec.drafts import store
from csec.drafts.models import Draft
from csec.identity import acting_as
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)

TYPED = "She whispered that the man from the blue car waits again."


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def half_written(client: Client) -> dict[str, str]:
    """The concern form as it was opened, with some of it typed."""
    page = client.get(reverse("cases:log_concern"))
    form = page.context["form"]
    return {
        store.FIELD: str(form.initial[store.FIELD]),
        "concern_id": str(form["concern_id"].value()),
        "account": TYPED,
        "student_query": "the boy in the red jacket",
    }


def everything_stored() -> bytes:
    """Every text and every byte in the database, read by its owner."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND data_type IN ('bytea', 'text', 'character varying', 'jsonb')"
        )
        stored = b""
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL')  # noqa: S608
            for (value,) in cursor.fetchall():
                stored += bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
    return stored


def test_a_draft_kept_while_typing_comes_back_after_signing_in_again() -> None:
    staff = make.Staff()
    client = signed_in(staff.teacher)
    assert client.post(reverse("cases:keep_draft"), half_written(client)).status_code == 204
    Session.objects.all().delete()
    page = signed_in(staff.teacher).get(reverse("cases:log_concern")).content.decode()
    assert TYPED in page
    assert "the boy in the red jacket" in page
    assert "It was kept for you" in page
    assert TYPED.encode() not in everything_stored()


def test_a_form_sent_after_the_session_ended_is_kept_for_its_author() -> None:
    staff = make.Staff()
    client = signed_in(staff.teacher)
    typed = half_written(client)
    Session.objects.all().delete()
    answer = client.post(reverse("cases:log_concern"), typed)
    assert answer.status_code == 302
    assert reverse("account_login") in answer["Location"]
    page = signed_in(staff.teacher).get(reverse("cases:log_concern")).content.decode()
    assert TYPED in page
    assert TYPED.encode() not in everything_stored()


def test_a_form_that_was_sent_leaves_no_draft_and_no_key_of_one() -> None:
    staff = make.Staff()
    client = signed_in(staff.teacher)
    typed = half_written(client) | {"school": str(staff.school.pk), "first_known_at": "2026-11-20T14:40"}
    client.post(reverse("cases:keep_draft"), typed)
    assert client.post(reverse("cases:log_concern"), typed).status_code == 302
    assert Draft.objects.using("owner").count() == 0
    assert DataKey.objects.using("owner").filter(scope=staff.teacher.pk).count() == 0


def test_the_form_of_somebody_else_is_refused() -> None:
    staff = make.Staff()
    typed = half_written(signed_in(staff.teacher))
    assert signed_in(staff.counselor).post(reverse("cases:keep_draft"), typed).status_code == 400
    assert Draft.objects.using("owner").count() == 0


@pytest.mark.parametrize("token", ["", "made-up", "made:up:token"])
def test_a_form_of_nobody_is_not_kept(token: str) -> None:
    staff = make.Staff()
    answer = Client().post(reverse("cases:log_concern"), {store.FIELD: token, "account": TYPED})
    assert answer.status_code == 302
    assert Draft.objects.using("owner").count() == 0
    assert staff.teacher.is_active


def test_a_draft_is_invisible_to_everybody_else() -> None:
    staff = make.Staff()
    client = signed_in(staff.teacher)
    client.post(reverse("cases:keep_draft"), half_written(client))
    counts: dict[str, Any] = {}
    for person in (staff.teacher, staff.counselor, staff.liaison):
        with acting_as(person.pk):
            counts[person.name] = (
                Draft.objects.count(),
                DataKey.objects.filter(scope=staff.teacher.pk).count(),
            )
    assert counts == {
        staff.teacher.name: (1, 1),
        staff.counselor.name: (0, 0),
        staff.liaison.name: (0, 0),
    }
