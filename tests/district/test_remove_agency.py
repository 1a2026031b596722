"""A number is taken off the emergency card."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from csec.directory import card
from csec.directory.models import Agency
from csec.errors import Absent, NotPermitted
from district import workflow
from tests import make
from tests.accounts.at_the_door import logged
from tests.make import AT
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db


def hotline() -> Agency:
    make.district()
    return Agency.objects.create(
        kind="hotline", name="District hotline", telephone="555-0103", verified_on=date(2026, 9, 4)
    )


def test_without_a_hotline_of_its_own_the_card_shows_the_national_one() -> None:
    staff, row = make.Staff(), hotline()
    assert [number.telephone for number in card.card().hotlines] == ["555-0103"]
    with logged() as events:
        workflow.remove_agency(actor=staff.liaison, agency=row, at=AT)
    assert events == [("agency_removed", "done")]
    assert [number.telephone for number in card.card().hotlines] == ["1-888-373-7888"]
    with pytest.raises(Absent):
        workflow.remove_agency(actor=staff.liaison, agency=row, at=AT)


def test_nobody_else_takes_it_off() -> None:
    staff, row = make.Staff(), hotline()
    for person in (staff.administrator, staff.counselor, staff.counsel):
        with pytest.raises(NotPermitted):
            workflow.remove_agency(actor=person, agency=row, at=AT)
    assert Agency.objects.exists()


def test_the_page_does_it_once_and_says_so_to_a_second_click() -> None:
    staff, row = make.Staff(), hotline()
    at = reverse("district:remove_agency", args=[row.pk])
    client = signed_in(staff.liaison)
    assert "555-0103" in client.get(at).content.decode()
    assert client.post(at).status_code == 302
    again = client.post(at, follow=True)
    assert "off the card already" in again.content.decode()
    assert client.get(at).status_code == 404
    assert client.post(reverse("district:remove_agency", args=[uuid4()])).status_code == 404
    assert signed_in(staff.administrator).get(at).status_code == 404
