"""One's calendar is told that a day has a task, at an address that only one knows."""

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from csec.accounts.models import User
from tests import make
from tests.cases.reminders.test_sweep_check_ins import DUE
from tests.make import AT

pytestmark = pytest.mark.django_db


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def feed(person: User) -> tuple[str, Client]:
    client = signed_in(person)
    answer = client.post(reverse("cases:make_feed"))
    return str(answer.context["address"]), client


def test_the_calendar_has_the_days_and_no_word_of_whom_they_are_about() -> None:
    staff = make.Staff()
    case = make.case(staff)
    address, _client = feed(staff.counselor)
    answer = Client().get(address)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    text = answer.content.decode()
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert {str(event["summary"]) for event in events} == {"A task needs you"}
    assert DUE.astimezone(case.zone).date() in {event["dtstart"].dt for event in events}
    planted = (
        "Avery", "Brook", "Alder", "CSEC", "victim", "Suspected", case.number, str(case.pk), "Casey", "Child"
    )  # fmt: skip
    assert not [word for word in planted if word in text]


def test_of_the_address_only_a_hash_is_kept_and_its_page_shows_it_once() -> None:
    staff = make.Staff()
    address, client = feed(staff.counselor)
    token = address.rsplit("/", 1)[1].removesuffix(".ics")
    assert token not in client.get(reverse("cases:calendar")).content.decode()
    assert token not in str(list(staff.counselor.feeds.values()))


def test_whoever_left_has_an_empty_calendar() -> None:
    staff = make.Staff()
    make.case(staff)
    address, _client = feed(staff.counselor)
    staff.counselor.memberships.update(until=AT.date())
    assert Calendar.from_ical(Client().get(address).content).walk("VEVENT") == []
