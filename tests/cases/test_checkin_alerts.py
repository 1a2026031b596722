"""What cannot wait: a student who is not safe, or missing, is on the first screens until somebody sees to it."""

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from tests import make
from tests.cases.contacts import CONTACT, FIRST, LATE, covered, work
from tests.expect import conflict
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db


def test_unsafe_is_on_the_first_screens_of_those_who_see_to_it_until_what_was_found_is_written_down() -> None:
    staff = make.Staff()
    case = covered(staff)
    make.record(case, staff.counselor, CONTACT, values={"student_safe": "no"})
    carers = (staff.counselor, staff.social_worker, staff.administrator, staff.liaison)
    for person in carers:
        [alert] = work(person).alerts
        assert (alert.kind, alert.case_id) == ("unsafe", case.pk)
    for person in (staff.sro, staff.teacher, staff.elsewhere, staff.counsel):
        assert work(person).alerts == []
    # Not taken over is not seen to, however often the student is seen.
    make.record(case, staff.counselor, CONTACT, values={"student_safe": "yes"}, at=AT + DAY)
    assert len(work(staff.administrator).alerts) == 1
    workflow.take_over(actor=staff.liaison, case=case, subject=alert.pk, at=AT + DAY)
    assert [len(work(person).alerts) for person in carers] == [1, 1, 1, 1]
    workflow.end_alert(actor=staff.liaison, case=case, alert=alert, reason="With her aunt.", at=AT + DAY)
    assert [work(person).alerts for person in carers] == [[], [], [], []]


def test_a_missing_student_with_an_open_case_is_on_the_same_screens() -> None:
    staff = make.Staff()
    case = covered(staff)
    make.missing(staff.teacher, staff.student)
    for person in (staff.counselor, staff.social_worker, staff.administrator, staff.liaison):
        assert [alert.kind for alert in work(person).alerts] == ["absence"]
    for person in (staff.sro, staff.teacher, staff.elsewhere):
        assert work(person).alerts == []
    [alert] = work(staff.counselor).alerts
    workflow.end_alert(actor=staff.counselor, case=case, alert=alert, reason="At the doctor.", at=AT)
    assert work(staff.administrator).alerts == []


def test_the_page_of_the_case_shows_it_too_and_not_to_the_officer() -> None:
    staff = make.Staff()
    case = covered(staff)
    make.missing(staff.teacher, staff.student)
    for person, shown in ((staff.counselor, True), (staff.administrator, True), (staff.sro, False)):
        client = Client()
        client.force_login(person)
        for path in (case.get_absolute_url(), reverse("home")):
            page = client.get(path).content.decode()
            assert ("The student is missing, and nobody knows why" in page) is shown, (person, path)


def test_a_case_is_not_closed_over_what_nobody_has_seen_to_yet() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    make.missing(staff.teacher, staff.student)
    [alert] = work(staff.counselor).alerts
    workflow.take_over(actor=staff.counselor, case=case, subject=alert.pk, at=AT)
    with conflict("Write down first what was found"):
        make.closed(case, staff.counselor)
    workflow.end_alert(actor=staff.counselor, case=case, alert=alert, reason="At the doctor.", at=AT)
    make.closed(case, staff.counselor)
    assert make.check_ins(case, staff.counselor) == [(FIRST, "ended")]


def test_a_case_is_not_closed_over_a_check_in_that_is_late_unless_the_student_has_left() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    with conflict("A check-in is late"):
        make.closed(case, staff.counselor, at=LATE)
    assert make.check_ins(case, staff.counselor) == [(FIRST, "waiting")]
    workflow.close_case(
        actor=staff.administrator,
        case=case,
        outcome="left",
        reason="Moved.",
        left_open=make.left_open(case, staff.counselor),
        last_look="The next school knows.",
        acknowledged="Birch Middle, Ms. Okafor, by telephone.",
        at=LATE,
    )
    assert make.check_ins(case, staff.counselor) == [(FIRST, "ended")]
