"""A school's name, and the zone in which its days begin and end."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from csec.accounts.models import User
from csec.directory.models import School
from csec.errors import Absent, NotPermitted
from district import workflow
from tests import make
from tests.accounts.at_the_door import logged
from tests.expect import conflict, invalid
from tests.make import AT
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db

EASTERN = "America/New_York"


def change(actor: User, school: School, **given: Any) -> School:
    values = {"name": school.name, "time_zone": school.time_zone, "at": AT}
    return workflow.change_school(actor=actor, school=school, **(values | given))


def test_in_another_zone_the_check_ins_that_wait_end_with_the_same_day() -> None:
    staff = make.Staff()
    case = make.case(staff)
    day = make.check_in(case, staff.counselor).due_on
    with logged() as events:
        change(staff.liaison, staff.school, time_zone=EASTERN)
    assert events == [("school_changed", "done")]
    waiting = make.check_in(case, staff.counselor)
    assert (waiting.due_on, waiting.due_at) == (day, datetime(2026, 11, 24, 21, 0, tzinfo=UTC))
    assert School.objects.get(pk=staff.other_school.pk).time_zone == "America/Los_Angeles"


def test_nobody_else_changes_one() -> None:
    staff = make.Staff()
    for person in (staff.administrator, staff.counselor):
        with pytest.raises(NotPermitted):
            change(person, staff.school, name="Cedar High")


def test_another_schools_name_and_what_is_no_zone_are_refused() -> None:
    staff = make.Staff()
    with invalid("name"):
        change(staff.liaison, staff.school, name="Birch Middle")
    with invalid("time_zone"):
        change(staff.liaison, staff.school, time_zone="Pacific")
    with pytest.raises(Absent):
        change(staff.liaison, School(pk=uuid4(), name="Cedar"))


def test_the_page_offers_the_zone_that_it_has_and_tells_the_second_of_two() -> None:
    staff = make.Staff()
    change(staff.liaison, staff.school, time_zone="America/Boise")
    client = signed_in(staff.liaison)
    at = reverse("district:change_school", args=[staff.school.pk])
    form = client.get(at).context["form"]
    assert form.initial["time_zone"] == "America/Boise"
    typed = {"name": "Cedar High", "time_zone": "America/Boise", "version": form.initial["version"]}
    change(staff.liaison, staff.school, name="Elm High", time_zone="America/Boise")
    with conflict("changed this"):
        change(staff.liaison, staff.school, **typed)
    page = client.post(at, typed)
    assert page.status_code == 409
    assert "Elm High" in page.content.decode()
    assert client.post(at, typed | {"version": page.context["form"].data["version"]}).status_code == 302
    assert School.objects.get(pk=staff.school.pk).name == "Cedar High"
    assert client.get(reverse("district:change_school", args=[uuid4()])).status_code == 404
