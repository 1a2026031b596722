"""A parent files a request for records on a Friday before Thanksgiving: from the office to what counsel looks at."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.directory.models import Closure
from tests import make

pytestmark = pytest.mark.django_db


def page(person: User, path: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(path).content.decode()


def test_it_is_due_in_five_business_days_waits_for_counsel_and_shows_nobody_who_reported() -> None:
    staff = make.Staff()
    thanksgiving = {"first_day": date(2026, 11, 26), "last_day": date(2026, 11, 27)}
    Closure.objects.create(name="Thanksgiving", offices_closed=True, **thanksgiving)
    case = make.case(staff, about=make.concern(staff, name_shown=True))
    make.reported(case, staff.counselor)
    clerk = make.user("Ola Office", "reporter", staff.school)

    request = make.records_request(staff, by=clerk, received_on=date(2026, 11, 20))
    assert request.due_on == date(2026, 12, 1)
    assert case.number not in page(clerk, reverse("cases:records_requests"))

    assert request.get_absolute_url() in page(staff.counsel, reverse("home"))
    assert case.number in page(staff.counsel, request.get_absolute_url())
    workflow.open_requested_case(actor=staff.counsel, request=request, case=case.pk, at=database_now())

    seen = page(staff.counsel, reverse("cases:preview_records", args=[case.pk]))
    assert "Case opened" in seen
    for word in (staff.teacher.name, staff.counselor.name, "Picked up by a car", "Call now"):
        assert word not in seen, word
