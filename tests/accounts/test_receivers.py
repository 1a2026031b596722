"""Who receives a concern: named people in a fixed order, past whoever is implicated."""

from datetime import date
from typing import Any

import pytest

from cases.receivers import receivers
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from tests import make

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 20)


def in_order(staff: make.Staff, *past: User, on: date = DAY) -> list[str]:
    return [person.name.split()[-1] for person in receivers(staff.school, past={p.pk for p in past}, on=on)]


def change(person: User, **given: Any) -> None:
    Membership.objects.filter(person=person).update(**given)


def test_first_those_whom_the_school_has_named_then_the_rest_by_role() -> None:
    staff = make.Staff()
    make.user("Cal Colleague", Role.COUNSELOR, staff.school)
    assert in_order(staff) == ["Counselor", "Socialworker", "Colleague", "Administrator", "Liaison"]


def test_the_schools_choice_stands_above_the_order_of_roles() -> None:
    staff = make.Staff()
    change(staff.counselor, receives=None)
    change(staff.administrator, receives=1)
    assert in_order(staff) == ["Administrator", "Socialworker", "Counselor", "Liaison"]


def test_nobody_of_another_school_no_officer_no_counsel_and_no_reporter_receives_one() -> None:
    staff = make.Staff()
    names = in_order(staff)
    assert not {"Elsewhere", "Officer", "Counsel", "Teacher"} & set(names)


def test_it_goes_past_everybody_implicated_and_to_nobody_when_none_is_left() -> None:
    staff = make.Staff()
    assert in_order(staff, staff.counselor) == ["Socialworker", "Administrator", "Liaison"]
    past = [staff.counselor, staff.social_worker, staff.administrator, staff.liaison]
    assert in_order(staff, *past) == []


def test_somebody_in_two_roles_is_asked_once() -> None:
    staff = make.Staff()
    Membership.objects.create(
        person=staff.counselor, school=staff.school, role=Role.ADMINISTRATOR, since=make.SINCE
    )
    assert in_order(staff).count("Counselor") == 1


def test_whoever_has_left_or_is_disabled_or_has_not_begun_receives_none() -> None:
    staff = make.Staff()
    change(staff.counselor, until=DAY)
    User.objects.filter(pk=staff.social_worker.pk).update(is_active=False)
    change(staff.liaison, until=make.SINCE)
    Membership.objects.create(person=staff.liaison, role=Role.LIAISON, since=date(2026, 11, 21))
    assert in_order(staff) == ["Administrator"]
    assert in_order(staff, on=date(2026, 11, 19)) == ["Counselor", "Administrator"]
