"""Nobody on a case leaves it, by whichever way, without a successor or those who answer for it being told."""

from collections.abc import Callable
from datetime import timedelta

import pytest

import district.workflow
from cases import workflow
from cases.models import Case, CasePerson
from cases.workflow.away import NOBODY
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.cases.reminders.test_sweep_others import MONDAY, TODAY
from tests.cases.reminders.worker import swept, told, wanted
from tests.cases.test_asked_of_district import sees
from tests.cases.test_nobodys import first_screen
from tests.make import DAY

pytestmark = pytest.mark.django_db(transaction=True)

#: Far from any weekend or closure of the tests: both clocks see a day of school among these.
LONG = 6 * DAY
Way = Callable[[make.Staff, Case], None]


def away(staff: make.Staff, case: Case) -> None:
    today = database_now().date()
    workflow.enter_away(
        actor=staff.counselor, person=staff.counselor, first_day=today, last_day=today + LONG, at=MONDAY
    )


def away_soon(staff: make.Staff, case: Case) -> None:
    today = database_now().date()
    workflow.enter_away(
        actor=staff.administrator,
        person=staff.counselor,
        first_day=today + 3 * DAY,
        last_day=today + 3 * DAY + LONG,
        at=MONDAY,
    )


def role_ended(staff: make.Staff, case: Case) -> None:
    now = database_now()
    district.workflow.end_role(
        actor=staff.administrator,
        membership=staff.counselor.memberships.get(),
        last_day=(now + 2 * DAY).date(),
        at=now,
    )


def account_closed(staff: make.Staff, case: Case) -> None:
    now = database_now() - timedelta(hours=1)
    district.workflow.close_account(actor=staff.liaison, person=staff.counselor, at=now)


def role_over(staff: make.Staff, case: Case) -> None:
    Membership.objects.using("owner").filter(person=staff.counselor).update(
        until=database_now().date() - 2 * DAY
    )


def officer_gone(staff: make.Staff, case: Case) -> None:
    request = make.asked_in(case, staff.counselor, staff.sro, at=MONDAY)
    workflow.accept_request(actor=staff.sro, request=request, at=MONDAY)
    district.workflow.close_account(actor=staff.liaison, person=staff.sro, at=database_now())


def student_gone(staff: make.Staff, case: Case) -> None:
    make.left_school(staff.student)


#: How somebody goes, and the list of the first screen on which the case then stands.
WAYS: dict[str, tuple[Way, str]] = {
    "days away": (away, "left"),
    "days away that are still to come": (away_soon, "left"),
    "a role that ends": (role_ended, "left"),
    "an account that is closed": (account_closed, "nobodys"),
    "a role that is over": (role_over, "nobodys"),
    "an officer who took it on": (officer_gone, "left"),
    "the student": (student_gone, "elsewhere"),
}


@pytest.mark.parametrize("way", WAYS)
def test_those_who_answer_for_the_case_read_it_at_once(way: str) -> None:
    staff = make.Staff()
    goes, name = WAYS[way]
    case = make.case(staff, at=MONDAY)
    for person in (staff.administrator, staff.liaison):
        work = first_screen(person, database_now())
        assert [work.left.shown, work.nobodys.shown, work.elsewhere.shown] == [[], [], []]
    goes(staff, case)
    for person in (staff.administrator, staff.liaison):
        assert [one.pk for one in getattr(first_screen(person, database_now()), name).shown] == [case.pk], (
            person
        )
    assert sees(staff.liaison, case)


@pytest.mark.parametrize("way", [away, away_soon, role_ended])
def test_not_where_somebody_else_goes_on(way: Way) -> None:
    staff = make.Staff()
    case = make.case(staff, at=MONDAY)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker", at=MONDAY)
    way(staff, case)
    assert first_screen(staff.administrator, database_now()).left.shown == []


def enter(staff: make.Staff, person: User, first: int, last: int) -> None:
    days = {"first_day": TODAY + first * DAY, "last_day": TODAY + last * DAY}
    workflow.enter_away(actor=person, person=person, **days, at=MONDAY, covered=NOBODY)


def test_it_is_written_to_them_when_the_days_are_entered_and_when_they_come() -> None:
    staff = make.Staff()
    case = make.case(staff, at=MONDAY)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker", at=MONDAY)
    enter(staff, staff.counselor, 7, 8)
    assert told(MONDAY, "left") == set()
    # Nobody is there on the second day alone.
    enter(staff, staff.social_worker, 8, 9)
    assert told(MONDAY + timedelta(minutes=20), "left") == {("Ada", 0), ("Lee", 0)}
    assert ("left", "Lee", 0) in wanted(MONDAY)
    assert told(MONDAY + 7 * DAY, "left") == set()
    assert told(MONDAY + 8 * DAY, "left") == {("Ada", 1), ("Lee", 1)}
    helper = make.user("Hana Helper", Role.COUNSELOR, staff.school)
    make.helper(case, staff.counselor, helper, "counselor", at=MONDAY)
    assert not [row for row in wanted(MONDAY + 8 * DAY) if row[0] == "left"]


def test_a_closure_or_a_weekend_needs_nobody() -> None:
    staff = make.Staff()
    make.case(staff, at=MONDAY)
    enter(staff, staff.counselor, 5, 6)
    assert told(MONDAY, "left") == set()


def test_a_last_day_on_the_case_and_an_officer_without_a_cover_are_written_too() -> None:
    staff = make.Staff()
    case = make.case(staff, at=MONDAY)
    request = make.asked_in(case, staff.counselor, staff.sro, at=MONDAY)
    workflow.accept_request(actor=staff.sro, request=request, at=MONDAY)
    enter(staff, staff.sro, 0, 1)
    assert told(MONDAY, "left") == {("Ada", 0), ("Lee", 0)}
    CasePerson.objects.using("owner").filter(case=case, person=staff.counselor).update(until=MONDAY + 2 * DAY)
    assert told(MONDAY + timedelta(minutes=20), "left") == {("Ada", 0), ("Lee", 0)}


def test_the_last_who_carries_it_is_not_taken_off_and_an_officers_request_is_open_again() -> None:
    staff = make.Staff()
    case = make.case(staff, at=MONDAY)
    request = make.asked_in(case, staff.counselor, staff.sro, at=MONDAY)
    workflow.accept_request(actor=staff.sro, request=request, at=MONDAY)
    with acting_as(staff.counselor.pk):
        rows = {row.person_id: row for row in CasePerson.objects.filter(case=case)}
    with pytest.raises(workflow.Conflict):
        workflow.remove_person(
            actor=staff.administrator, case=case, person=rows[staff.counselor.pk], reason="Moved.", at=MONDAY
        )
    workflow.remove_person(
        actor=staff.counselor, case=case, person=rows[staff.sro.pk], reason="On leave.", at=MONDAY
    )
    assert make.part(case, staff.counselor, "notify").outcome == ""
    assert not {row for row in swept(MONDAY) if row[0] == "left"}
