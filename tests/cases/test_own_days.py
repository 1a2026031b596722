"""A row of a first screen gives the day that its list is about and how far that is, not when the case was opened."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.breaks import Break
from cases.models import Case, StepPart
from cases.reading.own_days import opened
from cases.reading.when import due_on
from csec.accounts.models import Membership, User
from csec.directory.models import Closure, School
from csec.identity import acting_as
from tests import around, make
from tests.cases.contacts import work
from tests.make import AT, DAY
from tests.reviews import reviewed

pytestmark = pytest.mark.django_db

#: The case was opened a fortnight before; of that day no row below is to speak.
OPENED = AT - 14 * DAY


def row(person: User, name: str, case: Case, at: datetime = AT) -> str:
    """What the first screen of that person says of the case in that list."""
    return str(getattr(work(person, at), name).said[case.pk])


def test_a_safety_plan_gives_its_day() -> None:
    staff = make.Staff()
    case = make.case(staff, at=OPENED)
    around.safety_plan(case, staff.counselor, at=OPENED, review_on=date(2026, 11, 18))
    assert row(staff.administrator, "safety", case) == "was due Wed, Nov 18 (2 days ago)"


def test_a_break_gives_its_first_day_before_it_and_in_it() -> None:
    staff = make.Staff()
    case = make.case(staff, at=OPENED)
    Closure.objects.create(name="Break", first_day=date(2026, 11, 23), last_day=date(2026, 11, 27))
    assert row(staff.counselor, "breaks", case) == "begins Sat, Nov 21 (tomorrow)"
    assert row(staff.counselor, "breaks", case, at=AT + 5 * DAY) == "began Sat, Nov 21 (4 days ago)"


def test_of_two_breaks_the_one_of_which_nobody_has_spoken_gives_its_day() -> None:
    staff = make.Staff()
    case = make.case(staff, at=OPENED)
    for first_day, last_day in ((23, 27), (32, 41)):
        november = date(2026, 10, 31)
        Closure.objects.create(
            name="Break", first_day=november + first_day * DAY, last_day=november + last_day * DAY
        )
    break_ = Break(date(2026, 11, 21), date(2026, 11, 29))
    make.break_planned(case, staff.counselor, break_=break_, first_contact_on=date(2026, 11, 30))
    assert row(staff.counselor, "breaks", case) == "begins Wed, Dec 2 (in 12 days)"


def test_a_freeze_gives_the_day_it_began_and_a_list_its_first_entry_that_was_not_read() -> None:
    staff = make.Staff()
    case = make.case(staff, at=OPENED)
    make.on_case_as_counsel(case, staff, at=OPENED)
    workflow.suspect_parent(actor=staff.counselor, case=case, reason="He drives her.", at=AT - 3 * DAY)
    for days in (2, 1):
        make.released(case, staff.counselor, at=AT - days * DAY)
    assert row(staff.counsel, "held", case) == "frozen since Tue, Nov 17 (3 days ago)"
    assert row(staff.counsel, "unread", case) == "not reviewed since Wed, Nov 18 (2 days ago)"


def test_a_case_to_review_gives_its_last_review_and_without_one_when_it_was_opened() -> None:
    staff = make.Staff()
    began = AT - timedelta(days=90)
    case, other = make.case(staff, at=began), make.another_case(staff, at=began)
    first = reviewed(case, staff.administrator, at=AT - 60 * DAY)
    reviewed(case, staff.administrator, at=AT - 40 * DAY, last=first.pk)
    assert row(staff.administrator, "unreviewed", case) == "last review Sun, Oct 11 (40 days ago)"
    assert row(staff.administrator, "unreviewed", other) == "opened Sat, Aug 22 (90 days ago)"


def test_a_day_of_another_year_has_its_year() -> None:
    case = Case(opened_at=AT - timedelta(days=400), school=School(time_zone="America/Los_Angeles"))
    assert opened(case, AT) == "opened Thu, Oct 16, 2025 (400 days ago)"
    assert due_on(date(2027, 1, 4), AT.date()) == "due Mon, Jan 4, 2027 (in 45 days)"


def test_a_student_of_18_gives_that_birthday() -> None:
    staff = make.Staff()
    student = make.student(staff.school, "Robin", "Reed", birth_date=date(2008, 11, 18))
    case = make.case(staff, about=make.concern(staff, student=student, at=OPENED), at=OPENED)
    assert row(staff.counselor, "of_age", case) == "18 since Wed, Nov 18 (2 days ago)"


def test_a_case_in_which_all_has_ended_gives_the_day_of_the_last_step() -> None:
    staff = make.Staff()
    case = make.case(staff, "suspected_recruiter", at=OPENED)
    with acting_as(staff.counselor.pk):
        of_case = StepPart.objects.filter(case=case)
        of_case.update(outcome="not_applicable", outcome_at=AT - 5 * DAY)
        of_case.filter(kind="consequence").update(outcome_at=AT - DAY)
    assert row(staff.counselor, "idle", case) == "last step ended Thu, Nov 19 (yesterday)"


def test_a_schedule_without_a_cover_gives_the_next_check_in_and_a_case_with_nobody_its_opening() -> None:
    staff = make.Staff()
    case = make.case(staff, at=OPENED)
    assert row(staff.administrator, "uncovered", case).startswith("was due ")
    Membership.objects.filter(person=staff.counselor).update(until=AT.date())
    assert row(staff.administrator, "nobodys", case) == "opened Fri, Nov 6 (14 days ago)"


def test_the_pages_say_it() -> None:
    staff = make.Staff()
    case = make.case(staff, at=OPENED)
    around.safety_plan(case, staff.counselor, at=OPENED, review_on=date(2026, 11, 18))
    client = Client()
    client.force_login(staff.administrator)
    answer = client.get(reverse("home"))
    said = answer.context["work"].safety.said[case.pk]
    assert f'<span class="todo-when">{said}</span>' in answer.content.decode()
    assert said.startswith("was due Wed, Nov 18")
