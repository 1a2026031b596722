"""A half-written form survives being signed out, and only its author can read it."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from csec.accounts.models import Session, User
from csec.crypto.models import DataKey
from csec.drafts import store
from csec.drafts.models import Draft
from csec.identity import acting_as
from tests import make
from tests.stored import dump, holds

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


def test_a_draft_kept_while_typing_comes_back_after_signing_in_again() -> None:
    staff = make.Staff()
    client = signed_in(staff.teacher)
    assert client.post(reverse("cases:keep_draft"), half_written(client)).status_code == 204
    Session.objects.all().delete()
    page = signed_in(staff.teacher).get(reverse("cases:log_concern")).content.decode()
    assert TYPED in page
    assert "the boy in the red jacket" in page
    assert "It was kept for you" in page
    assert not holds(dump(), TYPED)


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
    assert not holds(dump(), TYPED)


def test_the_whole_way_back_by_the_sign_in_page_with_every_check_of_a_form() -> None:
    staff = make.Staff()
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff.teacher)
    typed = half_written(client)
    typed["csrfmiddlewaretoken"] = client.cookies["csrftoken"].value
    Session.objects.all().delete()
    sign_in = client.post(reverse("cases:log_concern"), typed)["Location"]
    assert TYPED not in sign_in
    client.get(sign_in)
    credentials = {
        "login": staff.teacher.email,
        "password": "correct horse battery staple",
        "csrfmiddlewaretoken": client.cookies["csrftoken"].value,
    }
    back = client.post(sign_in, credentials)
    assert back["Location"] == reverse("cases:log_concern")
    page = client.get(back["Location"])
    assert TYPED in page.content.decode()
    assert page.context["form"]["concern_id"].value() == typed["concern_id"]
    assert not holds(dump(), TYPED)


def test_the_evidence_of_a_step_comes_back_for_its_author_alone() -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.administrator, "impact")
    path = reverse("cases:record_outcome", args=[case.pk, part.pk])
    client = signed_in(staff.administrator)
    form = client.get(path).context["form"]
    facts = next(name for name in form.fields if name.endswith("impact_facts"))
    typed = {store.FIELD: str(form.initial[store.FIELD]), facts: TYPED, "outcome": "done"}
    Session.objects.all().delete()
    assert client.post(path, typed).status_code == 302
    assert TYPED in signed_in(staff.administrator).get(path).content.decode()
    assert TYPED not in signed_in(staff.counselor).get(case.get_absolute_url()).content.decode()
    assert not holds(dump(), TYPED)


def test_what_is_kept_again_stands_instead_of_what_was_kept_before() -> None:
    staff = make.Staff()
    client = signed_in(staff.teacher)
    typed = half_written(client)
    for account in ("Early.", TYPED):
        assert client.post(reverse("cases:keep_draft"), typed | {"account": account}).status_code == 204
    assert Draft.objects.using("owner").count() == 1
    assert DataKey.objects.using("owner").filter(scope=staff.teacher.pk).count() == 1
    assert TYPED in client.get(reverse("cases:log_concern")).content.decode()


def test_two_windows_that_keep_the_same_form_at_once_both_succeed() -> None:
    staff = make.Staff()
    ready = Barrier(4)

    def keep(number: int) -> None:
        try:
            ready.wait(timeout=20)
            with acting_as(staff.teacher.pk) as at:
                store.keep(person=staff.teacher.pk, form="log_concern", fields={"n": [str(number)]}, at=at)
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(4) as windows:
        for window in [windows.submit(keep, number) for number in range(4)]:
            window.result(timeout=30)
    assert Draft.objects.using("owner").count() == 1
    assert DataKey.objects.using("owner").filter(scope=staff.teacher.pk).count() == 1


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


def test_a_form_opened_more_than_two_weeks_ago_is_not_kept_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    staff = make.Staff()
    now = time.time()
    with monkeypatch.context() as long_ago:
        long_ago.setattr(time, "time", lambda: now - 15 * 24 * 60 * 60)
        old = store.token(staff.teacher.pk, "log_concern")
    answer = Client().post(reverse("cases:log_concern"), {store.FIELD: old, "account": TYPED})
    assert answer.status_code == 403
    assert "is kept for you" not in answer.content.decode()
    assert signed_in(staff.teacher).post(reverse("cases:keep_draft"), {store.FIELD: old}).status_code == 400
    assert Draft.objects.using("owner").count() == 0


def test_a_form_of_somebody_else_sent_without_a_session_is_never_kept_for_the_sender() -> None:
    staff = make.Staff()
    typed = half_written(signed_in(staff.teacher))
    assert Client().post(reverse("cases:log_concern"), typed).status_code == 302
    assert TYPED not in signed_in(staff.counselor).get(reverse("cases:log_concern")).content.decode()
    assert list(Draft.objects.using("owner").values_list("person", flat=True)) == [staff.teacher.pk]


@pytest.mark.parametrize("token", ["", "made-up", "made:up:token"])
def test_a_form_of_nobody_is_not_kept(token: str) -> None:
    staff = make.Staff()
    answer = Client().post(reverse("cases:log_concern"), {store.FIELD: token, "account": TYPED})
    assert answer.status_code == 403
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
