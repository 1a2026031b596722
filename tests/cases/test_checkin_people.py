"""Whose a check-in is: whoever is there, their cover, and with nobody there everybody who answers for it."""

from datetime import date

import pytest

from cases import workflow
from cases.rhythm import Rhythm
from csec.accounts.roles import Role
from tests import make
from tests.cases.contacts import (
    CONTACT,
    FIRST,
    LATE,
    WEDNESDAY,
    asked,
    away,
    covered,
    row_of,
    team,
    work,
)
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db


def test_whoever_is_taken_off_is_out_of_the_schedule_and_the_cover_takes_over() -> None:
    staff = make.Staff()
    case = covered(staff)
    mine = row_of(case, staff.counselor, staff.counselor)
    workflow.remove_person(actor=staff.liaison, case=case, person=mine, reason="Moved.", at=AT)
    plan = make.check_in(case, staff.social_worker).plan
    assert (plan.person, plan.cover) == (staff.social_worker, None)
    assert asked(team(staff)) == {"Sam"}
    assert [one.pk for one in work(staff.administrator).uncovered.shown] == [case.pk]


def test_whoever_is_excluded_is_out_of_the_schedule_and_the_cover_takes_over() -> None:
    staff = make.Staff()
    case = covered(staff)
    waiting = make.check_in(case, staff.counselor)
    workflow.take_over(actor=staff.counselor, case=case, subject=waiting.pk, at=AT)
    concern = make.concern(staff, implicated=[staff.counselor])
    workflow.attach_concern(actor=staff.administrator, concern=concern, case=case, reason="The same.", at=AT)
    now = make.check_in(case, staff.social_worker)
    assert (now.plan.person, now.plan.cover, now.taken_by) == (staff.social_worker, None, None)
    assert asked(team(staff)) == {"Sam"}


def test_a_cover_who_is_taken_off_covers_no_more() -> None:
    staff = make.Staff()
    case = covered(staff)
    row = row_of(case, staff.social_worker, staff.counselor)
    workflow.remove_person(actor=staff.counselor, case=case, person=row, reason="Moved.", at=AT)
    plan = make.check_in(case, staff.counselor).plan
    assert (plan.person, plan.cover) == (staff.counselor, None)


def test_what_is_due_while_somebody_is_away_is_on_the_covers_first_screen() -> None:
    staff = make.Staff()
    covered(staff)
    away(staff.counselor)
    assert asked(team(staff), AT) == {"Casey"}
    assert asked(team(staff), WEDNESDAY) == {"Sam"}
    assert asked(team(staff), WEDNESDAY + DAY) == {"Casey"}


def test_days_that_were_taken_back_count_no_more() -> None:
    staff = make.Staff()
    covered(staff)
    day = WEDNESDAY.date()
    row = workflow.enter_away(
        actor=staff.counselor, person=staff.counselor, first_day=day, last_day=day, at=AT
    )
    workflow.withdraw_away(actor=staff.counselor, away=row, at=AT)
    assert asked(team(staff), WEDNESDAY) == {"Casey"}


def test_a_day_on_which_the_school_is_not_theirs_sends_it_to_the_cover() -> None:
    staff = make.Staff()
    covered(staff)
    staff.counselor.memberships.update(weekdays=[0, 1])
    make.Membership.objects.create(
        person=staff.counselor,
        school=staff.other_school,
        role=Role.COUNSELOR,
        since=make.SINCE,
        weekdays=[2, 3, 4],
    )
    assert asked(team(staff), AT + 4 * DAY) == {"Casey"}
    assert asked(team(staff), WEDNESDAY) == {"Sam"}


def test_with_nobody_there_it_is_everybodys_who_carries_or_answers_for_the_case() -> None:
    staff = make.Staff()
    covered(staff)
    away(staff.counselor)
    away(staff.social_worker)
    assert asked(team(staff), WEDNESDAY) == {"Casey", "Sam", "Ada", "Lee"}


def test_whoever_took_it_over_is_asked_and_nobody_else_while_they_are_there() -> None:
    staff = make.Staff()
    case = covered(staff)
    waiting = make.check_in(case, staff.counselor)
    workflow.take_over(actor=staff.administrator, case=case, subject=waiting.pk, at=LATE)
    assert asked(team(staff), LATE) == {"Ada"}
    away(staff.administrator, days=3)
    assert asked(team(staff), LATE) == {"Casey"}


def test_a_schedule_without_a_cover_is_on_the_screens_of_those_who_answer_for_it_until_there_is_one() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    for person, shown in (
        (staff.administrator, [case.pk]),
        (staff.liaison, [case.pk]),
        (staff.counselor, []),
        (staff.sro, []),
    ):
        assert [one.pk for one in work(person).uncovered.shown] == shown
    make.scheduled(case, staff.administrator, person=staff.counselor, cover=staff.social_worker)
    assert work(staff.administrator).uncovered.shown == []
    make.scheduled(case, staff.administrator, person=None, cover=staff.social_worker)
    assert [one.pk for one in work(staff.liaison).uncovered.shown] == [case.pk]


def test_a_schedule_of_dates_that_has_run_out_goes_on_by_the_protocols_interval() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.scheduled(case, staff.counselor, rhythm=Rhythm.on_dates([FIRST, date(2026, 11, 30)]))
    make.record(case, staff.counselor, CONTACT, at=AT + 4 * DAY)
    assert make.check_in(case, staff.counselor).due_on == date(2026, 11, 30)
    make.record(case, staff.counselor, CONTACT, at=AT + 10 * DAY)
    assert make.check_in(case, staff.counselor).due_on == date(2026, 12, 7)
    make.scheduled(case, staff.counselor, first_on=date(2026, 12, 4), at=AT + 11 * DAY)
    assert make.check_in(case, staff.counselor).due_on == date(2026, 12, 4)


def test_whoever_has_left_the_school_is_asked_no_more_and_the_cover_is() -> None:
    staff = make.Staff()
    case = covered(staff)
    staff.counselor.memberships.update(until=AT.date())
    assert asked(team(staff)) == {"Sam"}
    assert [one.pk for one in work(staff.administrator).uncovered.shown] == [case.pk]
    staff.social_worker.memberships.update(until=AT.date())
    assert asked((staff.administrator, staff.liaison)) == {"Ada", "Lee"}


def test_in_a_break_it_is_whose_the_plan_of_the_break_says_and_afterwards_whose_it_was() -> None:
    staff = make.Staff()
    make.winter_break()
    case = covered(staff, rhythm=Rhythm.per_week([0, 4]))
    make.break_planned(case, staff.counselor, "school", person=staff.social_worker)
    make.record(case, staff.counselor, CONTACT, at=AT + 28 * DAY)
    assert make.check_in(case, staff.counselor).due_on == date(2026, 12, 21)
    assert asked(team(staff), AT + 28 * DAY) == {"Casey"}
    assert asked(team(staff), AT + 31 * DAY) == {"Sam"}
    assert asked(team(staff), AT + 45 * DAY) == {"Casey"}
