"""An officer who is asked in and is not there: whoever covers is told; without a cover dispatch is called."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from cases.models import SroRequest
from cases.schedule import request_climbs
from csec.accounts.models import Away, Membership, User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.directory.models import Closure
from tests import make
from tests.cases.clocks import NEVER
from tests.cases.reminders.test_asked_again import first_screen
from tests.cases.reminders.test_sweep_others import HALF_AN_HOUR, MONDAY, away
from tests.cases.reminders.worker import swept, told, wanted

pytestmark = pytest.mark.django_db(transaction=True)


def partner(staff: make.Staff) -> User:
    """Another officer, who covers the school's."""
    person = make.user("Pat Partner", Role.SRO, staff.other_school)
    Membership.objects.using("owner").filter(person=staff.sro).update(cover=person)
    return person


def never_there(person: User) -> None:
    """Away on PostgreSQL's today, whichever that is."""
    Away.objects.using("owner").create(
        person=person, first_day=date(2020, 1, 1), last_day=date(2100, 1, 1), entered_at=MONDAY
    )


def home(person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.get("/").content.decode()


def test_whoever_covers_is_told_at_once_and_those_who_answer_for_the_case_when_nobody_answers() -> None:
    staff = make.Staff()
    make.asked_in(make.case(staff, at=MONDAY), staff.counselor, staff.sro, at=MONDAY)
    partner(staff)
    assert told(MONDAY, "request") == {("Olu", 0)}
    away(staff.sro)
    assert told(MONDAY + timedelta(minutes=1), "request") == {("Pat", 0)}
    assert ("request", "Pat", 0) in wanted(MONDAY + timedelta(minutes=1))
    everybody = {("Olu", 1), ("Pat", 1), ("Casey", 1), ("Ada", 1), ("Lee", 1)}
    assert told(MONDAY + HALF_AN_HOUR, "request") == everybody


def test_a_cover_who_is_not_there_either_is_none() -> None:
    staff = make.Staff()
    make.asked_in(make.case(staff, at=MONDAY), staff.counselor, staff.sro, at=MONDAY)
    for person in (partner(staff), staff.sro):
        away(person)
    assert told(MONDAY, "request") == {("Olu", 0), ("Ada", 0), ("Lee", 0)}


def test_a_cover_past_whom_the_case_goes_learns_nothing_of_it() -> None:
    staff = make.Staff()
    cover = partner(staff)
    case = make.case(staff, at=MONDAY, about=make.concern(staff, at=MONDAY, implicated=[cover]))
    make.asked_in(case, staff.counselor, staff.sro, at=MONDAY)
    never_there(staff.sro)
    assert told(MONDAY, "request") == {("Olu", 0), ("Ada", 0), ("Lee", 0)}
    assert first_screen(cover, MONDAY).to_cover == []


def test_the_first_screen_of_the_cover_says_whom_to_call_and_nothing_of_the_case() -> None:
    staff = make.Staff()
    cover = partner(staff)
    case = make.case(staff, at=MONDAY)
    make.asked_in(case, staff.counselor, staff.sro, at=MONDAY)
    # By PostgreSQL's clock, for which the time to answer is long over.
    SroRequest.objects.using("owner").update(climbs_at=NEVER)
    assert first_screen(cover, MONDAY).to_cover == []
    never_there(staff.sro)
    page = home(cover)
    assert "You cover for Olu Officer, who is not there" in page
    assert "Call Casey Counselor, who can ask you instead." in page
    assert not [word for word in ("Avery", case.number, str(case.pk)) if word in page]
    assert "You cover for" not in home(make.user("Ola Other", Role.SRO, staff.school))


def test_those_who_answer_for_the_case_read_the_number_of_dispatch() -> None:
    staff = make.Staff()
    make.district()
    make.asked_in(make.case(staff, at=MONDAY), staff.counselor, staff.sro, at=MONDAY)
    never_there(staff.sro)
    swept(MONDAY)
    for person in (staff.administrator, staff.liaison, staff.counselor):
        page = home(person)
        assert "Olu Officer is not there today." in page
        assert "555-0100" in page


def test_what_nobody_answers_goes_to_the_cover_and_then_to_those_who_answer_for_the_case() -> None:
    staff = make.Staff()
    make.district()
    case = make.case(staff, at=MONDAY)
    make.asked_in(case, staff.counselor, staff.sro, at=MONDAY)
    cover = partner(staff)
    assert told(MONDAY, "request") == {("Olu", 0)}
    assert told(MONDAY + HALF_AN_HOUR, "request") == {("Olu", 1), ("Casey", 1), ("Pat", 1)}
    assert ("request", "Pat", 1) in wanted(MONDAY + HALF_AN_HOUR)
    shown = {
        minutes: [
            bool(first_screen(person, MONDAY + timedelta(minutes=minutes)).unanswered)
            for person in (staff.counselor, staff.administrator)
        ]
        for minutes in (29, 30, 59, 60)
    }
    assert shown == {29: [False, False], 30: [True, False], 59: [True, False], 60: [True, True]}
    assert told(MONDAY + 2 * HALF_AN_HOUR, "request") == {("Ada", 1), ("Lee", 1)}
    assert first_screen(staff.administrator, MONDAY + 2 * HALF_AN_HOUR).dispatch == "555-0100"
    SroRequest.objects.using("owner").update(climbs_at=NEVER)
    assert first_screen(cover, MONDAY).to_cover == []
    SroRequest.objects.using("owner").update(climbs_at=database_now())
    assert "You cover for Olu Officer, who has not answered" in home(cover)


def test_an_officer_on_leave_without_a_cover_leaves_the_steps_open_and_the_administrator_calls_dispatch() -> (
    None
):
    """Scenario 12."""
    staff = make.Staff()
    make.district()
    case = make.case(staff, "confirmed_victim", at=MONDAY)
    away(staff.sro)
    make.asked_in(case, staff.counselor, staff.sro, at=MONDAY)
    assert ("Ada", 0) in told(MONDAY, "request")
    work = first_screen(staff.administrator, MONDAY)
    assert [(one.officer.name, one.away) for one in work.unanswered] == [("Olu Officer", True)]
    assert work.dispatch == "555-0100"
    for name in ("respond", "investigate"):
        assert make.part(case, staff.counselor, name).is_open


@pytest.mark.parametrize(
    ("day", "hour", "minute", "told_at"),
    [
        # Within the hours of school the cover has half an hour, but no longer than the officer is on duty.
        (20, 14, 50, (15, 20, 15, 50)),
        (20, 15, 50, (16, 0, 16, 0)),
        # Outside of them, on a weekend and on a day without school: at once.
        (20, 16, 30, (16, 30, 16, 30)),
        (21, 11, 0, (11, 0, 11, 0)),
        (25, 7, 30, (7, 30, 7, 30)),
        (26, 10, 0, (10, 0, 10, 0)),
    ],
)
def test_a_request_goes_on_no_later_than_the_officer_is_off_duty(
    day: int, hour: int, minute: int, told_at: tuple[int, int, int, int]
) -> None:
    staff = make.Staff()
    Closure.objects.create(name="Thanksgiving", first_day=date(2026, 11, 26), last_day=date(2026, 11, 27))

    def at(hour: int, minute: int) -> datetime:
        return datetime(2026, 11, day, hour, minute, tzinfo=staff.school.zone)

    moments = [at(*told_at[:2]), at(*told_at[2:])]
    assert request_climbs(staff.school, at(hour, minute)) == moments


def test_on_a_saturday_the_cover_and_the_administrator_are_told_at_once_with_the_number_of_dispatch() -> None:
    staff = make.Staff()
    make.district()
    partner(staff)
    saturday = MONDAY - timedelta(days=2)
    make.asked_in(make.case(staff, at=saturday), staff.counselor, staff.sro, at=saturday)
    assert {"Pat", "Ada"} <= {who for who, _ in told(saturday, "request")}
    work = first_screen(staff.administrator, saturday)
    assert len(work.unanswered) == 1
    assert (work.dispatch, work.dispatch_dial) == ("555-0100", "5550100")
