"""Somebody who carries or answers for a case says whether it was needed to open it in an emergency."""

import re
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, EmergencyAccess
from cases.reading.work import waiting_for
from cases.workflow.emergency import review_by
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.directory.models import Closure
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def opened() -> tuple[make.Staff, Case, EmergencyAccess]:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    return staff, case, make.opened_in_emergency(case, staff.liaison)


def review(actor: User, case: Case, access: EmergencyAccess, **given: Any) -> None:
    values = {"finding": "needed", "note": "Threats by telephone.", "at": database_now()}
    workflow.review_emergency_access(actor=actor, case=case, access=access, **(values | given))


def to_review(person: User) -> list[EmergencyAccess]:
    with acting_as(person.pk):
        return waiting_for(person, database_now()).emergencies


def test_it_waits_on_the_first_screens_of_those_who_carry_or_answer_for_the_case_until_one_has() -> None:
    staff, case, access = opened()
    second = make.user("Lou Liaison", Role.LIAISON)
    for person in (staff.counselor, staff.administrator, second):
        assert to_review(person) == [access]
    for person in (staff.liaison, staff.sro, staff.elsewhere):
        assert to_review(person) == []
    review(staff.administrator, case, access)
    assert to_review(staff.counselor) == []
    with acting_as(staff.administrator.pk):
        access.refresh_from_db()
    assert (access.finding, access.reviewed_by) == ("needed", staff.administrator)
    assert access.found(make.as_seen(case, staff.counselor).key) == "Threats by telephone."


def test_of_a_case_that_was_closed_meanwhile_too() -> None:
    staff, case, access = opened()
    make.reported(case, staff.counselor, at=database_now())
    make.closed(case, staff.counselor, at=database_now())
    assert to_review(staff.counselor) == [access]


def test_nobody_looks_at_their_own() -> None:
    staff, case, access = opened()
    with pytest.raises(NotPermitted):
        review(staff.liaison, case, access)
    make.with_liaison(case, staff, at=database_now())
    with pytest.raises(NotPermitted):
        review(staff.liaison, case, access)
    client = Client()
    client.force_login(staff.liaison)
    path = reverse("cases:review_emergency_access", args=[case.pk, access.pk])
    assert client.get(path).status_code == 403


def test_it_is_looked_at_once() -> None:
    staff, case, access = opened()
    review(staff.administrator, case, access)
    with conflict("Ada Administrator looked at it on"):
        review(staff.counselor, case, access)


@pytest.mark.parametrize(("given", "field"), [({"finding": "perhaps"}, "finding"), ({"note": " "}, "note")])
def test_it_needs_a_finding_and_what_was_found(given: dict[str, str], field: str) -> None:
    staff, case, access = opened()
    with invalid(field):
        review(staff.counselor, case, access, **given)


def test_it_is_found_in_its_own_case_alone() -> None:
    staff, _case, access = opened()
    other = make.case(staff, at=AT)
    with pytest.raises(Absent):
        review(staff.counselor, other, access)


def test_the_page_says_who_opened_it_and_why() -> None:
    staff, case, access = opened()
    client = Client()
    client.force_login(staff.counselor)
    assert (
        "Lee Liaison opened this case in an emergency" in client.get(case.get_absolute_url()).content.decode()
    )
    path = reverse("cases:review_emergency_access", args=[case.pk, access.pk])
    assert "Threats." in client.get(path).content.decode()
    assert client.post(path, {"finding": "needed", "note": "So it was."}).url == case.get_absolute_url()
    assert client.post(path, {"finding": "needed", "note": "So it was."}).status_code == 409
    kept = client.get(reverse("cases:case_readings", args=[case.pk])).content.decode()
    assert "Threats." in kept
    assert "So it was. (Casey Counselor" in kept


def test_whoever_opened_it_goes_on_reading_until_their_time_is_over() -> None:
    staff, case, access = opened()
    review(staff.counselor, case, access)
    client = Client()
    client.force_login(staff.liaison)
    page = client.get(case.get_absolute_url()).content.decode()
    assert re.search(r"to read: until \w+, \w+ \d+, \d+:\d\d", page)


@pytest.mark.parametrize(
    ("at", "by"),
    [
        pytest.param((2026, 11, 16, 10), (2026, 11, 18, 16), id="from a Monday to Wednesday"),
        pytest.param((2026, 11, 20, 10), (2026, 11, 24, 16), id="from a Friday to Tuesday"),
        pytest.param((2026, 11, 20, 22), (2026, 11, 25, 16), id="after school as from the next school day"),
        pytest.param((2026, 11, 24, 10), (2026, 11, 30, 16), id="past two days without school"),
        pytest.param((2026, 12, 17, 10), (2026, 12, 24, 10), id="before a break within a week"),
    ],
)
def test_somebody_looks_at_it_within_two_school_days_and_never_later_than_a_week(
    at: tuple[int, ...], by: tuple[int, ...]
) -> None:
    staff = make.Staff()
    make.winter_break()
    Closure.objects.create(name="Thanksgiving", first_day=date(2026, 11, 26), last_day=date(2026, 11, 27))
    moment, last = (datetime(*one, tzinfo=staff.school.zone) for one in (at, by))  # type: ignore[misc]
    assert review_by(staff.school, moment) == last


def test_that_is_the_day_until_which_it_waits() -> None:
    staff, _case, access = opened()
    assert access.review_by == review_by(staff.school, access.begun_at)
