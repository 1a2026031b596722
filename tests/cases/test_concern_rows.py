"""Who holds a concern, as `concern_held` has it: past whoever it goes, also where it is with those who answer."""

from datetime import timedelta

import pytest
from django.db import connection

from cases.models import Concern
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make

pytestmark = pytest.mark.django_db


def holds(person: User, concern: Concern) -> bool:
    with acting_as(person.pk), connection.cursor() as cursor:
        cursor.execute("SELECT concern_held(%s)", [concern.pk])
        [(held,)] = cursor.fetchall()
        return bool(held)


def test_it_is_held_by_those_whom_it_is_with_and_by_nobody_past_whom_it_goes() -> None:
    staff = make.Staff()
    other = make.user("Addi Second", Role.ADMINISTRATOR, staff.school)
    kept_from = [staff.administrator, staff.social_worker]
    concern = make.concern(staff, at=database_now() - timedelta(days=30), implicated=kept_from)
    held_by = {person.name for person in User.objects.all() if holds(person, concern)}
    assert held_by == {staff.counselor.name, other.name, staff.liaison.name}
