"""A student who is missing before there is a case: no order of events leaves the alert, or the concern, unsaid."""

from datetime import timedelta

import pytest
from django.test import Client

from cases import workflow
from cases.models import Alert, Case, Concern
from csec.accounts.models import User
from csec.audit.models import Event
from csec.identity import acting_as
from tests import make
from tests.cases.reminders.worker import told, wanted
from tests.cases.test_races import at_once
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def alerts(case: Case, person: User) -> list[tuple[str, object, object]]:
    with acting_as(person.pk):
        return [(row.kind, row.subject, row.at) for row in Alert.objects.filter(case=case)]


def test_an_absence_of_before_the_case_raises_its_alert_when_the_case_is_opened() -> None:
    staff = make.Staff()
    row = make.missing(staff.teacher, staff.student)
    case = make.case(staff, at=AT + HOUR)
    assert alerts(case, staff.administrator) == [("absence", row.pk, AT + HOUR)]
    # A second case of the student's is told as well, and none twice.
    other = make.case(staff, "suspected_recruiter", at=AT + HOUR)
    assert alerts(other, staff.administrator) == [("absence", row.pk, AT + HOUR)]
    assert len(alerts(case, staff.administrator)) == 1


def test_and_when_a_case_is_moved_to_the_student_or_opened_again() -> None:
    staff = make.Staff()
    missing = make.student(staff.school, "Robin", "Reed")
    case = make.case(staff)
    row = make.missing(staff.teacher, missing)
    workflow.correct_student(
        actor=staff.counselor, case=case, student=missing, reason="It is Robin.", at=AT + HOUR
    )
    assert alerts(case, staff.counselor) == [("absence", row.pk, AT + HOUR)]
    other = make.case(staff)
    make.reported(other, staff.counselor)
    make.closed(other, staff.counselor)
    row = make.missing(staff.teacher, staff.student, at=AT + DAY)
    workflow.reopen_case(actor=staff.counselor, case=other, reason="She is missing.", at=AT + DAY)
    assert alerts(other, staff.counselor) == [("absence", row.pk, AT + DAY)]


def test_not_for_another_student_nor_long_ago_nor_when_it_was_written_down_what_was_found() -> None:
    staff = make.Staff()
    make.missing(staff.teacher, make.student(staff.school, "Robin", "Reed"))
    make.missing(staff.teacher, staff.student, at=AT - 8 * DAY)
    first = make.case(staff)
    assert alerts(first, staff.counselor) == []
    make.missing(staff.teacher, staff.student)
    with acting_as(staff.counselor.pk):
        alert = Alert.objects.get(case=first)
    workflow.end_alert(actor=staff.counselor, case=first, alert=alert, reason="At her aunt's.", at=AT)
    assert alerts(make.case(staff, at=AT + HOUR), staff.counselor) == []
    # What explains one absence (`absence_unexplained`) explains no other.
    again = make.missing(staff.administrator, staff.student, at=AT + HOUR)
    third = make.case(staff, at=AT + 2 * HOUR)
    assert alerts(third, staff.counselor) == [("absence", again.pk, AT + 2 * HOUR)]


def test_whoever_holds_a_concern_reads_that_the_student_is_missing_and_its_author_does_not() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    workflow.accept_concern(actor=staff.counselor, concern=concern, at=AT)
    since = AT - HOUR
    make.missing(staff.administrator, staff.student, since=since, at=AT + HOUR)
    now = make.reload(concern, staff.counselor)
    assert (now.missing_since, now.asked_at, now.climbs_at, now.accepted_at, now.accepted_by) == (
        since,
        AT + HOUR,
        AT + HOUR,
        None,
        None,
    )
    pages = {}
    for person in (staff.counselor, staff.social_worker, staff.administrator, staff.teacher):
        client = Client()
        client.force_login(person)
        pages[person.name.split()[0]] = (
            "The student is missing" in client.get("/").content.decode(),
            (
                "is missing since Fri, Nov 20, 1:50 p.m."
                in client.get(concern.get_absolute_url()).content.decode()
            ),
        )
    told = dict.fromkeys(("Casey", "Sam", "Ada"), (True, True))
    assert pages == told | {"Terry": (False, False)}


def test_a_concern_logged_or_matched_later_says_it_as_well_and_one_that_is_closed_is_left_alone() -> None:
    staff = make.Staff()
    unknown, ended = make.concern(staff, student=None), make.concern(staff)
    workflow.close_concern(actor=staff.counselor, concern=ended, reason="A mistake.", at=AT)
    row = make.missing(staff.teacher, staff.student)
    later = make.concern(staff)
    workflow.match_concern(actor=staff.counselor, concern=unknown, student=staff.student, at=AT)
    for concern, since in ((later, row.missing_since), (unknown, row.missing_since), (ended, None)):
        assert make.reload(concern, staff.counselor).missing_since == since


def test_nor_is_it_forgotten_of_one_that_was_closed_meanwhile_and_to_which_its_author_adds() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    workflow.close_concern(actor=staff.counselor, concern=concern, reason="A mistake.", at=AT)
    row = make.missing(staff.administrator, staff.student, at=AT + HOUR)
    workflow.supplement_concern(
        actor=staff.teacher, concern=concern, account="Not in class.", at=AT + 2 * HOUR
    )
    assert make.reload(concern, staff.counselor).missing_since == row.missing_since


def test_nor_of_one_that_comes_back_from_a_closed_case_that_was_a_mistake() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    case = make.with_liaison(make.case(staff, about=concern), staff)
    make.reported(case, staff.counselor)
    make.closed(case, staff.counselor)
    row = make.missing(staff.teacher, staff.student, at=AT + HOUR)
    workflow.void_case(actor=staff.liaison, case=case, reason="Opened by mistake.", at=AT + 2 * HOUR)
    assert make.reload(concern, staff.counselor).missing_since == row.missing_since


@pytest.mark.django_db(transaction=True)
def test_its_holders_and_those_who_answer_for_the_school_are_written_to_at_once() -> None:
    staff = make.Staff()
    concern = make.concern(staff, implicated=[staff.administrator])
    assert told(AT, "concern") == {("Casey", 0)}
    workflow.accept_concern(actor=staff.counselor, concern=concern, at=AT)
    make.missing(staff.teacher, staff.student, at=AT + HOUR)
    assert told(AT + HOUR, "concern") == {("Casey", 1), ("Sam", 1), ("Lee", 1)}
    said = {row for row in wanted(AT + HOUR) if row[0] == "concern"}
    assert said == {("concern", who, 1) for who in ("Casey", "Sam", "Lee")}


@pytest.mark.django_db(transaction=True)
def test_of_an_absence_and_a_case_at_the_same_moment_the_second_sees_the_first() -> None:
    staff = make.Staff()
    for _n in range(4):
        concern, student = make.concern(staff), staff.student
        results = at_once(
            lambda concern=concern: make.case(staff, about=concern),  # type: ignore[misc]
            lambda student=student: make.missing(staff.teacher, student),  # type: ignore[misc]
        )
        case, absence = results
        assert isinstance(case, Case), results
        assert [subject for _kind, subject, _at in alerts(case, staff.counselor)] == [absence.pk]
        staff.student = make.student(staff.school)
    assert Event.objects.using("owner").filter(verb="absence_reported").count() == 4
    assert Concern.objects.using("owner").filter(status="received").count() == 0
