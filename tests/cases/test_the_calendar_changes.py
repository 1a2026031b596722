"""The school's calendar changes after a contact, or a break, was planned: what is due goes by it as it is now."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.breaks import Break
from cases.models import Case
from cases.reading.work import waiting_for
from cases.workflow import calendar
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.directory.models import Closure, School
from csec.identity import acting_as
from tests import make
from tests.cases.reminders.worker import swept, told, wanted
from tests.make import AT, DAY, WINTER

pytestmark = pytest.mark.django_db

#: A Tuesday, on which the first contact of a case opened at AT is due.
FIRST = date(2026, 11, 24)
BACK = WINTER.first_school_day_after


def closed(first_day: date, last_day: date | None = None, school: School | None = None) -> Closure:
    return Closure.objects.create(
        name="Storm", first_day=first_day, last_day=last_day or first_day, school=school
    )


def follow_calendar(at: datetime) -> int:
    """As the liaison does who has just changed it."""
    with acting_as(User.objects.get(name="Lee Liaison").pk):
        return calendar.follow_calendar(at)


def instead(row: Closure, first_day: date, last_day: date) -> None:
    """A closure is taken out, and another one entered."""
    row.withdrawn_at = AT
    row.save(update_fields=["withdrawn_at"])
    closed(first_day, last_day)


def due(case: Case, person: User) -> date:
    waiting, part = make.check_in(case, person), make.part(case, person, "regular_contact")
    assert (part.next_on, part.due_at) == (waiting.due_on, waiting.due_at)
    return waiting.due_on


def test_a_closure_that_is_entered_later_puts_the_contact_on_the_school_day_before() -> None:
    staff = make.Staff()
    case = make.case(staff)
    closed(FIRST)
    assert follow_calendar(AT) == 1
    assert due(case, staff.counselor) == date(2026, 11, 23)
    assert follow_calendar(AT) == 0


def test_where_that_has_passed_it_is_the_next_school_day_and_somebody_is_told_anew() -> None:
    staff = make.Staff()
    case = make.case(staff)
    closed(FIRST, FIRST + DAY)
    tuesday = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
    assert follow_calendar(tuesday) == 1
    assert due(case, staff.counselor) == date(2026, 11, 26)
    monday = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    other = make.case(staff, at=AT + 2 * DAY)
    assert due(other, staff.counselor) == date(2026, 11, 27)
    closed(date(2026, 11, 27))
    follow_calendar(monday + 3 * DAY)
    assert make.check_in(other, staff.counselor).remind_at == monday + 3 * DAY


def test_what_is_late_stays_late_and_another_school_is_not_asked() -> None:
    staff = make.Staff()
    case = make.case(staff)
    closed(FIRST, school=staff.other_school)
    assert follow_calendar(AT) == 0
    closed(FIRST)
    assert follow_calendar(AT + 5 * DAY) == 0
    assert due(case, staff.counselor) == FIRST


def test_it_does_not_go_back_to_the_day_on_which_the_student_was_seen() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.record(case, staff.counselor, "regular_contact", next_on=date(2026, 11, 23))
    closed(date(2026, 11, 23))
    assert follow_calendar(AT) == 1
    assert due(case, staff.counselor) == FIRST


def test_a_break_that_is_entered_later_is_waited_out_as_it_was_agreed() -> None:
    staff = make.Staff()
    make.winter_break()
    case = make.case(staff)
    make.break_planned(case, staff.counselor, first_contact_on=BACK + 2 * DAY)
    friday = AT + 28 * DAY
    make.record(case, staff.counselor, "regular_contact", at=friday, next_on=date(2026, 12, 18))
    closed(date(2026, 12, 18))
    assert follow_calendar(friday) == 1
    assert due(case, staff.counselor) == BACK


def test_a_contact_in_a_break_in_which_the_school_goes_on_stays() -> None:
    staff = make.Staff()
    make.winter_break()
    case = make.case(staff)
    make.break_planned(case, staff.counselor, "school", person=staff.counselor)
    make.record(case, staff.counselor, "regular_contact", at=AT + 27 * DAY)
    assert due(case, staff.counselor) == date(2026, 12, 24)
    assert follow_calendar(AT + 27 * DAY) == 0


def asks(case: Case, person: User, at: datetime) -> bool:
    with acting_as(person.pk):
        return case.pk in {one.pk for one in waiting_for(person, at).breaks.shown}


def test_a_break_that_grew_after_it_was_planned_asks_for_its_plan_again() -> None:
    staff = make.Staff()
    winter = make.winter_break()
    case = make.case(staff)
    make.break_planned(case, staff.counselor)
    near = AT + 21 * DAY
    assert not asks(case, staff.counselor, near)
    instead(winter, winter.first_day, date(2027, 1, 8))
    assert asks(case, staff.counselor, near)
    again = Break(WINTER.first_day, date(2027, 1, 10))
    make.break_planned(case, staff.counselor, break_=again, first_contact_on=date(2027, 1, 11), at=near)
    assert not asks(case, staff.counselor, near)


def test_one_that_begins_earlier_asks_again_and_only_the_new_plan_is_in_force() -> None:
    staff = make.Staff()
    winter = make.winter_break()
    case = make.case(staff)
    make.break_planned(case, staff.counselor)
    near = AT + 21 * DAY
    instead(winter, date(2026, 12, 18), winter.last_day)
    assert asks(case, staff.counselor, near)
    again = Break(date(2026, 12, 18), WINTER.last_day)
    make.break_planned(case, staff.counselor, break_=again, at=near)
    with acting_as(staff.counselor.pk):
        [plan] = case.break_plans.filter(replaced_at__isnull=True)
    assert plan.first_day == date(2026, 12, 18)


def test_one_that_became_shorter_needs_no_other_plan_and_the_first_contact_is_when_school_begins() -> None:
    staff = make.Staff()
    winter = make.winter_break()
    case = make.case(staff)
    make.break_planned(case, staff.counselor, first_contact_on=BACK)
    instead(winter, winter.first_day, date(2026, 12, 30))
    assert not asks(case, staff.counselor, AT + 21 * DAY)
    make.record(case, staff.counselor, "regular_contact", at=AT + 28 * DAY)
    assert due(case, staff.counselor) == date(2026, 12, 31)


def test_the_page_says_that_the_break_has_changed_and_offers_what_was_agreed() -> None:
    staff = make.Staff()
    soon = database_now().date() + 20 * DAY
    monday = soon - soon.weekday() * DAY
    row = Closure.objects.create(name="Break", first_day=monday, last_day=monday + 4 * DAY)
    case = make.case(staff)
    client = Client()
    client.force_login(staff.counselor)
    first = Break(monday - 2 * DAY, monday + 6 * DAY)
    workflow.plan_break(
        actor=staff.counselor,
        case=case,
        break_=first,
        who="provider",
        outside="Harbor",
        how="By telephone.",
        first_contact_on=first.first_school_day_after,
        at=AT,
    )
    instead(row, monday, monday + 7 * DAY)
    shown = client.get(reverse("cases:breaks_of_case", args=[case.pk])).content.decode()
    assert "Changed since it was planned" in shown
    path = reverse("cases:plan_break", args=[case.pk, first.first_day.isoformat()])
    initial = client.get(path).context["form"].initial
    assert (initial["outside"], initial["first_contact_on"]) == ("Harbor", monday + 8 * DAY)


@pytest.mark.django_db(transaction=True)
def test_the_sweep_does_it_as_well_and_whoever_makes_the_contact_is_told_of_the_new_day() -> None:
    staff = make.Staff()
    case = make.case(staff, at=AT)
    monday = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    assert told(monday, "check_in") == {("Casey", 0)}
    Closure.objects.using("owner").create(name="Storm", first_day=FIRST, last_day=FIRST + DAY)
    with transaction.atomic(using="owner"):
        # A case in which somebody writes at this moment is left to the next one.
        list(Case.objects.using("owner").select_for_update().filter(pk=case.pk))
        assert follow_calendar(monday) == 0
    swept(monday + timedelta(minutes=16))
    assert due(case, staff.counselor) == date(2026, 11, 23)
    assert told(monday + timedelta(minutes=17), "check_in") == {("Casey", 1)}
    assert wanted(monday + timedelta(minutes=17)) >= {("check_in", "Casey", 1)}


@pytest.mark.django_db(transaction=True)
def test_a_break_that_grew_is_told_anew() -> None:
    staff = make.Staff()
    row = Closure.objects.using("owner").create(
        name="Winter", first_day=WINTER.first_day + 2 * DAY, last_day=WINTER.last_day - 2 * DAY
    )
    make.case(staff)
    near = datetime(2026, 12, 14, 18, 0, tzinfo=UTC)
    assert told(near, "break") == {("Casey", 1), ("Ada", 1)}
    assert told(near + timedelta(minutes=20), "break") == set()
    row.last_day += 7 * DAY
    row.save(update_fields=["last_day"], using="owner")
    assert told(near + timedelta(minutes=40), "break") == {("Casey", 1), ("Ada", 1)}


@pytest.mark.django_db(transaction=True)
def test_a_plan_of_before_the_break_grew_does_not_keep_its_message_back() -> None:
    staff = make.Staff()
    row = Closure.objects.using("owner").create(
        name="Winter", first_day=WINTER.first_day + 2 * DAY, last_day=WINTER.last_day - 2 * DAY
    )
    case = make.case(staff)
    make.break_planned(case, staff.counselor)
    near = datetime(2026, 12, 14, 18, 0, tzinfo=UTC)
    assert told(near, "break") == set()
    row.last_day += 7 * DAY
    row.save(update_fields=["last_day"], using="owner")
    later = near + timedelta(minutes=20)
    assert told(later, "break") == {("Casey", 1), ("Ada", 1)}
    assert {who for kind, who, _level in wanted(later) if kind == "break"} == {"Casey", "Ada"}
