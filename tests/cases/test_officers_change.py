"""An officer who leaves, is taken off or is excluded leaves no step behind for which nobody is there."""

from datetime import date, timedelta
from typing import Any

import pytest

from cases import workflow
from cases.models import CasePerson, SroRequest
from cases.reading.work import waiting_for
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.identity import acting_as
from tests import make
from tests.make import AT

pytestmark = pytest.mark.django_db


def first_screen(person: User, at: Any = AT) -> Any:
    with acting_as(person.pk):
        return waiting_for(User.objects.get(pk=person.pk), at)


def left(person: User) -> None:
    person.memberships.update(until=date(2026, 11, 1))


def reported_back(staff: make.Staff, case: Any) -> SroRequest:
    request = make.asked_in(case, staff.administrator, staff.sro)
    workflow.accept_request(actor=staff.sro, request=request, at=AT)
    workflow.report_back(
        actor=staff.sro, request=request, version=0, values={"report_back": "investigating"}, at=AT
    )
    return request


def taken_off(staff: make.Staff, case: Any, person: User) -> None:
    with acting_as(staff.counselor.pk):
        row = CasePerson.objects.get(case=case, person=person)
    workflow.remove_person(actor=staff.counselor, case=case, person=row, reason="Transferred.", at=AT)


def test_a_step_whose_officer_has_left_stands_on_the_first_screens_of_those_who_carry_the_case() -> None:
    staff = make.Staff()
    case = make.case(staff, "suspected_recruiter")
    reported_back(staff, case)
    assert first_screen(staff.administrator).unattended.shown == []
    left(staff.sro)
    for person in (staff.counselor, staff.administrator):
        assert "website" in {task.part.part for task in first_screen(person).unattended.shown}


def test_a_step_of_a_role_that_nobody_on_the_case_has_stands_there_too() -> None:
    staff = make.Staff()
    case = make.case(staff)
    workflow.add_person(
        actor=staff.counselor, case=case, person=staff.social_worker, role="social_worker", reason="C.", at=AT
    )
    left(staff.counselor)
    left(staff.administrator)
    assert "impact" in {task.part.part for task in first_screen(staff.social_worker).unattended.shown}


def test_before_an_officer_was_asked_in_the_officers_steps_are_not_said_to_be_nobodys() -> None:
    staff = make.Staff()
    make.case(staff)
    assert first_screen(staff.administrator).unattended.shown == []


def test_another_officer_can_be_asked_after_one_who_had_reported_back_is_taken_off() -> None:
    staff = make.Staff()
    case = make.case(staff)
    request = reported_back(staff, case)
    taken_off(staff, case, staff.sro)
    other = make.user("Ola Other", Role.SRO, staff.other_school)
    again = make.asked_in(case, staff.counselor, other)
    workflow.accept_request(actor=other, request=again, at=AT)
    make.record(
        case, other, "website", "unable", reason="No access.", review_on=AT.date() + timedelta(days=1)
    )
    with acting_as(staff.counselor.pk):
        assert SroRequest.objects.get(pk=request.pk).answer == "withdrawn"


def test_an_officer_who_is_excluded_is_no_longer_asked_and_another_can_be() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    implicating = make.concern(staff, implicated=[staff.sro])
    workflow.attach_concern(actor=staff.counselor, concern=implicating, case=case, reason="Same.", at=AT)
    assert first_screen(staff.sro).requests == []
    other = make.user("Ola Other", Role.SRO, staff.school)
    make.asked_in(case, staff.counselor, other)
    assert len(first_screen(other).requests) == 1


def test_an_officer_of_another_school_can_be_put_on_the_case_by_name() -> None:
    staff = make.Staff()
    case = make.case(staff)
    borrowed = make.user("Bo Borrowed", Role.SRO, staff.other_school)
    workflow.add_person(
        actor=staff.counselor, case=case, person=borrowed, role="sro", reason="Helps out.", at=AT
    )
    assert make.as_seen(case, borrowed).my_role == "sro"
