"""The first page of the demo, and the one click."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from csec.accounts.models import Membership, User
from csec.demo.calendar import SchoolClock
from csec.demo.making import ZONE
from csec.demo.people import describe, make_people
from csec.directory.models import School

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo.urls")]

NOW = datetime(2026, 10, 20, 22, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _demo(settings: Any) -> None:
    settings.DEMO = True
    make_people(describe(), SchoolClock.around(NOW, ZONE))


def test_the_counselor_with_whom_to_begin_comes_first_and_everybody_has_one_button(client: Client) -> None:
    page = client.get(reverse("demo:people")).content.decode()
    people = list(User.objects.all())
    assert page.count("Sign in as ") == len(people)
    where = {person.name: page.index(f"Sign in as {person.name}") for person in people}
    assert min(where, key=lambda name: where[name]) == "Elena Ruiz"
    assert page.count("Begin here") == 1


def test_the_page_asks_a_number_of_queries_that_does_not_grow(
    client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        client.get(reverse("demo:people"))


def test_one_click_signs_in_as_anybody_of_the_staff_and_their_first_screen_opens() -> None:
    for person in User.objects.all():
        client = Client()
        answer = client.post(reverse("demo:sign_in"), {"person": person.pk})
        assert answer.status_code == 302
        assert answer["Location"] == reverse("home")
        page = client.get(reverse("home"))
        assert page.status_code == 200, person.name
        assert person.name in page.content.decode()


def test_nobody_whom_the_demo_did_not_make_is_shown_or_signed_in(client: Client) -> None:
    real = User.objects.create_user(email="counselor@example.org", name="Kim Example")
    school = School.objects.get(name="Alder High School")
    Membership.objects.create(person=real, school=school, role="counselor", since=date(2026, 1, 5))
    assert "Kim Example" not in client.get(reverse("demo:people")).content.decode()
    assert client.post(reverse("demo:sign_in"), {"person": real.pk}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_a_click_from_another_site_signs_nobody_in() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("demo:sign_in"), {"person": User.objects.get(name="Elena Ruiz").pk})
    assert answer.status_code == 403


def test_somebody_who_does_not_exist_or_may_not_sign_in_is_not_found(client: Client) -> None:
    left = User.objects.get(name="Noah Fields")
    left.is_active = False
    left.save(update_fields=["is_active"])
    for person in (uuid4(), left.pk, "nobody", ""):
        assert client.post(reverse("demo:sign_in"), {"person": person}).status_code == 404
    assert client.get(reverse("demo:sign_in")).status_code == 405


@pytest.mark.parametrize(("demo", "production"), [(False, False), (True, True)])
def test_outside_of_the_demo_both_pages_are_not_found(
    client: Client, settings: Any, demo: bool, production: bool
) -> None:
    settings.DEMO, settings.PRODUCTION = demo, production
    person = User.objects.get(name="Elena Ruiz").pk
    assert client.get(reverse("demo:people")).status_code == 404
    assert client.post(reverse("demo:sign_in"), {"person": person}).status_code == 404


def test_whoever_was_in_a_drill_is_asked_first_here_as_well(client: Client) -> None:
    person = User.objects.get(name="Elena Ruiz")
    client.force_login(person)
    client.post(reverse("drills:begin_drill"), {"situation": "suspected_victim"})
    client.logout()
    answer = client.post(reverse("demo:sign_in"), {"person": person.pk})
    assert answer["Location"].startswith(reverse("drills:drill"))
    assert "Your drill is still there" in client.get(answer["Location"]).content.decode()
