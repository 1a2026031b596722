"""What the emergency card says of somebody is changed, or found right."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from csec.accounts.models import User
from csec.directory import card
from csec.directory.models import Agency
from csec.errors import Absent, NotPermitted
from district import workflow
from tests import make
from tests.accounts.at_the_door import logged
from tests.district.test_add_agency import NUMBER
from tests.expect import conflict, invalid
from tests.make import AT
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db

LONG_AGO, TODAY = date(2025, 1, 7), date(2026, 11, 20)


def agency() -> Agency:
    make.district()
    return Agency.objects.create(
        kind="child_welfare", name="County", telephone="555-0101", verified_on=LONG_AGO
    )


def change(actor: User, row: Agency, **given: Any) -> Agency:
    values = NUMBER | {"telephone": row.telephone, "verified": False}
    return workflow.change_agency(actor=actor, agency=row, at=AT, **(values | given))


def test_the_card_shows_the_change_and_the_number_keeps_its_day_until_it_is_made_sure_of() -> None:
    staff, row = make.Staff(), agency()
    with logged() as events:
        change(staff.liaison, row, name="County Child Welfare")
    assert events == [("agency_changed", "done")]
    [shown] = card.card().child_welfare
    assert (shown.name, shown.telephone, shown.verified_on) == (
        "County Child Welfare",
        "555-0101",
        LONG_AGO,
    )
    change(staff.liaison, row, verified=True)
    assert card.card().child_welfare[0].verified_on == TODAY


def test_another_number_has_to_be_made_sure_of() -> None:
    staff, row = make.Staff(), agency()
    with invalid("verified"):
        change(staff.liaison, row, telephone="555-0111")
    change(staff.liaison, row, telephone="555-0111", verified=True)
    assert Agency.objects.values_list("telephone", "verified_on").get() == ("555-0111", TODAY)


def test_nobody_else_changes_it() -> None:
    staff, row = make.Staff(), agency()
    for person in (staff.administrator, staff.counselor):
        with pytest.raises(NotPermitted):
            change(person, row)
    with pytest.raises(Absent):
        change(staff.liaison, Agency(pk=uuid4()))


def test_the_second_of_two_reads_what_there_is() -> None:
    staff, row = make.Staff(), agency()
    at = reverse("district:change_agency", args=[row.pk])
    client = signed_in(staff.liaison)
    form = client.get(at).context["form"]
    assert form.initial["name"] == "County"
    typed = NUMBER | {"verified": "on", "version": form.initial["version"]}
    change(staff.liaison, row, note="Closed at noon")
    with conflict("changed this"):
        change(staff.liaison, row, version=form.initial["version"])
    page = client.post(at, typed)
    assert page.status_code == 409
    assert "Closed at noon" in page.content.decode()
    assert client.post(at, typed | {"version": page.context["form"].data["version"]}).status_code == 302
    assert Agency.objects.get().note == "Day and night"
    assert client.get(reverse("district:change_agency", args=[uuid4()])).status_code == 404
