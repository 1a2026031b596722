"""What has to be settled, on the first screen: by kind with its number, a few open, the rest one press away."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from cases.reading.queues import FEW
from cases.reading.work import Work, waiting_for
from csec.accounts.models import Membership, User
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.make import AT

pytestmark = pytest.mark.django_db


def first_screen(person: User) -> Work:
    with acting_as(person.pk):
        return waiting_for(person, AT + timedelta(days=30))


def test_a_kind_has_its_number_and_a_few_stand_open() -> None:
    staff = make.Staff()
    make.many_cases(staff, FEW + 2)
    Membership.objects.filter(person=staff.counselor).update(until=database_now())
    client = Client()
    client.force_login(staff.liaison)
    page = client.get("/").content.decode()
    (section,) = re.findall(r'id="nobodys".*?</details>', page, re.DOTALL)
    opened, behind = section.split("<details")
    assert f'Nobody carries this case <span class="hint">({FEW + 2})</span>' in opened
    assert opened.count('class="todo-what"') == FEW
    assert "2 more" in behind
    assert behind.count('class="todo-what"') == 2


def test_the_rest_is_sorted_by_school() -> None:
    staff = make.Staff()
    make.many_cases(staff, FEW + 3)
    Membership.objects.filter(person=staff.counselor).update(until=database_now())
    queue = first_screen(staff.liaison).nobodys
    moved = queue.rest[1]
    moved.school = staff.other_school
    others = [case for case in queue.rest if case != moved]
    assert queue.rest_by_school == [(staff.school.name, others), (staff.other_school.name, [moved])]


def test_nothing_that_is_late_is_behind_a_summary() -> None:
    staff = make.Staff()
    make.many_cases(staff, FEW + 2)
    work = first_screen(staff.counselor)
    assert len(work.late.shown) > FEW
    assert all(task.late for task in work.late.shown)
    assert (work.late.first, work.late.rest) == (work.late.shown, [])
    assert len(work.next.first) == FEW
    assert work.next.first + work.next.rest == work.next.shown
