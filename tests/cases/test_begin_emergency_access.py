"""Somebody of the district opens a case that they are not on: for hours, to read, and it is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, EmergencyAccess
from cases.models.emergency import LASTS
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid

pytestmark = pytest.mark.django_db


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def case_now(staff: make.Staff) -> Case:
    """A case in which nothing is late, and nothing asked of the district."""
    return make.another_case(staff, at=database_now())


def role_of(person: User, case: Case) -> str | None:
    with acting_as(person.pk):
        found = Case.objects.visible_to(person).filter(pk=case.pk).first()
        return found.my_role if found else None


def opened_days_ago(case: Case, person: User) -> EmergencyAccess:
    """What nobody has looked at, and should have."""
    begun_at = database_now() - timedelta(days=10)
    access = EmergencyAccess(case=case, person=person, begun_at=begun_at, until=begun_at + LASTS)
    access.review_by = begun_at + timedelta(days=2)
    with acting_as(person.pk):
        access.save(force_insert=True)
    return access


def test_the_case_opens_for_four_hours_and_the_reason_is_kept() -> None:
    staff = make.Staff()
    case = case_now(staff)
    for person in (staff.liaison, staff.counsel):
        assert role_of(person, case) is None
        access = make.opened_in_emergency(case, person)
        assert role_of(person, case) == "emergency"
        assert access.until - access.begun_at == LASTS == timedelta(hours=4)
        assert access.reason(make.as_seen(case, staff.counselor).key) == "Threats."


@pytest.mark.parametrize("written", ["{0}{1}", "{0} {1}", "{0} - {1}", " {0}\u2013{1} "])
def test_its_number_is_taken_however_it_is_written(written: str) -> None:
    staff = make.Staff()
    case = case_now(staff)
    typed = written.format(*case.number.lower().split("-"))
    answer = signed_in(staff.counsel).post(
        reverse("cases:begin_emergency_access"), {"number": typed, "reason": "Threats."}
    )
    assert answer.status_code == 302
    assert answer.url == case.get_absolute_url()


def test_it_is_over_after_four_hours() -> None:
    staff = make.Staff()
    case = case_now(staff)
    opened_days_ago(case, staff.counsel)
    assert role_of(staff.counsel, case) is None
    assert signed_in(staff.counsel).get(case.get_absolute_url()).status_code == 404


def test_every_page_of_it_says_that_it_is_open_in_an_emergency_and_until_when() -> None:
    staff = make.Staff()
    case = case_now(staff)
    client = signed_in(staff.counsel)
    answer = client.post(
        reverse("cases:begin_emergency_access"), {"number": case.number.lower(), "reason": "Threats."}
    )
    assert answer.url == case.get_absolute_url()
    for name in ("case", "case_reminders"):
        page = client.get(reverse(f"cases:{name}", args=[case.pk])).content.decode()
        assert "Opened in an emergency, to read: until" in page


def test_whoever_reads_in_an_emergency_writes_nothing_by_any_verb_or_page() -> None:
    staff = make.Staff()
    case = case_now(staff)
    make.opened_in_emergency(case, staff.counsel)
    with pytest.raises(NotPermitted):
        workflow.exclude_person(
            actor=staff.counsel, case=case, person=staff.teacher, reason="Her aunt.", at=database_now()
        )
    client = signed_in(staff.counsel)
    assert client.get(reverse("cases:close_case", args=[case.pk])).status_code == 403
    assert "Close the case" not in client.get(case.get_absolute_url()).content.decode()


def test_nor_into_any_table_of_the_case() -> None:
    staff = make.Staff()
    case = case_now(staff)
    make.opened_in_emergency(case, staff.counsel)
    changes = {
        "cases_case": "UPDATE cases_case SET status = 'closed' WHERE id = %s",
        "cases_caseperson": "UPDATE cases_caseperson SET until = now() WHERE case_id = %s",
        "cases_steppart": "UPDATE cases_steppart SET outcome = 'done' WHERE case_id = %s",
        "cases_trackrun": "UPDATE cases_trackrun SET ended_at = now() WHERE case_id = %s",
        "cases_checkin": "UPDATE cases_checkin SET state = 'ended' WHERE case_id = %s",
        "cases_checkinplan": "UPDATE cases_checkinplan SET ended_at = now() WHERE case_id = %s",
        "cases_emergencyaccess": "UPDATE cases_emergencyaccess SET reviewed_by_id = person_id WHERE case_id = %s",
    }
    refused = {table for table, change in changes.items() if is_refused(staff.counsel, change, case)}
    assert refused == set(changes)


def is_refused(person: User, change: str, case: Case) -> bool:
    try:
        with transaction.atomic(), acting_as(person.pk), connection.cursor() as cursor:
            cursor.execute(change, [case.pk])
    except DatabaseError as error:
        return getattr(error.__cause__, "sqlstate", "") == "42501"
    return False


def test_what_is_not_the_teams_stays_closed() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    make.record(case, staff.counselor, "regular_contact", at=now, values={"student_safe": "yes"})
    make.opened_in_emergency(case, staff.counsel)
    page = signed_in(staff.counsel).get(case.get_absolute_url()).content.decode()
    assert "Restricted section" in page


def test_nobody_of_a_school_opens_one() -> None:
    staff = make.Staff()
    case = case_now(staff)
    for person in (staff.elsewhere, staff.sro, staff.teacher, staff.administrator):
        with pytest.raises(NotPermitted):
            make.opened_in_emergency(case, person)
        assert signed_in(person).get(reverse("cases:begin_emergency_access")).status_code == 404


def test_a_case_that_is_kept_from_somebody_is_there_for_them_no_more_than_one_that_is_not() -> None:
    staff = make.Staff()
    case = case_now(staff)
    workflow.exclude_person(
        actor=staff.counselor, case=case, person=staff.counsel, reason="Her uncle.", at=database_now()
    )
    client = signed_in(staff.counsel)
    texts = []
    for number in (case.number, "ZZZZ-ZZZZ"):
        page = client.post(reverse("cases:begin_emergency_access"), {"number": number, "reason": "Threats."})
        texts.append((page.status_code, page.content.decode().replace(number, "")))
    assert texts[0][0] == texts[1][0] == 422
    assert "There is no case with this number" in texts[0][1]
    assert EmergencyAccess.objects.count() == 0


@pytest.mark.parametrize(
    ("given", "field"),
    [({"reason": ""}, "reason"), ({"reason": "\x07"}, "reason"), ({"number": "x"}, "number")],
)
def test_it_needs_a_case_and_a_reason(given: dict[str, Any], field: str) -> None:
    staff = make.Staff()
    case = case_now(staff)
    with invalid(field):
        workflow.begin_emergency_access(
            actor=staff.counsel, at=database_now(), **({"number": case.number, "reason": "Threats."} | given)
        )


def test_what_does_not_open_the_case_to_them_after_all_is_taken_back() -> None:
    staff = make.Staff()
    case = case_now(staff)
    with pytest.raises(Absent):
        workflow.begin_emergency_access(
            actor=staff.counsel, number=case.number, reason="Threats.", at=database_now() - LASTS
        )
    assert role_of(staff.counsel, case) is None
    assert EmergencyAccess.objects.using("owner").count() == 0


def test_whoever_sees_the_case_anyhow_is_told_so() -> None:
    staff = make.Staff()
    case = make.with_liaison(case_now(staff), staff, at=database_now())
    with invalid("number"):
        make.opened_in_emergency(case, staff.liaison)


def test_what_nobody_looked_at_in_time_locks_the_right_until_somebody_does() -> None:
    """By `emergency_locked`, and theirs alone."""
    staff = make.Staff()
    case, other = case_now(staff), case_now(staff)
    access = opened_days_ago(case, staff.counsel)
    with conflict("nobody has looked yet"):
        make.opened_in_emergency(other, staff.counsel)
    assert make.opened_in_emergency(other, staff.liaison).pk
    workflow.review_emergency_access(
        actor=staff.counselor,
        case=case,
        access=access,
        finding="not_needed",
        note="A mistake.",
        at=database_now(),
    )
    assert make.opened_in_emergency(other, staff.counsel).pk


def test_postgresql_lets_nobody_in_who_may_not() -> None:
    staff = make.Staff()
    case = case_now(staff)
    now = database_now()
    other = make.user("Lou Liaison", Role.LIAISON)
    for actor, person in ((staff.elsewhere, staff.elsewhere), (staff.counsel, other)):
        row = EmergencyAccess(
            case=case, person=person, begun_at=now, until=now + LASTS, review_by=now + timedelta(days=2)
        )
        with pytest.raises(DatabaseError, match="row-level security"), acting_as(actor.pk):
            row.save(force_insert=True)
