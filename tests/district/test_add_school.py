"""A school of the district."""

import pytest
from django.urls import reverse

from csec.directory.models import School
from csec.errors import NotPermitted
from district import workflow
from tests import make
from tests.accounts.at_the_door import logged
from tests.expect import invalid
from tests.make import AT
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db

ADDRESS = reverse("district:add_school")
EASTERN = "America/New_York"


def test_the_liaison_adds_one_and_concerns_can_be_recorded_there() -> None:
    staff = make.Staff()
    with logged() as events:
        row = workflow.add_school(actor=staff.liaison, name=" Cedar High ", time_zone=EASTERN, at=AT)
    assert events == [("school_added", "done")]
    assert (row.name, row.time_zone) == ("Cedar High", EASTERN)
    # Nobody is there yet: it goes to the liaison.
    student = make.student(row, "Kim", "Kerr")
    concern = make.concern(staff, author=staff.counsel, school=row, student=student)
    assert concern.receiver == staff.liaison


def test_nobody_else_does() -> None:
    staff = make.Staff()
    for person in (staff.administrator, staff.counselor, staff.counsel):
        with pytest.raises(NotPermitted):
            workflow.add_school(actor=person, name="Cedar High", time_zone=EASTERN, at=AT)
        assert signed_in(person).get(ADDRESS).status_code == 404
    assert School.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "zone", "field"),
    [
        ("", EASTERN, "name"),
        ("Alder High", EASTERN, "name"),
        ("x" * 201, EASTERN, "name"),
        ("Cedar High", "Mars/Olympus", "time_zone"),
        ("Cedar High", "", "time_zone"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(name: str, zone: str, field: str) -> None:
    staff = make.Staff()
    with invalid(field):
        workflow.add_school(actor=staff.liaison, name=name, time_zone=zone, at=AT)
    page = signed_in(staff.liaison).post(ADDRESS, {"name": name, "time_zone": zone})
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {field}


def test_the_page_adds_it() -> None:
    staff = make.Staff()
    client = signed_in(staff.liaison)
    assert client.post(ADDRESS, {"name": "Cedar High", "time_zone": EASTERN}).status_code == 302
    assert "Cedar High" in client.get(reverse("district:district")).content.decode()
