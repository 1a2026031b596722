"""Days without school are taken out of the calendar again."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.directory.models import Closure
from csec.errors import Absent, NotPermitted
from district import workflow
from tests import make
from tests.accounts.at_the_door import logged
from tests.expect import conflict
from tests.make import AT, DAY
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)
TUESDAY = date(2026, 11, 24)


def closed(staff: make.Staff, first_day: date, last_day: date, *, everywhere: bool = False) -> Closure:
    school = None if everywhere else staff.school
    return Closure.objects.create(name="Storm", school=school, first_day=first_day, last_day=last_day)


def test_a_check_in_that_they_had_moved_comes_back_in_the_same_moment() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = workflow.add_closure(
        actor=staff.liaison, school=None, name="Storm", first_day=TUESDAY, last_day=TUESDAY, at=AT
    )
    assert make.check_in(case, staff.counselor).due_on == date(2026, 11, 23)
    with logged() as events:
        workflow.remove_closure(actor=staff.liaison, closure=row, at=AT)
    assert events == [("closure_removed", "done")]
    assert make.check_in(case, staff.counselor).due_on == TUESDAY


def test_an_administrator_takes_out_those_of_their_own_school_and_the_liaison_any() -> None:
    staff = make.Staff()
    mine, all_schools = closed(staff, TUESDAY, TUESDAY), closed(staff, TUESDAY, TUESDAY, everywhere=True)
    theirs = Closure.objects.create(
        name="Storm", school=staff.other_school, first_day=TUESDAY, last_day=TUESDAY
    )
    for person, row in (
        (staff.administrator, all_schools),
        (staff.administrator, theirs),
        (staff.counselor, mine),
        (staff.counsel, all_schools),
    ):
        with pytest.raises(NotPermitted):
            workflow.remove_closure(actor=person, closure=row, at=AT)
    workflow.remove_closure(actor=staff.administrator, closure=mine, at=AT)
    workflow.remove_closure(actor=staff.liaison, closure=all_schools, at=AT)
    assert list(Closure.objects.in_force()) == [theirs]


def test_of_days_that_have_begun_those_that_passed_stay() -> None:
    staff = make.Staff()
    row = closed(staff, TODAY - 2 * DAY, TODAY + 3 * DAY)
    workflow.remove_closure(actor=staff.administrator, closure=row, at=AT)
    [left] = Closure.objects.in_force()
    assert (left.name, left.school, left.first_day, left.last_day) == (
        "Storm",
        staff.school,
        TODAY - 2 * DAY,
        TODAY - DAY,
    )
    with conflict("are over"):
        workflow.remove_closure(actor=staff.administrator, closure=left, at=AT)
    with conflict("already"):
        workflow.remove_closure(actor=staff.administrator, closure=row, at=AT)
    with pytest.raises(Absent):
        workflow.remove_closure(actor=staff.administrator, closure=Closure(pk=uuid4()), at=AT)


def test_the_page_says_what_comes_of_it_and_a_second_time_that_it_was_done() -> None:
    staff = make.Staff()
    today = database_now().date()
    row = closed(staff, today - 5 * DAY, today + 20 * DAY)
    at = reverse("district:remove_closure", args=[row.pk])

    def asked(person: User) -> int:
        return int(signed_in(person).get(at).status_code)

    assert [asked(one) for one in (staff.administrator, staff.liaison, staff.counselor, staff.counsel)] == [
        200,
        200,
        404,
        404,
    ]
    client = signed_in(staff.administrator)
    assert "there is school again from today on" in client.get(at).content.decode()
    assert client.post(at).status_code == 302
    assert client.post(at).status_code == 409
    other = closed(staff, today + 5 * DAY, today + 5 * DAY, everywhere=True)
    assert client.get(reverse("district:remove_closure", args=[other.pk])).status_code == 403
    assert client.get(reverse("district:remove_closure", args=[uuid4()])).status_code == 404
