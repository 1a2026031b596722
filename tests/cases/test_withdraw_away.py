"""Days away that were entered are taken back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from csec.accounts.models import Away
from csec.delivery.ticks import database_now
from csec.errors import Absent, NotPermitted
from tests import make
from tests.cases.test_enter_away import away
from tests.cases.test_races import at_once
from tests.expect import conflict
from tests.make import AT

pytestmark = pytest.mark.django_db


def test_the_row_stays_and_says_when_it_was_taken_back() -> None:
    staff = make.Staff()
    row = away(staff.counselor)
    workflow.withdraw_away(actor=staff.administrator, away=row, at=AT)
    assert Away.objects.get().withdrawn_at == AT


def test_it_is_taken_back_once() -> None:
    staff = make.Staff()
    row = away(staff.counselor)
    workflow.withdraw_away(actor=staff.counselor, away=row, at=AT)
    with conflict("taken back already"):
        workflow.withdraw_away(actor=staff.administrator, away=row, at=AT + timedelta(hours=1))
    assert Away.objects.get().withdrawn_at == AT


def test_nobody_takes_back_what_they_could_not_enter() -> None:
    staff = make.Staff()
    row = away(staff.counselor)
    for person in (staff.social_worker, staff.teacher, staff.elsewhere, staff.sro):
        with pytest.raises(NotPermitted):
            workflow.withdraw_away(actor=person, away=row, at=AT)
    assert Away.objects.get().withdrawn_at is None


def test_what_is_not_there_is_absent() -> None:
    staff = make.Staff()
    gone = Away(person=staff.counselor, first_day=AT.date(), last_day=AT.date(), entered_at=AT)
    with pytest.raises(Absent):
        workflow.withdraw_away(actor=staff.counselor, away=gone, at=AT)


def test_the_button_takes_back_ones_own_and_anothers_does_not_exist() -> None:
    staff = make.Staff()
    now = database_now()
    row = away(staff.counselor, first_day=now.date(), last_day=now.date(), at=now)
    at = reverse("cases:withdraw_away", args=[row.pk])
    for person, status in ((staff.social_worker, 404), (staff.counselor, 302), (staff.counselor, 302)):
        client = Client()
        client.force_login(person)
        assert client.post(at).status_code == status
    assert Away.objects.get().withdrawn_at is not None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_it_back_at_once_one_does() -> None:
    staff = make.Staff()
    row = away(staff.counselor)
    results = at_once(
        *[
            lambda actor=actor: workflow.withdraw_away(actor=actor, away=row, at=AT)  # type: ignore[misc]
            for actor in (staff.counselor, staff.administrator)
        ]
    )
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "NoneType"]
