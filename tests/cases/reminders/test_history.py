"""What staff can read of the reminders, and what one's calendar is told."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import CheckIn
from csec.accounts.models import User
from tests import make
from tests.cases.reminders.test_sweep_check_ins import DUE
from tests.cases.reminders.worker import covered, swept
from tests.make import AT

pytestmark = pytest.mark.django_db(transaction=True)

LATE = DUE + timedelta(hours=2)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: User, name: str, *args: object) -> str:
    return signed_in(person).get(reverse(f"cases:{name}", args=args)).content.decode()


def test_those_on_a_case_read_to_whom_what_was_said_and_who_sees_to_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    covered(staff, case, AT)
    swept(LATE)
    check_in = CheckIn.objects.using("owner").get(case=case)
    seen = make.as_seen(case, staff.administrator)
    workflow.take_over(actor=staff.administrator, case=seen, subject=check_in.pk, at=LATE)
    for text in (page(staff.counselor, "case_reminders", case.pk), page(staff.liaison, "reminders")):
        assert "to those who answer for the case" in text
        assert "Sam Socialworker" in text
        assert "Waiting" in text
        assert "Ada Administrator <span" in text


def test_an_answer_and_a_student_who_was_seen_are_seen_to_as_well() -> None:
    staff = make.Staff()
    case = make.case(staff)
    request = make.asked_in(case, staff.counselor, staff.sro)
    swept(LATE)
    before = page(staff.counselor, "case_reminders", case.pk)
    workflow.accept_request(actor=staff.sro, request=request, at=LATE)
    make.record(case, staff.counselor, "regular_contact", at=LATE, values={"student_safe": "yes"})
    after = page(staff.counselor, "case_reminders", case.pk)
    for who in ("Olu Officer <span", "Casey Counselor <span"):
        assert who not in before
        assert who in after


def test_the_officer_and_somebody_elsewhere_read_their_own_messages_alone() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    swept(AT)
    officers = page(staff.sro, "reminders")
    assert "The SRO was asked in" in officers
    assert "Casey Counselor" not in officers
    assert "Report to Child Welfare" not in officers
    assert case.number not in page(staff.elsewhere, "reminders")
    answer = signed_in(staff.elsewhere).get(reverse("cases:case_reminders", args=[case.pk]))
    assert answer.status_code == 404


def test_somebody_excluded_reads_nothing_of_it() -> None:
    staff = make.Staff()
    case = make.case(staff, about=make.concern(staff, implicated=[staff.administrator]))
    swept(LATE)
    assert case.number not in page(staff.administrator, "reminders")
