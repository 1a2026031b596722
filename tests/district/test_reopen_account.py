"""Somebody is back."""

import pytest
from django.test import Client
from django.urls import reverse

from csec.accounts.clock import database_time
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.errors import Absent
from district import workflow
from tests import make
from tests.accounts.at_the_door import is_signed_in, logged, sign_in
from tests.expect import conflict
from tests.make import AT
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db


def test_they_come_in_once_they_are_given_a_role() -> None:
    staff = make.Staff()
    at = database_time()
    workflow.close_account(actor=staff.liaison, person=staff.counselor, at=at)
    with logged() as events:
        workflow.reopen_account(actor=staff.liaison, person=staff.counselor, at=at)
    assert events == [("account_reopened", "done")]
    assert User.objects.get(pk=staff.counselor.pk).roles == frozenset()
    workflow.give_role(
        actor=staff.liaison,
        person=staff.counselor,
        role=Role.REPORTER,
        school=staff.other_school,
        first_day=at.date(),
        at=at,
    )
    assert User.objects.get(pk=staff.counselor.pk).is_active


def test_only_the_liaison_opens_one_that_is_closed() -> None:
    staff = make.Staff()
    with conflict("account is open"):
        workflow.reopen_account(actor=staff.liaison, person=staff.teacher, at=AT)
    workflow.close_account(actor=staff.administrator, person=staff.teacher, at=AT)
    with pytest.raises(Absent):
        workflow.reopen_account(actor=staff.administrator, person=staff.teacher, at=AT)


def test_by_the_page() -> None:
    staff = make.Staff()
    workflow.close_account(actor=staff.liaison, person=staff.teacher, at=AT)
    client = signed_in(staff.liaison)
    path = reverse("district:reopen_account", args=[staff.teacher.pk])
    assert path in client.get(reverse("district:person", args=[staff.teacher.pk])).content.decode()
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 302
    assert client.post(path).status_code == 409
    visitor = Client()
    sign_in(visitor, staff.teacher.email)
    assert not is_signed_in(visitor)
    assert signed_in(staff.administrator).get(path).status_code == 404
    mine = reverse("district:reopen_account", args=[staff.counselor.pk])
    assert signed_in(staff.administrator).get(mine).status_code == 403
