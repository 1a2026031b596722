"""A number is put onto the emergency card."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from csec.accounts.models import User
from csec.directory import card
from csec.directory.models import Agency
from csec.errors import NotPermitted
from district import workflow
from tests import make
from tests.accounts.at_the_door import logged
from tests.expect import invalid
from tests.make import AT
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db

ADDRESS = reverse("district:add_agency")
NUMBER: dict[str, Any] = {
    "kind": "child_welfare",
    "name": "County Child Welfare",
    "telephone": "800-555-0101",
    "other_contact": "Fax 555-0102",
    "note": "Day and night",
    "verified": True,
}


def add(actor: User, **given: Any) -> Agency:
    return workflow.add_agency(actor=actor, at=AT, **(NUMBER | given))


def test_it_stands_on_the_card_and_on_its_copy_with_the_day_on_which_it_was_made_sure_of(
    settings: Any, tmp_path: Any
) -> None:
    settings.CSEC_VAR = tmp_path
    make.district()
    staff = make.Staff()
    with logged() as events:
        add(staff.liaison)
        add(staff.liaison, name="County, at night", telephone="800-555-0109")
    assert events == [("agency_added", "done")] * 2
    shown = [(number.name, number.telephone, number.verified_on) for number in card.card().child_welfare]
    day = date(2026, 11, 20)
    assert shown == [
        ("County Child Welfare", "800-555-0101", day),
        ("County, at night", "800-555-0109", day),
    ]
    card.write_snapshot(at=AT)
    assert [number.name for number in card.from_snapshot().child_welfare] == [shown[0][0], shown[1][0]]  # type: ignore[union-attr]


def test_nobody_else_does() -> None:
    staff = make.Staff()
    for person in (staff.administrator, staff.counselor, staff.counsel):
        with pytest.raises(NotPermitted):
            add(person)
        assert signed_in(person).get(ADDRESS).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "friend"),
        ("name", ""),
        ("telephone", ""),
        ("telephone", "ask the office"),
        ("other_contact", "x" * 201),
        ("note", "\x00"),
        ("verified", False),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(field: str, value: Any) -> None:
    staff = make.Staff()
    with invalid(field):
        add(staff.liaison, **{field: value})
    page = signed_in(staff.liaison).post(ADDRESS, NUMBER | {"verified": "on"} | {field: value or ""})
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {field}
    assert not Agency.objects.exists()


def test_the_page_adds_it() -> None:
    staff = make.Staff()
    assert signed_in(staff.liaison).post(ADDRESS, NUMBER | {"verified": "on"}).status_code == 302
    assert Agency.objects.get().telephone == "800-555-0101"
