"""On which days somebody is there, who covers, and who receives concerns."""

from typing import Any

import pytest
from django.urls import reverse

from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.errors import Absent, NotPermitted
from district import workflow
from tests import make
from tests.accounts.at_the_door import logged
from tests.expect import conflict, invalid
from tests.make import AT, DAY
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db


def change(actor: User, person: User, **given: Any) -> User | None:
    return workflow.change_role(actor=actor, membership=person.memberships.get(), at=AT, **given)


def receives(*people: User) -> list[int | None]:
    return [person.memberships.get().receives for person in people]


def test_days_and_cover_are_as_said() -> None:
    staff = make.Staff()
    with logged() as events:
        change(staff.administrator, staff.counselor, weekdays=[4, 0], cover=staff.social_worker, receives=1)
    row = staff.counselor.memberships.get()
    assert (row.weekdays, row.cover, row.receives) == ([0, 4], staff.social_worker, 1)
    assert events == [("role_changed", "done")]


def test_who_received_before_does_not_any_more_and_is_named() -> None:
    staff = make.Staff()
    assert change(staff.administrator, staff.social_worker, receives=1) == staff.counselor
    assert receives(staff.counselor, staff.social_worker) == [None, 1]
    assert change(staff.administrator, staff.counselor, receives=2) is None
    assert receives(staff.counselor, staff.social_worker) == [2, 1]


def test_from_an_administrator_who_receives_only_the_liaison_takes_it() -> None:
    staff = make.Staff()
    change(staff.liaison, staff.administrator, receives=1)
    with invalid("receives"):
        change(staff.administrator, staff.counselor, receives=1)
    other = make.user("Bea Administrator", Role.ADMINISTRATOR, staff.school)
    with invalid("receives"):
        change(other, staff.counselor, receives=1)
    assert receives(staff.administrator, staff.counselor) == [1, None]
    assert change(staff.liaison, staff.counselor, receives=1) == staff.administrator


def test_a_cover_has_a_fitting_role() -> None:
    staff = make.Staff()
    officer = make.user("Oz Officer", Role.SRO, staff.other_school)
    change(staff.administrator, staff.sro, cover=officer)
    for person, cover in (
        (staff.sro, staff.counselor),
        (staff.counselor, staff.sro),
        (staff.counselor, staff.elsewhere),
        (staff.counselor, staff.counselor),
        (staff.teacher, staff.counselor),
    ):
        with invalid("cover"):
            change(staff.administrator, person, cover=cover)


def test_an_officer_and_a_teacher_receive_nothing() -> None:
    staff = make.Staff()
    for person in (staff.sro, staff.teacher):
        with invalid("receives"):
            change(staff.administrator, person, receives=1)


def test_nobody_their_own_and_an_administrator_none_but_those_that_they_give() -> None:
    staff = make.Staff()
    other = make.user("Bea Administrator", Role.ADMINISTRATOR, staff.school)
    for actor, person in (
        (staff.administrator, staff.administrator),
        (staff.liaison, staff.liaison),
        (staff.administrator, other),
    ):
        with pytest.raises(NotPermitted):
            change(actor, person, weekdays=[0])
    with pytest.raises(Absent):
        change(staff.administrator, staff.elsewhere, weekdays=[0])


def test_a_role_that_never_was_is_absent() -> None:
    staff = make.Staff()
    with pytest.raises(Absent):
        workflow.change_role(
            actor=staff.liaison, membership=make.Membership(person=staff.sro), weekdays=[0], at=AT
        )


def test_not_one_that_has_ended() -> None:
    staff = make.Staff()
    make.Membership.objects.filter(person=staff.sro).update(until=AT.date())
    with conflict("This role ended"):
        change(staff.liaison, staff.sro, weekdays=[0])
    make.Membership.objects.filter(person=staff.sro).update(until=AT.date() + DAY)
    change(staff.liaison, staff.sro, weekdays=[0])


def test_the_page_says_who_receives_now_and_who_does_not_any_more() -> None:
    staff = make.Staff()
    client = signed_in(staff.administrator)
    path = reverse("district:change_role", args=[staff.social_worker.memberships.get().pk])
    assert "First (Casey Counselor)" in client.get(path).content.decode()
    page = client.post(path, {"receives": "1", "weekdays": [0, 1]}, follow=True).content.decode()
    assert "Casey Counselor does not receive concerns there any more" in page
    assert receives(staff.social_worker) == [1]
    assert client.post(path, {"receives": "3"}).status_code == 422
    own = reverse("district:change_role", args=[staff.administrator.memberships.get().pk])
    assert client.get(own).status_code == 403
    foreign = reverse("district:change_role", args=[staff.elsewhere.memberships.get().pk])
    assert client.get(foreign).status_code == 404
