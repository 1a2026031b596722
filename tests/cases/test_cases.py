"""The case as a whole: who comes on it, how it closes and opens again, and what a mistake leaves behind."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from cases import workflow
from cases.deadlines import closed_days, due_at
from cases.models import Case, CasePerson, Concern, Entry
from cases.reading.readers import who_opened
from cases.reading.work import waiting_for
from csec.directory.models import Closure
from csec.errors import NotPermitted
from csec.identity import acting_as
from protocols.schema import Due
from tests import make
from tests.make import AT

pytestmark = pytest.mark.django_db


def report(staff: make.Staff, case: Case) -> None:
    part = make.part(case, staff.counselor, "report")
    workflow.record_outcome(
        actor=staff.counselor,
        part=part,
        version=part.version,
        outcome="done",
        happened_at=AT,
        values={"phoned_at": AT, "written_at": AT, "agency": "Child Welfare Services"},
        at=AT,
    )
    make.confirmed(case)


def close(staff: make.Staff, case: Case, words: str = "Others go on.") -> None:
    left = {part.pk: words for part in make.parts(case, staff.counselor)}
    workflow.close_case(
        actor=staff.counselor,
        case=case,
        outcome="other_support",
        reason="Over.",
        left_open=left,
        last_look="Well.",
        at=AT,
    )


def test_a_case_does_not_close_while_a_report_is_open_whatever_is_explained() -> None:
    staff = make.Staff()
    case = make.case(staff)
    with pytest.raises(workflow.Conflict) as told:
        close(staff, case)
    assert "cannot be explained away" in str(told.value.words)


def test_each_part_left_open_is_explained_by_itself() -> None:
    staff = make.Staff()
    case = make.case(staff, "suspected_recruiter")
    make.opted_out(case)
    with pytest.raises(workflow.Invalid) as refused:
        close(staff, case, words=" ")
    assert len(refused.value.fields) == len(make.parts(case, staff.counselor))


def test_closing_ends_what_recurs_and_reopening_asks_again_the_same_day() -> None:
    staff = make.Staff()
    case = make.case(staff)
    report(staff, case)
    contact = make.part(case, staff.counselor, "regular_contact")
    workflow.record_checkin(
        actor=staff.counselor,
        part=contact,
        version=0,
        seen=True,
        happened_at=AT,
        next_on=date(2026, 11, 25),
        at=AT,
    )
    close(staff, case)
    assert make.reload(contact, staff.counselor).next_on is None
    with acting_as(staff.counselor.pk):
        assert waiting_for(staff.counselor, AT).nothing
    workflow.reopen_case(actor=staff.counselor, case=case, reason="She came back.", at=AT)
    assert make.reload(contact, staff.counselor).next_on == date(2026, 11, 20)
    with acting_as(staff.counselor.pk):
        assert not waiting_for(staff.counselor, AT).nothing


def test_a_contact_that_was_done_is_asked_again_on_its_day_and_late_after_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    contact = make.part(case, staff.counselor, "regular_contact")
    workflow.record_checkin(
        actor=staff.counselor,
        part=contact,
        version=0,
        seen=True,
        happened_at=AT,
        next_on=date(2026, 11, 20),
        at=AT,
    )
    late_at = AT.replace(day=21, hour=9)
    with acting_as(staff.counselor.pk):
        today, tomorrow = waiting_for(staff.counselor, AT), waiting_for(staff.counselor, late_at)
    assert contact.pk not in {task.part.pk for task in today.late.shown}
    assert contact.pk in {task.part.pk for task in tomorrow.late.shown}
    with acting_as(staff.administrator.pk):
        overseen = waiting_for(staff.administrator, late_at)
    assert contact.pk in {task.part.pk for task in overseen.late_with_others.shown}


def test_a_case_opened_by_mistake_leaves_the_lists_and_its_concerns_go_back() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    case = make.case(staff, about=concern)
    workflow.void_case(actor=staff.liaison, case=case, reason="Another student was meant.", at=AT)
    with acting_as(staff.counselor.pk):
        assert not Case.objects.visible_to(staff.counselor).open().exists()
        waiting = Concern.objects.visible_to(staff.counselor).held_by(staff.counselor).waiting()
        assert [one.pk for one in waiting] == [concern.pk]


def test_a_wrong_student_is_corrected_with_its_concerns_and_the_report_is_open_again() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    case = make.case(staff, about=concern)
    report(staff, case)
    right = make.student(staff.school, "Robin", "Reed")
    workflow.correct_student(actor=staff.counselor, case=case, student=right, reason="Mixed up.", at=AT)
    assert make.as_seen(case, staff.counselor).student_id == right.pk
    assert make.reload(concern, staff.counselor).student_id == right.pk
    again = make.part(case, staff.counselor, "report")
    assert again.outcome == ""
    with acting_as(staff.counselor.pk):
        entries = list(again.entries.order_by("number").values_list("outcome", "actor"))
    assert entries == [("done", None), ("reopened", None)]


def test_a_student_who_was_not_known_is_named_without_touching_the_report() -> None:
    staff = make.Staff()
    case = make.case(staff, about=make.concern(staff, student=None, student_described="Red jacket."))
    report(staff, case)
    workflow.correct_student(actor=staff.counselor, case=case, student=staff.student, reason="Found.", at=AT)
    assert make.part(case, staff.counselor, "report").outcome == "done"


def test_the_last_who_carries_a_case_is_not_taken_off_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    with acting_as(staff.counselor.pk):
        mine = CasePerson.objects.get(case=case, person=staff.counselor)
    with pytest.raises(workflow.Conflict) as told:
        workflow.remove_person(actor=staff.counselor, case=case, person=mine, reason="Leave.", at=AT)
    assert "takes over first" in str(told.value.words)
    workflow.add_person(
        actor=staff.counselor,
        case=case,
        person=staff.social_worker,
        role="social_worker",
        reason="Takes over.",
        at=AT,
    )
    workflow.remove_person(actor=staff.counselor, case=case, person=mine, reason="Leave.", at=AT)
    with acting_as(staff.counselor.pk):
        assert not Case.objects.visible_to(staff.counselor).exists()


def test_an_officer_who_declines_no_longer_sees_the_case_and_the_step_is_open_again() -> None:
    staff = make.Staff()
    case = make.case(staff)
    notify = make.part(case, staff.counselor, "notify")
    request = workflow.request_sro(actor=staff.counselor, part=notify, version=0, officer=staff.sro, at=AT)
    with acting_as(staff.sro.pk):
        assert [asked.pk for asked in waiting_for(staff.sro, AT).requests] == [request.pk]
    workflow.decline_request(actor=staff.sro, request=request, reason="On leave until Monday.", at=AT)
    assert make.part(case, staff.counselor, "notify").outcome == ""
    with acting_as(staff.sro.pk):
        assert not Case.objects.visible_to(staff.sro).exists()


def test_somebody_without_the_role_at_the_school_cannot_be_added_or_asked() -> None:
    staff = make.Staff()
    case = make.case(staff)
    with pytest.raises(workflow.Invalid):
        workflow.add_person(
            actor=staff.counselor,
            case=case,
            person=staff.elsewhere,
            role="counselor",
            reason="Knows her.",
            at=AT,
        )
    notify = make.part(case, staff.counselor, "notify")
    with pytest.raises(workflow.Invalid):
        workflow.request_sro(actor=staff.counselor, part=notify, version=0, officer=staff.teacher, at=AT)


@pytest.mark.django_db(transaction=True)
def test_those_who_opened_a_case_are_told_to_whoever_corrects_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    browser = Client()
    browser.force_login(staff.administrator)
    browser.get(case.get_absolute_url())
    with acting_as(staff.counselor.pk):
        assert who_opened(case) == ["Ada Administrator"]
    with acting_as(staff.elsewhere.pk):
        assert who_opened(case) == []


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (Due(hours=36, after="known"), "2026-11-22T02:50-08:00"),
        (Due(school_days=0), "2026-11-20T16:00-08:00"),
        (Due(school_days=1), "2026-11-30T16:00-08:00"),
        (Due(school_days=2), "2026-12-01T16:00-08:00"),
    ],
)
def test_school_days_pass_over_weekends_and_closures_and_hours_do_not(due: Due, expected: str) -> None:
    school = make.school()
    Closure.objects.create(
        school=None, name="Thanksgiving", first_day=date(2026, 11, 23), last_day=date(2026, 11, 27)
    )
    closed = closed_days(school, since=date(2026, 11, 20))
    at = due_at(due, opened_at=AT, known_at=AT, zone=school.zone, closed=closed)
    assert at.astimezone(school.zone).isoformat(timespec="minutes") == expected


def test_the_36_hours_are_elapsed_hours_when_the_clocks_change() -> None:
    school = make.school()
    learned = datetime(2026, 3, 8, 4, 0, tzinfo=UTC)  # Sat 7 Mar, 20:00 PST
    at = due_at(
        Due(hours=36, after="known"), opened_at=learned, known_at=learned, zone=school.zone, closed=set()
    )
    assert at.astimezone(school.zone).isoformat(timespec="minutes") == "2026-03-09T09:00-07:00"


def test_a_request_to_the_officer_is_not_corrected_behind_the_officers_back() -> None:
    staff = make.Staff()
    case = make.case(staff)
    notify = make.part(case, staff.counselor, "notify")
    workflow.request_sro(actor=staff.counselor, part=notify, version=0, officer=staff.sro, at=AT)
    with acting_as(staff.counselor.pk):
        entry = Entry.objects.get(part=notify)
    with pytest.raises(NotPermitted):
        workflow.correct_entry(
            actor=staff.counselor, entry=entry, outcome="reopened", happened_at=AT, reason="Mistake.", at=AT
        )
