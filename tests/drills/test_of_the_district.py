"""The liaison and counsel learn by doing as well: what is theirs to do, from start to close."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases import workflow
from cases.models import Case, EmergencyAccess, ParentHold, RecordsRequest, Release, ReportDuty
from cases.workflow.requested import requested_cases
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.drills.learning import Learner

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)


def home_of(learner: Learner) -> str:
    return learner.client.get(reverse("home")).content.decode()


def liaison() -> Learner:
    return Learner(make.Staff().liaison).begins("nobody_there")


def counsel(staff: make.Staff | None = None) -> Learner:
    return Learner((staff or make.Staff()).counsel).begins("records_asked_for")


@pytest.mark.thorough
def test_the_liaison_finds_what_is_late_who_is_away_and_what_was_opened_in_an_emergency() -> None:
    page = home_of(liaison())
    for said in (
        "The SRO has not answered",
        "Lou Lawyer opened case DRILL-",
        "Report to Child Welfare Services",
        "Check-ins without a person or a cover",
    ):
        assert said in page, said


@pytest.mark.thorough
def test_whoever_is_away_does_no_more_than_report_and_somebody_else_is_put_on_the_case() -> None:
    learner = liaison()
    assert "Cam Counselor: reported to Child Welfare Services." in learner.lets_the_others_answer()
    puts_on_the_case(learner, "Sasha Socialworker")
    assert "Sasha Socialworker: reported to Child Welfare Services" in learner.lets_the_others_answer()


def puts_on_the_case(learner: Learner, name: str) -> None:
    person, role = learner.people()[name], Role.SOCIAL_WORKER
    given = {"person": person, "role": role, "reason": "The counselor is away."}
    workflow.add_person(actor=learner.twin, case=learner.case, **given, at=database_now())


def looks_at_the_emergency(learner: Learner) -> None:
    with acting_as(learner.twin.pk):
        access = EmergencyAccess.objects.get(reviewed_at=None)
    found = {"finding": "needed", "note": "The deputy did ask."}
    workflow.review_emergency_access(
        actor=learner.twin, case=learner.case, access=access, **found, at=database_now()
    )


def reports(learner: Learner) -> None:
    with acting_as(learner.twin.pk):
        duties = list(ReportDuty.objects.filter(person=learner.twin, ended_at=None))
    for duty in duties:
        made = {"agency": "Child Welfare Services", "made_at": database_now()}
        workflow.confirm_joint_report(actor=learner.twin, duty=duty, **made, at=database_now())


def test_the_liaison_comes_to_the_close_of_it() -> None:
    learner = liaison()
    looks_at_the_emergency(learner)
    puts_on_the_case(learner, "Sasha Socialworker")
    reports(learner)
    learner.lets_the_others_answer()
    closes(learner)
    assert learner.case.status == Case.Status.CLOSED


def closes(learner: Learner) -> None:
    words = {"reason": "Over.", "last_look": "Well."}
    workflow.close_case(
        actor=learner.twin,
        case=learner.case,
        outcome="no_longer_needed",
        left_open={},
        **words,
        at=database_now(),
    )


@pytest.mark.thorough
def test_or_hands_the_student_to_the_next_school() -> None:
    learner = liaison()
    looks_at_the_emergency(learner)
    there = learner.people()["Noor Nextschool"]
    with acting_as(learner.twin.pk):
        make.offered(learner.case, learner.twin, there, at=database_now())
    assert "Noor Nextschool: took the case over" in learner.lets_the_others_answer()
    assert learner.case.status == Case.Status.CLOSED


@pytest.mark.thorough
def test_counsel_finds_the_request_with_its_clock_the_freeze_and_the_list() -> None:
    page = home_of(counsel())
    for said in (
        "Request for records: Sky Student",
        "answer due",
        "only you can end that",
        "Releases of information that you have not reviewed",
    ):
        assert said in page, said
    assert "Late with others" not in page


def the_request(learner: Learner) -> RecordsRequest:
    with acting_as(learner.twin.pk):
        return RecordsRequest.objects.select_related("school", "key").get()


@pytest.mark.thorough
def test_the_answer_is_due_five_business_days_after_the_parent_asked() -> None:
    asked = the_request(counsel())
    today = database_now().astimezone(asked.school.zone).date()
    assert asked.received_on == today - 2 * DAY
    assert asked.due_on == asked.received_on + 7 * DAY or asked.due_on.isoweekday() < 6


def reviews_the_list(learner: Learner) -> None:
    with acting_as(learner.twin.pk):
        latest = Release.objects.order_by("recorded_at").last()
    assert latest
    workflow.review_releases(actor=learner.twin, case=learner.case, last=latest.pk, at=database_now())


def answers(learner: Learner, **given: object) -> None:
    values = {"outcome": "refused", "reason": "The safety of the student."} | given
    workflow.answer_records_request(
        actor=learner.twin,
        request=the_request(learner),
        **values,
        at=database_now(),  # type: ignore[arg-type]
    )


def releases_the_hold(learner: Learner) -> None:
    with acting_as(learner.twin.pk):
        hold = ParentHold.objects.get(ended_at=None)
    workflow.release_parent_hold(
        actor=learner.twin,
        case=learner.case,
        hold=hold,
        reason="Asked; it was another home.",
        at=database_now(),
    )


def test_counsel_comes_to_the_end_of_it_and_the_school_closes_the_case() -> None:
    staff = make.Staff()
    # What is real, and waits, keeps no drill open and is closed by none.
    make.case(staff)
    make.records_request(staff)
    learner = counsel(staff)
    number = learner.case.number
    reviews_the_list(learner)
    answers(learner)
    assert "closed the case" not in learner.lets_the_others_answer()
    releases_the_hold(learner)
    assert "Cam Counselor" in (said := learner.lets_the_others_answer())
    assert "closed the case" in said
    assert number not in home_of(learner)


@pytest.mark.thorough
def test_the_preview_says_what_a_copy_leaves_out() -> None:
    learner = counsel()
    page = learner.client.get(reverse("cases:preview_records", args=[learner.case.pk]))
    assert page.status_code == 200


@pytest.mark.thorough
def test_a_hold_that_ended_first_leaves_the_record_to_be_opened_for_the_request() -> None:
    learner = counsel()
    case = learner.case
    reviews_the_list(learner)
    releases_the_hold(learner)
    asked = the_request(learner)
    with acting_as(learner.twin.pk):
        [found] = requested_cases(asked)
    workflow.open_requested_case(actor=learner.twin, request=asked, case=found.pk, at=database_now())
    given = {"basis": "access", "recipient": "A parent", "what": "Attendance.", "outcome": "part"}
    answers(learner, **given, cases=[case.pk])
    assert "closed the case" in learner.lets_the_others_answer()


@pytest.mark.parametrize("situation", ["suspected_victim", "nobody_there"])
def test_who_has_a_role_at_a_school_and_one_of_the_district_learns_in_either(situation: str) -> None:
    staff = make.Staff()
    staff.liaison.memberships.create(school=staff.school, role=Role.COUNSELOR, since=make.SINCE)
    twin = Learner(User.objects.get(pk=staff.liaison.pk)).begins(situation).twin
    assert twin.roles == ({Role.LIAISON} if situation == "nobody_there" else {Role.COUNSELOR})
