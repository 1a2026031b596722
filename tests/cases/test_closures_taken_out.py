"""A closure is taken out of the calendar: the contacts that it had put on other days come back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction

from cases import workflow
from cases.models import Case
from cases.rhythm import Rhythm
from cases.workflow import calendar
from csec.accounts.models import User
from csec.directory.models import Closure, School
from csec.identity import acting_as
from tests import make
from tests.cases.reminders.worker import swept
from tests.make import AT, DAY, WINTER

pytestmark = pytest.mark.django_db

#: A Tuesday, on which the first contact of a case opened at AT, a Friday, is due.
FIRST = date(2026, 11, 24)
MONDAY = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
TUESDAY = MONDAY + DAY


def closed(first_day: date, last_day: date | None = None, school: School | None = None) -> Closure:
    return Closure.objects.create(
        name="Storm", first_day=first_day, last_day=last_day or first_day, school=school
    )


def taken_out(row: Closure, at: datetime) -> None:
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])


def follow(staff: make.Staff, at: datetime, person: User | None = None) -> int:
    with acting_as((person or staff.liaison).pk):
        return calendar.follow_calendar(at)


def due(case: Case, staff: make.Staff) -> date:
    waiting, part = make.check_in(case, staff.counselor), make.part(case, staff.counselor, "regular_contact")
    assert (part.next_on, part.due_at) == (waiting.due_on, waiting.due_at)
    return waiting.due_on


@pytest.mark.parametrize("at", [AT, TUESDAY], ids=["put on the day before", "put on the day after"])
@pytest.mark.parametrize("chosen", [False, True], ids=["by the schedule", "chosen by somebody"])
def test_a_closure_entered_by_mistake_leaves_no_trace(at: datetime, chosen: bool) -> None:
    staff = make.Staff()
    case = make.case(staff)
    if chosen:
        make.record(case, staff.counselor, "regular_contact", next_on=FIRST)
    row = closed(FIRST)
    assert follow(staff, at) == 1
    assert due(case, staff) == (date(2026, 11, 23) if at == AT else date(2026, 11, 25))
    taken_out(row, at + timedelta(minutes=1))
    assert follow(staff, at + timedelta(minutes=1)) == 1
    assert due(case, staff) == FIRST
    assert make.check_in(case, staff.counselor).moved_from is None
    assert follow(staff, at + timedelta(minutes=2)) == 0


def test_of_two_closures_that_moved_it_the_one_that_stays_still_does() -> None:
    staff = make.Staff()
    case = make.case(staff)
    first = closed(FIRST)
    follow(staff, TUESDAY)
    second = closed(FIRST + DAY)
    follow(staff, TUESDAY)
    assert due(case, staff) == date(2026, 11, 26)
    taken_out(second, TUESDAY + timedelta(minutes=1))
    follow(staff, TUESDAY + timedelta(minutes=1))
    assert due(case, staff) == date(2026, 11, 25)
    taken_out(first, TUESDAY + timedelta(minutes=2))
    follow(staff, TUESDAY + timedelta(minutes=2))
    assert due(case, staff) == FIRST


def test_where_a_break_falls_away_the_contact_after_it_comes_forward() -> None:
    staff = make.Staff()
    winter = make.winter_break()
    case = make.case(staff)
    friday = AT + 28 * DAY
    make.record(case, staff.counselor, "regular_contact", at=friday)
    assert due(case, staff) == WINTER.first_school_day_after
    taken_out(winter, friday)
    assert follow(staff, friday) == 1
    assert due(case, staff) == date(2026, 12, 25)


def test_what_an_early_contact_had_answered_is_asked_again() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.scheduled(case, staff.counselor, rhythm=Rhythm.per_week([1]), first_on=FIRST)
    row = closed(FIRST)
    make.record(case, staff.counselor, "regular_contact", at=MONDAY)
    assert due(case, staff) == FIRST + 7 * DAY
    taken_out(row, MONDAY)
    assert follow(staff, MONDAY) == 1
    assert due(case, staff) == FIRST


def test_a_day_that_somebody_chose_or_an_older_schedule_had_set_stays() -> None:
    staff = make.Staff()
    chosen, older = make.case(staff), make.case(staff)
    make.record(chosen, staff.counselor, "regular_contact", next_on=date(2026, 12, 2))
    make.scheduled(older, staff.counselor, first_on=date(2026, 12, 3))
    row = closed(date(2026, 11, 30))
    assert follow(staff, AT) == 0
    taken_out(row, AT)
    assert follow(staff, AT) == 0
    assert (due(chosen, staff), due(older, staff)) == (date(2026, 12, 2), FIRST)


def test_what_is_late_stays_late_and_nothing_comes_back_to_a_day_that_is_over() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = closed(FIRST)
    follow(staff, TUESDAY)
    evening = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    taken_out(row, evening)
    assert follow(staff, evening) == 0
    assert due(case, staff) == date(2026, 11, 25)
    assert follow(staff, evening + 1 * DAY) == 0


def test_in_the_evening_a_contact_is_not_put_on_a_day_on_which_school_is_over() -> None:
    staff = make.Staff()
    case = make.case(staff)
    evening = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    closed(FIRST)
    assert follow(staff, evening) == 1
    assert due(case, staff) == date(2026, 11, 25)


def test_contacts_are_moved_for_those_who_answer_for_the_school_and_for_nobody_else() -> None:
    staff = make.Staff()
    other = make.user("Olga Overseer", "administrator", staff.other_school)
    case = make.case(staff)
    closed(FIRST)
    for person in (staff.teacher, staff.counselor, staff.sro, staff.counsel, other):
        assert follow(staff, AT, person) == 0
    with acting_as(staff.counselor.pk), connection.cursor() as cursor:
        waiting = make.check_in(case, staff.counselor)
        cursor.execute(
            "SELECT put_check_in(id, due_on, due_on + 9, NULL, before_at, day_at, due_at, 0, remind_at)"
            " FROM cases_checkin WHERE id = %s",
            [waiting.pk],
        )
        assert cursor.fetchone() == (False,)
        cursor.execute(
            "SELECT count(*) FROM check_ins_between(%s, ARRAY['2026-01-01'::date], ARRAY['2027-01-01'::date], %s)",
            [[staff.school.pk], AT],
        )
        assert cursor.fetchone() == (0,)
    assert follow(staff, AT, staff.administrator) == 1


def test_another_time_zone_leaves_the_days_as_they_are() -> None:
    staff = make.Staff()
    case = make.case(staff)
    with acting_as(staff.liaison.pk):
        staff.school.time_zone = "Pacific/Honolulu"
        staff.school.save(update_fields=["time_zone"])
        assert calendar.follow_zone(staff.school, AT) == 1
    assert due(case, staff) == FIRST
    assert make.check_in(case, staff.counselor).due_at == datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_a_case_in_which_somebody_writes_at_that_moment_is_left_to_the_next_sweep() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = closed(FIRST)
    follow(staff, MONDAY)
    assert due(case, staff) == date(2026, 11, 23)
    taken_out(row, MONDAY)
    with transaction.atomic(using="owner"):
        list(Case.objects.using("owner").select_for_update().filter(pk=case.pk))
        assert follow(staff, MONDAY) == 0
    swept(MONDAY + timedelta(minutes=16))
    assert due(case, staff) == FIRST


def test_a_case_that_is_opened_again_is_asked_on_the_first_day_that_has_school() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    make.closed(case, staff.counselor)
    row = closed(FIRST)
    workflow.reopen_case(actor=staff.counselor, case=case, reason="She is back.", at=TUESDAY)
    assert due(case, staff) == date(2026, 11, 25)
    taken_out(row, TUESDAY)
    assert follow(staff, TUESDAY) == 1
    assert due(case, staff) == FIRST
