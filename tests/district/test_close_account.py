"""Somebody leaves, and from that moment on nothing of theirs opens anything."""

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow as of_cases
from csec.accounts import resets
from csec.accounts.clock import database_time
from csec.accounts.links import Links
from csec.accounts.models import CalendarFeed, Membership, PasswordReset, Session, User
from csec.accounts.roles import Role
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from district import workflow
from tests import make
from tests.accounts.at_the_door import is_signed_in, logged, sign_in
from tests.expect import conflict
from tests.make import AT, DAY
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db


def test_they_are_signed_out_at_once_and_do_not_come_in_again() -> None:
    staff = make.Staff()
    at = database_time()
    client = Client()
    sign_in(client, staff.counselor.email)
    assert is_signed_in(client)
    token = of_cases.make_feed(actor=staff.counselor, at=at)
    resets.ask(staff.counselor.email, at=at)
    link = Links().make_token(User.objects.get(pk=staff.counselor.pk))
    with logged() as events:
        workflow.close_account(actor=staff.administrator, person=staff.counselor, at=at)
    assert events == [("account_closed", "done")]
    assert not Session.objects.filter(person=staff.counselor).exists()
    assert not is_signed_in(client)
    sign_in(client, staff.counselor.email)
    assert not is_signed_in(client)
    assert Client().get(reverse("cases:feed", args=[token])).status_code == 404
    assert CalendarFeed.objects.get(person=staff.counselor).revoked_at == at
    assert not PasswordReset.objects.filter(person=staff.counselor).exists()
    person = User.objects.get(pk=staff.counselor.pk)
    assert not Links().check_token(person, link)
    assert person.memberships.get().until is not None


def test_every_role_ends_today_also_one_that_was_to_begin_later() -> None:
    staff = make.Staff()
    workflow.give_role(
        actor=staff.liaison,
        person=staff.counselor,
        role=Role.SOCIAL_WORKER,
        school=staff.other_school,
        first_day=AT.date() + 9 * DAY,
        at=AT,
    )
    workflow.close_account(actor=staff.liaison, person=staff.counselor, at=AT)
    workflow.reopen_account(actor=staff.liaison, person=staff.counselor, at=AT)
    mine = Membership.objects.filter(person=staff.counselor)
    assert not any(mine.current(AT.date() + n * DAY).exists() for n in (0, 9))


def test_nobody_their_own_and_an_administrator_only_of_whom_they_keep_altogether() -> None:
    staff = make.Staff()
    for actor in (staff.liaison, staff.administrator):
        with pytest.raises(NotPermitted):
            workflow.close_account(actor=actor, person=actor, at=AT)
    other = make.user("Bea Administrator", Role.ADMINISTRATOR, staff.school)
    with pytest.raises(NotPermitted):
        workflow.close_account(actor=staff.administrator, person=other, at=AT)
    make.Membership.objects.create(
        person=staff.social_worker, school=staff.other_school, role=Role.COUNSELOR, since=make.SINCE
    )
    with pytest.raises(NotPermitted):
        workflow.close_account(actor=staff.administrator, person=staff.social_worker, at=AT)
    with pytest.raises(Absent):
        workflow.close_account(actor=staff.administrator, person=staff.elsewhere, at=AT)
    with pytest.raises(Absent):
        workflow.close_account(actor=staff.administrator, person=staff.liaison, at=AT)
    for person in (other, staff.social_worker, staff.elsewhere, staff.administrator):
        workflow.close_account(actor=staff.liaison, person=person, at=AT)


def test_not_twice() -> None:
    staff = make.Staff()
    workflow.close_account(actor=staff.liaison, person=staff.teacher, at=AT)
    with conflict("account is closed"):
        workflow.close_account(actor=staff.liaison, person=staff.teacher, at=AT)
    # Of the school they are no more.
    with pytest.raises(Absent):
        workflow.close_account(actor=staff.administrator, person=staff.teacher, at=AT)


def test_what_they_carried_is_nobodys_then() -> None:
    staff = make.Staff()
    case = make.case(staff)
    workflow.close_account(actor=staff.administrator, person=staff.counselor, at=AT)
    with acting_as(staff.administrator.pk):
        assert not case.people.carrying(AT).exists()


def test_by_the_page() -> None:
    staff = make.Staff()
    make.case(staff)
    client = signed_in(staff.administrator)
    path = reverse("district:close_account", args=[staff.counselor.pk])
    assert "on 1 open case." in client.get(path).content.decode()
    assert client.post(path).status_code == 302
    assert not User.objects.get(pk=staff.counselor.pk).is_active
    assert client.get(path).status_code == 404
    assert client.post(reverse("district:close_account", args=[staff.administrator.pk])).status_code == 403
    assert client.get(reverse("district:close_account", args=[staff.administrator.pk])).status_code == 403
    assert client.post(reverse("district:close_account", args=[staff.elsewhere.pk])).status_code == 404
