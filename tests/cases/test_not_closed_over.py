"""A case is not closed, and not made void, over a student whom nobody has seen."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Alert
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db

LATE = AT + timedelta(days=5)


def ready(staff: make.Staff) -> Any:
    case = make.case(staff)
    make.reported(case, staff.counselor)
    return case


def close(
    staff: make.Staff, case: Any, outcome: str, *, by: User | None = None, acknowledged: str = ""
) -> None:
    workflow.close_case(
        actor=by or staff.counselor,
        case=case,
        outcome=outcome,
        reason="Over.",
        left_open=make.left_open(case, staff.counselor),
        last_look="Asked once more.",
        acknowledged=acknowledged,
        at=LATE,
    )


def test_a_late_check_in_holds_it_open_until_the_student_was_seen() -> None:
    staff = make.Staff()
    case = ready(staff)
    with conflict("A check-in is late."):
        close(staff, case, "no_longer_needed")
    make.record(case, staff.counselor, "regular_contact", at=LATE)
    close(staff, case, "no_longer_needed")
    assert make.as_seen(case, staff.counselor).status == "closed"


def test_over_a_late_check_in_of_a_student_who_left_one_who_answers_for_the_case_closes_and_says_who_knows() -> (
    None
):
    staff = make.Staff()
    case = ready(staff)
    known = "Birch Middle, Ms. Okafor, by telephone today."
    with conflict("the administrator or the liaison closes the case"):
        close(staff, case, "left", acknowledged=known)
    for person in (staff.administrator, staff.liaison):
        for words in ("", " ", "\x07", "x" * 5001):
            with invalid("acknowledged"):
                close(staff, case, "left", by=person, acknowledged=words)
        with conflict("A check-in is late. See the student first"):
            close(staff, case, "other", by=person, acknowledged=known)
    close(staff, case, "left", by=staff.liaison, acknowledged=known)
    decision, words_kept = make.decided(case, staff.counselor, "closed")
    assert (decision.by, words_kept["acknowledged"]) == (staff.liaison, known)


def test_the_page_names_the_late_check_in_and_who_may_close_over_it() -> None:
    staff = make.Staff()
    opened_at = database_now() - timedelta(days=20)
    case = make.case(staff, at=opened_at)
    make.reported(case, staff.counselor, at=opened_at)
    path = reverse("cases:close_case", args=[case.pk])
    contact = make.part(case, staff.counselor, "regular_contact")
    pages = {}
    for person in (staff.counselor, staff.administrator):
        client = Client()
        client.force_login(person)
        pages[person] = client.get(path).content.decode()
        assert "A check-in is late since" in pages[person]
        assert reverse("cases:record_checkin", args=[case.pk, contact.pk]) in pages[person]
    assert 'name="acknowledged"' in pages[staff.administrator]
    assert 'name="acknowledged"' not in pages[staff.counselor]
    assert "by the administrator or the liaison" in pages[staff.counselor]


def test_an_alert_holds_it_open_until_what_was_found_is_written_down() -> None:
    staff = make.Staff()
    case = ready(staff)
    make.record(case, staff.counselor, "regular_contact", at=LATE, values={"student_safe": "no"})
    with conflict("Write down first what was found"):
        close(staff, case, "no_longer_needed")
    with conflict("Write down first what was found"):
        workflow.void_case(actor=staff.liaison, case=case, reason="By mistake.", at=LATE)
    with acting_as(staff.counselor.pk):
        alert = Alert.objects.get(case=case)
    workflow.end_alert(actor=staff.counselor, case=case, alert=alert, reason="Safe with her aunt.", at=LATE)
    # What was new of the student is a report of its own.
    with conflict("A duty to report is still open"):
        close(staff, case, "no_longer_needed")
    make.confirmed(case, at=LATE)
    close(staff, case, "no_longer_needed")
