"""What nobody holds or carries any more, and what nobody is asked for, stands on somebody's first screen."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from cases import workflow
from cases.models import Case, CasePerson, StepPart
from cases.reading.work import waiting_for
from cases.workflow.sro import officers_for
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.errors import Absent
from csec.identity import acting_as
from tests import make
from tests.cases.clocks import unhurried
from tests.make import AT

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def left(person: User, *, on: date = date(2026, 11, 1)) -> None:
    """The person is no longer at their school."""
    person.memberships.update(until=on)


def without_cache(person: User) -> User:
    """The person as the next request knows them."""
    return User.objects.get(pk=person.pk)


def first_screen(person: User, at: Any = AT, **more: Any) -> Any:
    with acting_as(person.pk):
        return waiting_for(without_cache(person), at, **more)


def test_a_concern_whose_receiver_and_backup_have_left_is_with_those_who_answer_for_the_school() -> None:
    staff = make.Staff()
    concern = unhurried(make.concern(staff))
    left(staff.counselor)
    for person in (staff.administrator, staff.liaison):
        assert first_screen(person).concerns == []
    left(staff.social_worker)
    for person in (staff.administrator, staff.liaison):
        assert [one.pk for one in first_screen(person).concerns] == [concern.pk]
    for person in (staff.counselor, staff.social_worker, staff.counsel, staff.elsewhere):
        assert first_screen(person).concerns == []
    workflow.open_case(
        actor=staff.administrator, concern=concern, track="suspected_victim", reason="It fits.", at=AT
    )


def test_a_concern_that_nobody_holds_still_goes_past_whoever_is_implicated() -> None:
    staff = make.Staff()
    concern = make.concern(staff, implicated=[staff.administrator])
    left(staff.counselor)
    left(staff.social_worker)
    assert first_screen(staff.administrator).concerns == []
    with pytest.raises(Absent):
        workflow.close_concern(actor=staff.administrator, concern=concern, reason="Mine.", at=AT)
    workflow.accept_concern(actor=staff.liaison, concern=concern, at=AT)


def test_what_is_added_to_a_concern_in_a_case_waits_until_a_carer_has_read_it() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    make.case(staff, about=concern)
    assert first_screen(staff.counselor).concerns == []
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="Bruises today.", at=AT)
    for person in (staff.counselor, staff.administrator, staff.liaison):
        assert [one.pk for one in first_screen(person).concerns] == [concern.pk]
    assert first_screen(staff.social_worker).concerns == []
    page = signed_in(staff.counselor).get(concern.get_absolute_url()).content.decode()
    assert "I have read it" in page
    workflow.accept_concern(actor=staff.counselor, concern=concern, at=AT)
    assert first_screen(staff.administrator).concerns == []


def test_another_concern_in_the_case_asks_for_a_report_again_that_was_called_not_applicable() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.record(case, staff.counselor, "report", "not_applicable", reason="A misunderstanding.")
    workflow.attach_concern(
        actor=staff.counselor, concern=make.concern(staff), case=case, reason="The same.", at=AT
    )
    assert make.part(case, staff.counselor, "report").outcome == ""
    assert [task.part.part for task in first_screen(staff.counselor).now] == ["report"]


def test_whoever_left_the_school_has_left_its_cases() -> None:
    staff = make.Staff()
    case = make.case(staff)
    assert signed_in(staff.counselor).get(case.get_absolute_url()).status_code == 200
    left(staff.counselor)
    with acting_as(staff.counselor.pk):
        assert not Case.objects.filter(pk=case.pk).exists()
        assert not Case.objects.visible_to(without_cache(staff.counselor)).exists()
    # Whoever has left every school is not signed in any more; where it was, they are not told.
    assert signed_in(staff.counselor).get(case.get_absolute_url()).status_code == 302


def test_a_case_that_nobody_carries_stands_on_the_first_screen_of_those_who_answer_for_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    assert first_screen(staff.administrator).nobodys.shown == []
    left(staff.counselor)
    for person in (staff.administrator, staff.liaison):
        assert first_screen(person).nobodys.shown == [case]
        page = signed_in(person).get("/").content.decode()
        assert "Nobody carries this case" in page
    page = signed_in(staff.administrator).get(case.get_absolute_url()).content.decode()
    assert "Nobody carries this case" in page
    assert "no longer at this school" in page


def test_the_last_carer_is_not_taken_off_because_somebody_who_left_is_still_named() -> None:
    staff = make.Staff()
    case = make.case(staff)
    workflow.add_person(
        actor=staff.counselor, case=case, person=staff.social_worker, role="social_worker", reason="H.", at=AT
    )
    left(staff.social_worker)
    with acting_as(staff.counselor.pk):
        row = CasePerson.objects.get(case=case, person=staff.counselor)
    with pytest.raises(workflow.Conflict):
        workflow.remove_person(actor=staff.counselor, case=case, person=row, reason="Moved.", at=AT)


def test_a_case_in_which_every_step_has_ended_stands_on_the_first_screens() -> None:
    staff = make.Staff()
    case = make.case(staff, "suspected_recruiter")
    assert first_screen(staff.counselor).idle.shown == []
    with acting_as(staff.counselor.pk):
        StepPart.objects.filter(case=case).update(outcome="not_applicable", outcome_at=AT)
    for person in (staff.counselor, staff.administrator):
        assert first_screen(person).idle.shown == [case]
    assert "Every step has ended" in signed_in(staff.counselor).get("/").content.decode()


def test_a_long_list_says_how_many_more_there_are_and_shows_them() -> None:
    staff = make.Staff()
    make.many_cases(staff, 40)
    late_at = AT + timedelta(days=30)
    cut = first_screen(staff.counselor, late_at)
    assert len([task for task in cut.late.shown if task.part.part == "report"]) == 40
    assert cut.late.more > 0
    full = first_screen(staff.counselor, late_at, in_full="late")
    assert (len(full.late.shown), full.late.more) == (len(cut.late.shown) + cut.late.more, 0)
    page = signed_in(staff.counselor).get("/").content.decode()
    assert "?all=" in page


def test_somebody_is_on_a_case_in_one_role_at_a_time() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.Membership.objects.create(
        person=staff.social_worker,
        school=staff.school,
        role=Role.SRO,
        since=make.SINCE,
        agreed_on=make.SINCE,
    )
    given = {"actor": staff.counselor, "case": case, "person": staff.social_worker, "reason": "H.", "at": AT}
    workflow.add_person(role="social_worker", **given)
    with pytest.raises(workflow.Conflict) as told:
        workflow.add_person(role="sro", **given)
    assert "Take them off first" in str(told.value.words)
    with acting_as(staff.counselor.pk):
        assert staff.social_worker not in officers_for(case, at=database_now())


def test_a_liaison_who_is_an_administrator_too_acts_as_the_liaison_where_the_district_is_asked() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.Membership.objects.create(person=staff.administrator, role=Role.LIAISON, since=make.SINCE)
    workflow.void_case(actor=without_cache(staff.administrator), case=case, reason="By mistake.", at=AT)
