"""An administrator finds each open case on the first screen: its step, how long it is open, and who has it."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, StepPart
from cases.reading.own_days import opened
from cases.reading.queues import AT_FIRST
from cases.reading.work import Work, waiting_for
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make

pytestmark = pytest.mark.django_db

FORTNIGHT = timedelta(days=14)


def work_of(person: User, *, in_full: str = "") -> Work:
    with acting_as(person.pk):
        return waiting_for(person, database_now(), in_full=in_full)


def page_of(person: User, path: str = "/") -> str:
    client = Client()
    client.force_login(person)
    return client.get(path).content.decode()


def section(page: str, name: str) -> str:
    """What a list of the first screen says, as it is read."""
    part = page[page.index(f'aria-labelledby="{name}"') :].partition("</section>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", part).split())


def waits_for_the_officer(staff: make.Staff, at: datetime) -> Case:
    """A case about another student in which the administrator and the counselor have done what was theirs."""
    robin = make.student(staff.school, "Robin", "Reed")
    case = make.case(staff, "suspected_recruiter", about=make.concern(staff, student=robin, at=at), at=at)
    request = make.asked_in(case, staff.administrator, staff.sro, at=at)
    workflow.accept_request(actor=staff.sro, request=request, at=at)
    answers = make.part(case, staff.sro, "respond")
    workflow.report_back(
        actor=staff.sro, request=request, version=answers.version, at=at, values={"report_back": "closed"}
    )
    found = {"areas_checked": ["recruitment"], "impact_found": False}
    make.record(case, staff.administrator, "impact", at=at, values=found)
    make.record(case, staff.administrator, "screen", at=at, values={"could_be_victim": "no_sign"})
    make.record(case, staff.administrator, "consequence", "not_applicable", at=at, reason="None fits.")
    return case


def test_a_case_that_is_on_time_with_others_says_its_step_its_age_and_who_has_it() -> None:
    staff = make.Staff()
    case = waits_for_the_officer(staff, database_now() - FORTNIGHT)
    other = make.another_case(staff, at=database_now())
    work = work_of(staff.administrator)
    assert [(one.case, one.definition.kind) for one in work.on_time.shown] == [(case, "website")]
    page = page_of(staff.administrator)
    assert page.index('id="next"') < page.index('id="on_time"') < page.index('id="further"')
    said = section(page, "on_time")
    words = [
        "R4 Enter into the law enforcement website",
        case.number,
        "Robin Reed",
        "waits for Olu Officer",
        str(opened(case, database_now())),
    ]
    assert [one for one in words if one not in said] == []
    assert other.number not in said
    # It waits for nothing of theirs; and for whoever does not answer for the school it is no list.
    assert work.nothing is False
    make.with_liaison(other, staff)
    for person in (staff.counselor, staff.liaison, staff.sro):
        assert work_of(person).on_time.shown == []
        assert "On time, with others" not in page_of(person)


def test_it_says_that_nothing_waits_where_all_is_on_time_with_others() -> None:
    staff = make.Staff()
    make.confirmed(waits_for_the_officer(staff, database_now()), at=database_now())
    page = page_of(staff.administrator)
    assert "Nothing waits for you at the moment." in page
    assert "R4 Enter into the law enforcement website" in section(page, "on_time")


def test_one_that_is_late_or_asks_them_stands_in_that_list_alone() -> None:
    staff = make.Staff()
    case = waits_for_the_officer(staff, database_now())
    with acting_as(staff.administrator.pk):
        StepPart.objects.filter(case=case, part="website").update(due_at=database_now() - FORTNIGHT)
    work = work_of(staff.administrator)
    assert [one.case for one in work.late_with_others.shown] == [case]
    assert work.on_time.shown == []


def test_a_long_list_is_cut_and_the_rest_is_one_press_away() -> None:
    staff, now = make.Staff(), database_now()
    make.many_cases(staff, AT_FIRST + 2, at=now)
    with acting_as(staff.counselor.pk):
        StepPart.objects.exclude(kind="contact").update(outcome="not_applicable", outcome_at=now)
    cut, full = work_of(staff.administrator).on_time, work_of(staff.administrator, in_full="on_time").on_time
    assert (len(cut.shown), cut.more) == (AT_FIRST, 2)
    assert (len({one.case for one in full.shown}), full.more) == (AT_FIRST + 2, 0)
    assert '<a href="/?all=on_time#on_time">2 more: On time, with others</a>' in page_of(staff.administrator)


def test_each_step_says_its_printed_number_and_the_age_of_the_case_to_an_administrator_alone() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now() - FORTNIGHT)
    make.reported(case, staff.counselor, at=database_now() - FORTNIGHT)
    age = str(opened(case, database_now()))
    page = page_of(staff.administrator)
    for name, label in (("late", "S3 Look into the impact"), ("late_with_others", "S7 Regular contact")):
        assert label in section(page, name)
        assert age in section(page, name)
    counselors = section(page_of(staff.counselor), "late")
    assert "Regular contact" in counselors
    assert "S7" not in counselors
    assert age not in counselors


def test_an_administrator_reads_what_was_asked_of_their_students_records_while_counsel_answers() -> None:
    staff, now = make.Staff(), database_now()
    make.case(staff, at=now)
    robin, stranger = (
        make.student(staff.school, "Robin", "Reed"),
        make.student(staff.school, "Sasha", "Stone"),
    )
    late = make.records_request(staff, at=now - FORTNIGHT)
    own = make.records_request(staff, by=staff.administrator, student=robin, asker="subpoena", at=now)
    make.records_request(staff, student=stranger, at=now)
    work = work_of(staff.administrator)
    assert [(one.row, one.late) for one in work.with_counsel.shown] == [(late, True), (own, False)]
    assert work.records == []
    page = page_of(staff.administrator)
    said = section(page, "with_counsel")
    assert "Neither confirm nor deny" in said
    rows = said[said.index("Avery Brook") :]
    order = ["Avery Brook", "answer was due", "A parent or guardian", "came", "with legal counsel"]
    order += ["Robin Reed", "answer due", "A subpoena or court order"]
    assert [rows.index(words) for words in order] == sorted(rows.index(words) for words in order)
    assert f'href="{reverse("directory:cards")}#office">The card for the office</a>' in page
    assert "Sasha Stone" not in page
    # They may not open it.
    assert late.get_absolute_url() not in page
    # Counsel has it under what is now; whoever carries the case has no list of it.
    assert [one.row for one in work_of(staff.counsel).records][:1] == [late]
    for person in (staff.counsel, staff.counselor, staff.liaison, staff.teacher):
        assert work_of(person).with_counsel.shown == []
        assert 'id="with_counsel"' not in page_of(person)


def test_a_request_alone_is_not_nothing_and_is_over_when_counsel_has_answered() -> None:
    staff = make.Staff()
    request = make.records_request(staff, by=staff.administrator, at=database_now())
    work = work_of(staff.administrator)
    assert not work.nothing
    assert work.waits_now == 0
    assert "Nothing waits for you" not in page_of(staff.administrator)
    given = {"outcome": "withdrawn", "reason": "Taken back."}
    workflow.answer_records_request(actor=staff.counsel, request=request, at=database_now(), **given)
    assert work_of(staff.administrator).nothing


def test_of_a_case_that_is_kept_from_them_they_read_no_request_either() -> None:
    staff, now = make.Staff(), database_now()
    case = make.case(staff, at=now)
    make.records_request(staff, at=now)
    assert len(work_of(staff.administrator).with_counsel.shown) == 1
    given = {"case": case, "person": staff.administrator, "reason": "Her uncle."}
    workflow.exclude_person(actor=staff.counselor, at=now, **given)
    assert work_of(staff.administrator).with_counsel.shown == []
