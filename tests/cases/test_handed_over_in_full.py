"""What a handoff must not lose: a referral, a decision on parents, where the roster has the student, the student."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from cases import workflow
from cases.models import Case
from csec.delivery.ticks import database_now
from csec.directory.models import Student
from tests import make
from tests.cases.parents import consulted, contacted, decided, taken_along
from tests.cases.test_asked_of_district import sees
from tests.cases.test_follow_referral import asked
from tests.cases.test_nobodys import first_screen, signed_in
from tests.expect import conflict
from tests.make import AT, DAY
from tests.matrix.rows import as_owner, looked_at

pytestmark = pytest.mark.django_db

LATER = AT + 3 * DAY


@pytest.fixture(scope="module", autouse=True)
def looking(django_db_setup: None, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock(), looked_at():
        yield


def handed_over(staff: make.Staff, case: Case, *sections: str) -> Case:
    """The case that goes on at the other school."""
    more = {"counseling_reason": "The student agreed."} if "counseling" in sections else {}
    offer = make.offered(case, staff.counselor, staff.elsewhere, sections=["contact", *sections], **more)
    return workflow.accept_transfer(actor=staff.elsewhere, transfer=offer, at=LATER)


@pytest.mark.parametrize(
    ("followed", "progress", "next_on"),
    [
        (None, "waiting", date(2026, 12, 4)),
        ("began", "began", date(2026, 12, 5)),
        ("ended", "ended", None),
    ],
)
def test_an_accepted_referral_is_looked_at_on_the_same_day_at_the_new_school(
    followed: str | None, progress: str, next_on: date | None
) -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.accepted(case, staff.counselor)
    if followed:
        part = make.part(case, staff.counselor, "offer_referral")
        workflow.follow_referral(actor=staff.counselor, part=part, state=followed, at=AT + DAY)
    new = handed_over(staff, case)
    there = make.part(new, staff.elsewhere, "offer_referral")
    assert (there.outcome, there.progress, there.next_on) == ("done", progress, next_on)
    if followed is None:
        page = signed_in(staff.elsewhere).get(reverse("cases:follow_referral", args=[new.pk, there.pk]))
        assert page.status_code == 200
        assert asked(staff.elsewhere, 14) == [("How does the referral go?", False)]


def test_what_was_declined_is_offered_again_on_the_same_day_at_the_new_school() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.record(case, staff.counselor, "offer_referral", "declined", reason="Not now.")
    there = make.part(handed_over(staff, case), staff.elsewhere, "offer_referral")
    assert (there.outcome, there.next_on) == ("declined", date(2026, 12, 20))


def test_the_new_school_decides_on_parents_itself_as_long_as_nobody_was_contacted() -> None:
    staff = make.Staff()
    case = make.case(staff)
    consulted(case, staff.counselor)
    decided(case, staff.counselor)
    new = handed_over(staff, case)
    with conflict("The student’s own view"):
        contacted(new, staff.elsewhere, at=LATER)
    consulted(new, staff.elsewhere, at=LATER)
    decided(new, staff.elsewhere, at=LATER)
    contacted(new, staff.elsewhere, at=LATER)


def test_with_the_counselors_section_the_student_is_not_asked_once_more() -> None:
    staff = make.Staff()
    case = make.case(staff)
    consulted(case, staff.counselor)
    decided(case, staff.counselor)
    new = handed_over(staff, case, "counseling")
    assert make.part(new, staff.elsewhere, "consult").outcome == "done"
    decided(new, staff.elsewhere, at=LATER)
    contacted(new, staff.elsewhere, at=LATER)


def test_of_a_parent_who_was_contacted_nothing_is_asked_anew() -> None:
    staff = make.Staff()
    case = make.case(staff)
    consulted(case, staff.counselor)
    decided(case, staff.counselor)
    contacted(case, staff.counselor)
    new = handed_over(staff, case)
    names = ("consult", "decide_contact", "contact_guardian")
    assert {make.part(new, staff.elsewhere, name).outcome for name in names} == {"done"}


def test_an_officer_who_has_the_student_does_not_for_ever_when_the_case_is_closed_or_handed_over() -> None:
    staff = make.Staff()
    case = make.case(staff)
    consulted(case, staff.counselor)
    decided(case, staff.counselor)
    custody = taken_along(case, staff.counselor)
    handed_over(staff, case)
    end = reverse("cases:end_custody", args=[case.pk, custody.pk])
    client = signed_in(staff.counselor)
    assert end in client.get(reverse("cases:parents_of_case", args=[case.pk])).content.decode()
    assert client.post(end, {"back_at": "2026-11-24T15:30", "reason": "Home."}).status_code == 302
    assert make.reload(custody, staff.counselor).ended_at is not None


def test_a_student_who_was_taken_over_is_handed_back_and_never_lost_by_voiding() -> None:
    staff = make.Staff()
    case = make.case(staff)
    new = handed_over(staff, case)
    workflow.add_person(
        actor=staff.elsewhere, case=new, person=staff.liaison, role="liaison", reason="Asks.", at=LATER
    )

    def void() -> None:
        with conflict("Hand the student back"):
            workflow.void_case(actor=staff.liaison, case=new, reason="By mistake.", at=LATER)

    void()
    assert as_owner("SELECT case_id FROM cases_checkin WHERE state = 'waiting'") == [new.pk]
    back = workflow.offer_transfer(
        actor=staff.elsewhere, case=new, to_school=staff.school, receiver=staff.counselor, at=LATER
    )
    again = workflow.accept_transfer(actor=staff.counselor, transfer=back, at=LATER)
    void()
    assert as_owner("SELECT id FROM cases_case WHERE status = 'open'") == [again.pk]


def test_the_roster_may_come_later_than_the_handoff_and_anything_else_it_says_is_asked() -> None:
    staff = make.Staff()
    make.user("Olga Overseer", "administrator", staff.other_school)
    now = database_now()
    case = make.case(staff, at=now - timedelta(hours=2))
    offer = make.offered(case, staff.counselor, staff.elsewhere, at=now - timedelta(hours=1))
    new = workflow.accept_transfer(actor=staff.elsewhere, transfer=offer, at=now)

    def asked() -> bool:
        asks = bool(first_screen(staff.elsewhere).elsewhere.shown)
        assert asks == sees(staff.liaison, new)
        assert as_owner("SELECT case_id FROM cases_moved") == ([new.pk] if asks else [])
        return asks

    assert not asked()
    Student.objects.update(active=False)
    assert asked()
    Student.objects.update(active=True, school=make.school("Cedar High"))
    assert asked()
    Student.objects.update(school=staff.school)
    assert not asked()


def test_after_a_month_it_is_asked_why_the_roster_still_has_the_student_at_the_school_before() -> None:
    staff = make.Staff()
    then = database_now() - timedelta(days=31)
    case = make.case(staff, at=then)
    offer = make.offered(case, staff.counselor, staff.elsewhere, at=then)
    new = workflow.accept_transfer(actor=staff.elsewhere, transfer=offer, at=then)
    assert [row.pk for row in first_screen(staff.elsewhere).elsewhere.shown] == [new.pk]
    assert as_owner("SELECT case_id FROM cases_moved") == [new.pk]
