"""Whoever opened a case in an emergency closes it again before its time."""

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case
from csec.delivery.ticks import database_now
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make

pytestmark = pytest.mark.django_db


def test_from_then_on_the_case_is_closed_to_them() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    access = make.opened_in_emergency(case, staff.counsel)
    client = Client()
    client.force_login(staff.counsel)
    assert client.post(reverse("cases:end_emergency_access", args=[case.pk])).status_code == 302
    assert client.get(case.get_absolute_url()).status_code == 404
    with acting_as(staff.counsel.pk):
        access.refresh_from_db()
        assert access.ended_at is not None
        assert not Case.objects.visible_to(staff.counsel).exists()


def test_it_can_be_opened_once_more() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    for _time in range(2):
        make.opened_in_emergency(case, staff.counsel)
        workflow.end_emergency_access(actor=staff.counsel, case=case, at=database_now())
    with pytest.raises(Absent):
        workflow.end_emergency_access(actor=staff.counsel, case=case, at=database_now())


def test_what_is_over_by_itself_is_not_ended() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    access = make.opened_in_emergency(case, staff.counsel)
    with pytest.raises(Absent):
        workflow.end_emergency_access(actor=staff.counsel, case=case, at=access.until)


def test_nobody_ends_what_another_opened() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    make.opened_in_emergency(case, staff.counsel)
    with pytest.raises(NotPermitted):
        workflow.end_emergency_access(actor=staff.counselor, case=case, at=database_now())
