"""Days without school are entered, for one school or for all."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.directory.models import Closure, School
from csec.errors import NotPermitted
from district import workflow
from tests import make
from tests.accounts.at_the_door import logged
from tests.expect import invalid
from tests.make import AT, DAY
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db

ADDRESS = reverse("district:add_closure")
TODAY = date(2026, 11, 20)
#: On which the first contact of a case opened at AT is due.
TUESDAY = date(2026, 11, 24)


def closed(actor: User, school: School | None, **given: Any) -> Closure:
    values = {"name": "Storm", "first_day": TUESDAY, "last_day": TUESDAY, "at": AT}
    return workflow.add_closure(actor=actor, school=school, **(values | given))


def test_the_check_ins_that_wait_follow_in_the_same_moment() -> None:
    staff = make.Staff()
    case = make.case(staff)
    closed(staff.liaison, staff.other_school)
    assert make.check_in(case, staff.counselor).due_on == TUESDAY
    with logged() as events:
        closed(staff.administrator, staff.school)
    assert events == [("closure_added", "done")]
    assert make.check_in(case, staff.counselor).due_on == date(2026, 11, 23)


def test_a_holiday_of_the_offices_is_one_of_all_schools() -> None:
    staff = make.Staff()
    with invalid("offices_closed"):
        closed(staff.liaison, staff.school, offices_closed=True)
    now = database_now()
    soon = (now + 7 * DAY).date()
    days = {"first_day": soon, "last_day": soon, "at": now}
    assert closed(staff.liaison, None, offices_closed=True, **days).offices_closed
    for person, offered in ((staff.liaison, True), (staff.administrator, False)):
        page = signed_in(person).get(ADDRESS)
        assert ("offices_closed" in page.context["form"].fields) is offered
    assert "offices closed" in signed_in(staff.liaison).get(reverse("district:closures")).content.decode()


def test_an_administrator_enters_them_for_their_own_school_and_the_liaison_for_all() -> None:
    staff = make.Staff()
    assert closed(staff.administrator, staff.school).school == staff.school
    assert closed(staff.liaison, None).school is None
    refused: list[tuple[User, School | None]] = [
        (staff.administrator, staff.other_school),
        (staff.administrator, None),
        (staff.counselor, staff.school),
        (staff.counsel, None),
        (staff.teacher, staff.school),
    ]
    for person, school in refused:
        with pytest.raises(NotPermitted):
            closed(person, school)
    assert Closure.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"last_day": TUESDAY - DAY}, "last_day"),
        ({"first_day": TODAY - 3 * DAY, "last_day": TODAY - DAY}, "last_day"),
        ({"last_day": TUESDAY + 120 * DAY}, "last_day"),
        ({"first_day": date.max, "last_day": date.max}, "last_day"),
        ({"first_day": date.min, "last_day": TUESDAY}, "last_day"),
    ],
    ids=["nameless", "ends-first", "past", "too-long", "for-ever", "since-ever"],
)
def test_days_that_cannot_be_are_refused(given: dict[str, Any], field: str) -> None:
    staff = make.Staff()
    with invalid(field):
        closed(staff.liaison, None, **given)
    assert not Closure.objects.exists()


def test_the_same_days_are_entered_once_and_a_holiday_within_them_as_well() -> None:
    staff = make.Staff()
    closed(staff.liaison, None, last_day=TUESDAY + 2 * DAY)
    closed(staff.liaison, None)
    with invalid("first_day"):
        closed(staff.liaison, None, name="Once more")


def test_the_page_offers_what_is_theirs_and_says_what_is_wrong() -> None:
    staff = make.Staff()
    day = database_now().date() + timedelta(days=30)
    typed = {"school": str(staff.school.pk), "name": "Storm", "first_day": day, "last_day": day}
    client = signed_in(staff.administrator)
    assert [str(name) for _pk, name in client.get(ADDRESS).context["form"].fields["school"].choices] == [
        "Alder High"
    ]
    for wrong, field in (
        ({"school": str(staff.other_school.pk)}, "school"),
        ({"school": ""}, "school"),
        ({"first_day": "soon"}, "first_day"),
        ({"last_day": "2020-01-01"}, "last_day"),
    ):
        page = client.post(ADDRESS, typed | wrong)
        assert page.status_code == 422
        assert set(page.context["form"].errors) == {field}
    assert client.post(ADDRESS, typed).status_code == 302
    assert signed_in(staff.liaison).post(ADDRESS, typed | {"school": ""}).status_code == 302
    assert Closure.objects.count() == 2
    assert signed_in(staff.counselor).get(ADDRESS).status_code == 404
