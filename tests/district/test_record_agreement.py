"""The agreement that makes an officer a school official."""

import pytest
from django.urls import reverse

from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.errors import NotPermitted
from district import workflow
from tests import make
from tests.accounts.at_the_door import logged
from tests.expect import invalid
from tests.make import AT, DAY
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db

TODAY = AT.date()


def in_force(officer: User) -> bool:
    return Membership.objects.current(TODAY).filter(person=officer).exists()


def test_with_it_they_work_there_and_after_its_end_they_do_not() -> None:
    staff = make.Staff()
    officer = make.user("Oz Officer", Role.SRO, staff.school, agreed_on=None)
    assert not in_force(officer)
    row = officer.memberships.get()
    with logged() as events:
        workflow.record_agreement(
            actor=staff.administrator, membership=row, agreed_on=TODAY, agreed_until=TODAY, at=AT
        )
    assert in_force(officer)
    assert events == [("agreement_recorded", "done")]
    workflow.record_agreement(
        actor=staff.liaison, membership=row, agreed_on=TODAY - 9 * DAY, agreed_until=TODAY - DAY, at=AT
    )
    assert not in_force(officer)


def test_it_was_signed_already_and_ends_after_that() -> None:
    staff = make.Staff()
    row = staff.sro.memberships.get()
    with invalid("agreed_on"):
        workflow.record_agreement(actor=staff.administrator, membership=row, agreed_on=TODAY + DAY, at=AT)
    with invalid("agreed_until"):
        workflow.record_agreement(
            actor=staff.administrator, membership=row, agreed_on=TODAY, agreed_until=TODAY - DAY, at=AT
        )


def test_nobody_but_an_officer_has_one() -> None:
    staff = make.Staff()
    with pytest.raises(NotPermitted):
        workflow.record_agreement(
            actor=staff.liaison, membership=staff.counselor.memberships.get(), agreed_on=TODAY, at=AT
        )


def test_an_administrator_enters_none_for_an_officer_of_theirs_at_another_school() -> None:
    staff = make.Staff()
    there = Membership.objects.create(
        person=staff.sro, school=staff.other_school, role=Role.SRO, since=make.SINCE
    )
    with pytest.raises(NotPermitted):
        workflow.record_agreement(actor=staff.administrator, membership=there, agreed_on=TODAY, at=AT)
    workflow.record_agreement(actor=staff.liaison, membership=there, agreed_on=TODAY, at=AT)


def test_by_the_page() -> None:
    staff = make.Staff()
    client = signed_in(staff.administrator)
    path = reverse("district:record_agreement", args=[staff.sro.memberships.get().pk])
    assert client.post(path, {"agreed_on": "2026-01-05", "agreed_until": "2026-01-04"}).status_code == 422
    assert client.post(path, {"agreed_on": "2026-01-05", "agreed_until": ""}).status_code == 302
    teacher = reverse("district:record_agreement", args=[staff.teacher.memberships.get().pk])
    assert client.get(teacher).status_code == 403
