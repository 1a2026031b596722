"""What is said once a form went through is so in each of its branches, and leaves out nothing that is still to do."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from csec.accounts.models import Away, User
from csec.delivery.ticks import database_now
from tests import around, make
from tests.make import AT

pytestmark = pytest.mark.django_db


def told(person: User, name: str, args: list[Any], typed: dict[str, Any]) -> str:
    """What is said after a form of that person went through."""
    client = Client()
    client.force_login(person)
    answer = client.post(reverse(f"cases:{name}", args=args), typed, follow=True)
    assert answer.redirect_chain, answer.context["form"].errors
    return " ".join(str(message) for message in answer.context["messages"])


@pytest.fixture
def staff() -> make.Staff:
    return make.Staff()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"seen": "yes"}, "Recorded."),
        (
            {"seen": "no", "reason": "Absent."},
            "The attempt is recorded. The check-in stays due until the student is seen.",
        ),
    ],
    ids=["seen", "not-seen"],
)
def test_of_a_check_in_whether_it_stays_due(staff: make.Staff, typed: dict[str, str], said: str) -> None:
    case = make.case(staff)
    part = make.part(case, staff.counselor, "regular_contact")
    given = {"version": "0", "happened_at": "2026-11-20T14:50", **typed}
    client = Client()
    client.force_login(staff.counselor)
    client.post(reverse("cases:record_checkin", args=[case.pk, part.pk]), given)
    page = client.get(case.get_absolute_url()).content.decode()
    assert said in page
    assert ("The attempt is recorded" in page) is (typed["seen"] == "no")


def test_of_a_step_that_was_not_possible_that_it_asks_again(staff: make.Staff) -> None:
    case = make.case(staff)
    part = make.part(case, staff.administrator, "impact")
    typed = {
        "version": "0",
        "outcome": "unable",
        "happened_at": "2026-11-20T14:50",
        "reason": "The gym is closed.",
        "review_on": (database_now().date() + timedelta(days=5)).isoformat(),
    }
    client = Client()
    client.force_login(staff.administrator)
    assert client.post(reverse("cases:record_outcome", args=[case.pk, part.pk]), typed).status_code == 302
    page = client.get(case.get_absolute_url()).content.decode()
    assert "Recorded. It stays open, and asks again on the day that you chose." in page


def test_of_a_report_whether_its_written_half_is_due(staff: make.Staff) -> None:
    make.concern(staff)
    [duty] = make.duties(staff.teacher)
    when = AT.astimezone(staff.school.zone).strftime("%Y-%m-%dT%H:%M")
    called = {"outcome": "called", "field_phoned_at": when, "field_agency": "CWS"}
    both = called | {"outcome": "done", "field_written_at": when}
    first, then = (told(staff.teacher, "record_report", [duty.pk], typed) for typed in (called, both))
    assert first == "The call is recorded. The written report is still due."
    assert then == "Recorded. Your own duty for this has ended."


def test_of_days_away_who_is_told_where_nobody_covers_and_whose_they_are_again(staff: make.Staff) -> None:
    day = database_now().date().isoformat()
    for person, again in (
        (staff.counselor, "is yours again"),
        (staff.social_worker, "is asked of them again"),
    ):
        typed = {"person": str(person.pk), "first_day": day, "last_day": day}
        said = told(staff.administrator if person == staff.social_worker else person, "enter_away", [], typed)
        assert "those who answer for it are told now" in said
        row = Away.objects.get(person=person)
        actor = staff.administrator if person == staff.social_worker else person
        assert again in told(actor, "withdraw_away", [row.pk], {})


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ((), "nobody is named who contacts the student"),
        (("person",), "Nobody covers"),
        (("person", "cover"), "The schedule is set."),
    ],
    ids=["nobody", "no-cover", "both"],
)
def test_of_a_schedule_who_is_told_where_nobody_is_named(
    staff: make.Staff, named: tuple[str, ...], said: str
) -> None:
    case = make.case(staff)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    people = {"person": str(staff.counselor.pk), "cover": str(staff.social_worker.pk)}
    first = (database_now().date() + timedelta(days=1)).isoformat()
    typed = {"how_often": "every_days", "days": "7", "first_on": first}
    assert said in told(
        staff.counselor, "plan_checkins", [case.pk], typed | {name: people[name] for name in named}
    )


@pytest.mark.parametrize("involved", ["yes", "unknown"])
def test_of_somebody_of_the_home_that_contact_is_frozen_by_it(staff: make.Staff, involved: str) -> None:
    case = make.case(staff)
    person = {"relation": "parent", "name": "Robin Brook", **around.answers(may_be_involved=involved)}
    said = told(staff.counselor, "add_contact", [case.pk], person)
    assert ("contact with parents is frozen" in said) is (involved == "yes")


def test_of_a_freeze_that_contact_stays_frozen_by_another(staff: make.Staff) -> None:
    first, other = make.case(staff), make.case(staff, "suspected_recruiter")
    holds = [
        workflow.suspect_parent(actor=staff.counselor, case=case, reason="Afraid of home.", at=AT)
        for case in (first, other)
    ]
    ends = [
        told(staff.counsel, "release_parent_hold", [hold.case_id, hold.pk], {"reason": "Looked into."})
        for hold in holds
    ]
    assert ["stays frozen" in said for said in ends] == [True, False]


@pytest.mark.parametrize(
    ("track", "said"),
    [
        ("suspected_victim", "The next check-in keeps its day."),
        ("suspected_recruiter", "No check-in is planned in it."),
    ],
)
def test_of_a_student_who_was_taken_over_whether_a_check_in_is_planned(
    staff: make.Staff, track: str, said: str
) -> None:
    case = make.case(staff, track)
    offered = make.offered(case, staff.counselor, staff.elsewhere, sections=["track"])
    assert said in told(staff.elsewhere, "accept_transfer", [offered.pk], {})
