"""Whoever carries a case or answers for it reads who has opened it, and on which days; never who reported."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from cases.models import Case
from cases.reading.readers import readings
from csec.accounts.models import User
from csec.audit.models import Event
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.make import AT

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)


def opened(person: User, at: datetime, *, case: UUID | None = None, concern: UUID | None = None) -> None:
    """Somebody opened a case or a concern at that time."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_event (id, at, actor, role, verb, subject, case_id, result)"
            " VALUES (gen_random_uuid(), %s, %s, '', %s, %s, %s, 'done')",
            [at, person.pk, "case_viewed" if case else "concern_viewed", case or concern, case],
        )


def shown_to(person: User, case: Case) -> list[tuple[str, date, bool]]:
    with acting_as(person.pk):
        return [(reading.name.split()[0], reading.on, reading.in_week) for reading in readings(case)]


def page(person: User, case: Case) -> tuple[int, str]:
    client = Client()
    client.force_login(person)
    answer = client.get(reverse("cases:case_readings", args=[case.pk]))
    return answer.status_code, answer.content.decode()


def test_who_opened_it_on_which_days_is_read_by_those_who_carry_it_or_answer_for_it() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    case = make.case(staff, about=concern)
    opened(staff.administrator, AT, case=case.pk)
    opened(staff.administrator, AT + timedelta(minutes=5), case=case.pk)
    opened(staff.liaison, AT + DAY, case=case.pk)
    opened(staff.social_worker, AT - DAY, concern=concern.pk)
    opened(staff.teacher, AT - DAY, concern=concern.pk)
    expected = [
        ("Lee", date(2026, 11, 21), False),
        ("Ada", date(2026, 11, 20), False),
        ("Sam", date(2026, 11, 19), False),
    ]
    for person in (staff.counselor, staff.administrator, staff.liaison):
        assert shown_to(person, case) == expected
    for person in (staff.social_worker, staff.elsewhere, staff.teacher):
        assert shown_to(person, case) == []
    # Its page is refused to the officer, and absent for the rest.
    make.asked_in(case, staff.counselor, staff.sro)
    status, words = page(staff.counselor, case)
    assert (status, "Lee Liaison" in words, "Fri, Nov 20, 2026" in words) == (200, True, True)
    assert page(staff.sro, case)[0] == 403
    assert page(staff.elsewhere, case)[0] == 404
    kinds = [(event.verb, event.result) for event in Event.objects.using("owner").order_by("-number")[:3]]
    assert kinds == [("case_not_found", "not_found"), ("case_readings", "denied"), ("case_viewed", "done")]


def test_an_officer_and_whoever_reads_in_an_emergency_are_told_of_no_reader() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    opened(staff.administrator, now, case=case.pk)
    make.asked_in(case, staff.counselor, staff.sro, at=now)
    make.opened_in_emergency(case, staff.counsel)
    for person in (staff.sro, staff.counsel):
        assert make.as_seen(case, person).my_role in ("sro", "emergency")
        assert shown_to(person, case) == []


def test_a_week_in_which_a_report_was_made_is_not_told_apart_into_days() -> None:
    """That the report was made is known, with its time: whoever alone opened the case that day would be named by it."""
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    for person, at in (
        (staff.counselor, AT),
        (staff.administrator, AT - 3 * DAY),
        (staff.liaison, AT + 7 * DAY),
    ):
        opened(person, at, case=case.pk)
        opened(person, at, case=case.pk)
    monday = date(2026, 11, 16)
    assert shown_to(staff.administrator, case) == [
        ("Lee", date(2026, 11, 27), False),
        ("Ada", monday, True),
        ("Casey", monday, True),
    ]


def test_whoever_reads_what_is_offered_to_them_at_another_school_has_opened_it() -> None:
    """And has not where the offer is kept from them, or they do not find it."""
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    offer = make.offered(case, staff.counselor, staff.elsewhere, at=now)
    client = Client()
    for person, found in ((staff.elsewhere, 200), (staff.social_worker, 404)):
        client.force_login(person)
        assert client.get(reverse("cases:transfer", args=[offer.pk])).status_code == found
    expected = [("Ellis", now.astimezone(case.zone).date(), False)]
    assert shown_to(staff.counselor, case) == shown_to(staff.administrator, case) == expected
    assert shown_to(staff.elsewhere, case) == []
    assert "Ellis Elsewhere" in page(staff.counselor, case)[1]
