"""A check-in is never forgotten: what is promised of the schedule, from the opening of a case to its end."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from cases import workflow
from cases.rhythm import Rhythm
from csec.accounts.models import User
from csec.directory.models import Closure
from tests import make
from tests.cases.contacts import (
    CONTACT,
    FIRST,
    LATE,
    asked,
    asks,
    covered,
    late,
    reclassified,
    row_of,
    team,
    work,
)
from tests.expect import invalid
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("track", ["suspected_victim", "confirmed_victim"])
def test_a_case_is_never_without_a_schedule_from_its_opening(track: str) -> None:
    staff = make.Staff()
    case = make.case(staff, track)
    waiting = make.check_in(case, staff.counselor)
    assert (waiting.due_on, waiting.plan.how_often) == (FIRST, Rhythm.every_days(7))
    assert (waiting.plan.person, waiting.plan.cover) == (staff.counselor, None)
    part = make.part(case, staff.counselor, CONTACT)
    assert (part.due_at, part.next_on) == (waiting.due_at, FIRST)


def test_a_case_that_an_administrator_opens_runs_without_a_person_and_asks_for_one() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    for person in (staff.counselor, staff.social_worker):
        person.memberships.update(until=AT.date())
    opened = workflow.open_case(
        actor=User.objects.get(pk=staff.administrator.pk),
        concern=concern,
        track="suspected_victim",
        reason="It fits.",
        at=AT,
    )
    assert make.check_in(opened, staff.administrator).plan.person is None
    assert [case.pk for case in work(staff.administrator).uncovered.shown] == [opened.pk]
    assert asks(staff.administrator)


def test_a_track_without_regular_contact_asks_for_none() -> None:
    staff = make.Staff()
    case = make.case(staff, "suspected_recruiter")
    assert make.check_ins(case, staff.counselor) == []
    assert asked(team(staff)) == set()
    assert work(staff.administrator).uncovered.shown == []


def test_an_attempt_leaves_it_due_and_late() -> None:
    staff = make.Staff()
    case = make.case(staff)
    on_the_day = AT + 4 * DAY
    make.record(case, staff.counselor, CONTACT, "unable", reason="Absent.", at=on_the_day)
    assert asks(staff.counselor, on_the_day)
    assert not late(staff.counselor, on_the_day)
    for n in (5, 6, 12, 40):
        assert late(staff.counselor, AT + n * DAY)
        make.record(case, staff.counselor, CONTACT, "unable", reason="Absent.", at=AT + n * DAY)
    assert late(staff.counselor, AT + 41 * DAY)
    assert make.check_ins(case, staff.counselor) == [(FIRST, "waiting")]


def test_what_is_late_is_on_the_screens_of_those_who_answer_for_it() -> None:
    staff = make.Staff()
    make.case(staff)
    for person in (staff.administrator, staff.liaison):
        assert not any(t.part.kind == "contact" for t in work(person, AT + 4 * DAY).late_with_others.shown)
        assert any(task.part.kind == "contact" for task in work(person, LATE).late_with_others.shown)


@pytest.mark.parametrize(
    ("rhythm", "days"),
    [
        (Rhythm.every_days(3), ["11-24", "11-25", "11-30", "12-03", "12-04", "12-07"]),
        (Rhythm.per_week([0, 3]), ["11-24", "11-25", "11-30", "12-03", "12-07", "12-10"]),
        (Rhythm.per_week([3, 4]), ["11-24", "11-25", "12-03", "12-04", "12-10", "12-11"]),
    ],
    ids=["every-three-days", "mondays-and-thursdays", "thursdays-and-fridays"],
)
def test_the_next_one_follows_by_the_rhythm_over_weekends_and_closures(
    rhythm: Rhythm, days: list[str]
) -> None:
    staff = make.Staff()
    Closure.objects.create(name="Thanksgiving", first_day=date(2026, 11, 26), last_day=date(2026, 11, 27))
    case = make.case(staff)
    make.scheduled(case, staff.counselor, rhythm=rhythm)
    made = []
    for _n in days:
        waiting = make.check_in(case, staff.counselor)
        made.append(waiting.due_on.strftime("%m-%d"))
        make.record(case, staff.counselor, CONTACT, at=waiting.due_at - timedelta(hours=2))
    assert made == days


def test_a_changed_schedule_never_puts_off_a_contact_that_is_late() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.scheduled(
        case, staff.counselor, rhythm=Rhythm.every_days(30), first_on=AT.date() + 30 * DAY, at=LATE
    )
    assert make.check_in(case, staff.counselor).due_on == FIRST
    assert late(staff.counselor)


def test_the_schedule_goes_on_unbroken_through_reclassifying_and_back() -> None:
    staff = make.Staff()
    case = covered(staff, rhythm=Rhythm.per_week([1]))
    before = make.check_in(case, staff.counselor)
    for to in ("confirmed_victim", "suspected_victim"):
        reclassified(staff, case, to)
        now = make.check_in(case, staff.counselor)
        assert (now.pk, now.plan_id, now.due_at) == (before.pk, before.plan_id, before.due_at)
        part = make.part(case, staff.counselor, CONTACT)
        assert (part.due_at, part.next_on) == (before.due_at, FIRST)
        assert asked(team(staff)) == {"Casey"}
    make.record(case, staff.counselor, CONTACT, at=AT + 4 * DAY)
    assert make.check_ins(case, staff.counselor) == [(FIRST, "seen"), (date(2026, 12, 1), "waiting")]


def test_closing_ends_it_only_after_a_last_look() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    given: dict[str, Any] = {
        "actor": staff.counselor,
        "case": case,
        "outcome": "other_support",
        "reason": "Over.",
        "left_open": make.left_open(case, staff.counselor),
    }
    with invalid("last_look"):
        workflow.close_case(at=AT, **given)
    assert make.check_ins(case, staff.counselor) == [(FIRST, "waiting")]
    workflow.close_case(at=AT, last_look="She is well; her aunt looks after her.", **given)
    assert make.check_ins(case, staff.counselor) == [(FIRST, "ended")]
    assert not any(asks(person, AT + 60 * DAY) for person in team(staff))


@pytest.mark.parametrize(
    ("reopened", "due"),
    [
        (AT + 3 * DAY, date(2026, 11, 23)),
        (AT + DAY, date(2026, 11, 23)),
        (AT + 6 * DAY, date(2026, 11, 30)),
    ],
    ids=["on-a-monday", "on-a-saturday", "on-a-holiday"],
)
def test_reopening_asks_on_the_same_or_the_next_school_day(reopened: datetime, due: date) -> None:
    staff = make.Staff()
    Closure.objects.create(name="Thanksgiving", first_day=date(2026, 11, 26), last_day=date(2026, 11, 27))
    case = covered(staff, rhythm=Rhythm.per_week([2]))
    make.reported(case, staff.counselor)
    make.closed(case, staff.counselor)
    workflow.reopen_case(actor=staff.counselor, case=case, reason="She came back.", at=reopened)
    waiting = make.check_in(case, staff.counselor)
    assert (waiting.due_on, waiting.plan.how_often) == (due, Rhythm.per_week([2]))
    assert (waiting.plan.person, waiting.plan.cover) == (staff.counselor, staff.social_worker)


def test_reopening_asks_nobody_who_was_taken_off_while_it_was_closed() -> None:
    staff = make.Staff()
    case = covered(staff)
    make.reported(case, staff.counselor)
    make.closed(case, staff.counselor)
    mine = row_of(case, staff.counselor, staff.counselor)
    workflow.remove_person(actor=staff.administrator, case=case, person=mine, reason="Moved.", at=AT)
    workflow.reopen_case(actor=staff.administrator, case=case, reason="She came back.", at=AT)
    plan = make.check_in(case, staff.administrator).plan
    assert (plan.person, plan.cover) == (None, staff.social_worker)
    assert asked(team(staff)) == {"Sam"}


def test_voiding_a_case_ends_its_contacts() -> None:
    staff = make.Staff()
    case = make.case(staff)
    workflow.void_case(actor=staff.liaison, case=case, reason="By mistake.", at=AT)
    assert make.check_ins(case, staff.liaison) == [(FIRST, "ended")]
