"""A case opened by mistake leaves every list, and nothing of it is lost."""

from datetime import timedelta

import pytest

from cases import workflow
from cases.models import Case, Concern
from cases.reading.work import waiting_for
from csec.identity import acting_as
from tests import make
from tests.cases.clocks import unhurried
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(hours=1)


def test_voiding_ends_nobodys_duty_to_report() -> None:
    staff = make.Staff()
    case = make.case(staff)
    workflow.void_case(actor=staff.liaison, case=case, reason="The wrong student.", at=LATER)
    with acting_as(staff.counselor.pk):
        unhurried(Concern.objects.get())
    for person in (staff.counselor, staff.administrator):
        with acting_as(person.pk):
            work = waiting_for(person, LATER)
        assert [task.part.part for task in work.now] == ["report"]
        assert [*work.late.shown, *work.next.shown, *work.late_with_others.shown] == []
    make.reported(case, staff.counselor, at=LATER)
    with acting_as(staff.administrator.pk):
        assert waiting_for(staff.administrator, LATER).nothing


def test_nothing_else_of_it_waits_for_anybody_and_its_entries_stay() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    workflow.void_case(actor=staff.liaison, case=case, reason="The wrong student.", at=LATER)
    with acting_as(staff.sro.pk):
        assert waiting_for(staff.sro, LATER).nothing
    with acting_as(staff.counselor.pk):
        assert case.entries.count() == 1
        assert Case.objects.visible_to(staff.counselor).get(pk=case.pk).status == "voided"
    decision, words = make.decided(case, staff.counselor, "voided")
    assert (decision.by, words) == (staff.liaison, {"reason": "The wrong student."})


def test_every_concern_in_it_waits_for_its_receiver_again_and_opens_another_case() -> None:
    staff = make.Staff()
    first, second = make.concern(staff), make.concern(staff)
    case = make.case(staff, about=first)
    workflow.attach_concern(actor=staff.counselor, concern=second, case=case, reason="Same.", at=AT)
    workflow.void_case(actor=staff.liaison, case=case, reason="The wrong student.", at=LATER)
    for concern in (first, second):
        kept = make.reload(concern, staff.counselor)
        assert (kept.status, kept.case_id, kept.ended_at, kept.ended_by_id) == ("received", None, None, None)
        with acting_as(staff.counselor.pk):
            assert kept.ending() == {}
    assert make.case(staff, about=first).pk != case.pk


def test_it_needs_a_reason() -> None:
    staff = make.Staff()
    case = make.case(staff)
    with invalid("reason"):
        workflow.void_case(actor=staff.liaison, case=case, reason="", at=LATER)
    assert make.as_seen(case, staff.counselor).is_open


def test_it_is_voided_once_and_nothing_is_recorded_after_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    workflow.void_case(actor=staff.liaison, case=case, reason="The wrong student.", at=AT)
    words = "Lee Liaison voided this case on Fri, Nov 20, 2:50 PM. Nothing can be recorded in it."
    with conflict(words):
        workflow.void_case(actor=staff.liaison, case=case, reason="Again.", at=LATER)
    with conflict(words):
        make.record(case, staff.administrator, "impact", "unable")


def test_who_said_that_no_report_applies_is_asked_anew_when_the_concern_comes_back() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    case = make.case(staff, about=concern)
    make.record(case, staff.counselor, "report", "not_applicable", reason="She is twenty.")
    [teachers] = make.duties(staff.teacher)
    workflow.record_report(
        actor=staff.teacher, duty=teachers, outcome="not_applicable", reason="She is twenty.", at=AT
    )
    assert make.duties(staff.counselor) == make.duties(staff.teacher) == []
    workflow.void_case(actor=staff.liaison, case=case, reason="The wrong student.", at=LATER)
    for person in (staff.counselor, staff.teacher):
        [duty] = make.duties(person)
        assert (duty.number, duty.case_id, duty.concern_id, duty.asked_at) == (2, None, concern.pk, LATER)
        assert duty.due_at == LATER + timedelta(hours=36)
    new = make.case(staff, about=concern, at=LATER)
    assert make.part(new, staff.counselor, "report").is_open
    assert [duty.case_id for duty in make.duties(staff.counselor)] == [new.pk]


def test_a_report_that_was_made_is_not_asked_of_its_author_again() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.own_report(case, staff.counselor)
    workflow.void_case(actor=staff.liaison, case=case, reason="The wrong student.", at=LATER)
    assert make.duties(staff.counselor) == []
