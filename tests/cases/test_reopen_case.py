"""A closed case goes on where it stood."""

from datetime import timedelta

import pytest
from django.db import connections

from cases import workflow
from cases.rhythm import Rhythm
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(days=10)


def test_what_had_ended_has_ended_and_what_was_open_is_open() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    before = {part.part: (part.outcome, part.version) for part in make.parts(case, staff.counselor)}
    make.closed(case, staff.counselor)
    workflow.reopen_case(actor=staff.administrator, case=case, reason="She came back.", at=LATER)
    after = {part.part: (part.outcome, part.version) for part in make.parts(case, staff.counselor)}
    assert after == before
    decision, words = make.decided(case, staff.counselor, "reopened")
    assert (decision.by, decision.at, words) == (staff.administrator, LATER, {"reason": "She came back."})
    assert make.as_seen(case, staff.counselor).is_open


def test_contact_asks_again_on_the_schools_day_and_not_on_that_of_utc() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    make.closed(case, staff.counselor)
    evening = AT.replace(day=21, hour=4)  # Friday 20 November, 20:00 in California
    workflow.reopen_case(actor=staff.counselor, case=case, reason="She came back.", at=evening)
    assert str(make.part(case, staff.counselor, "regular_contact").next_on) == "2026-11-20"


@pytest.mark.parametrize("reason", ["", " ", "x" * 5001, "\x07"])
def test_it_needs_a_reason_that_can_be_read(reason: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    make.closed(case, staff.counselor)
    with invalid("reason"):
        workflow.reopen_case(actor=staff.counselor, case=case, reason=reason, at=LATER)
    assert make.as_seen(case, staff.counselor).status == "closed"


def test_the_second_reads_who_reopened_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    make.closed(case, staff.counselor)
    workflow.reopen_case(actor=staff.administrator, case=case, reason="She came back.", at=LATER)
    with conflict("Last change: Case reopened, by Ada Administrator on Mon, Nov 30, 2:50 PM."):
        workflow.reopen_case(actor=staff.counselor, case=case, reason="She came back.", at=LATER)


@pytest.mark.django_db(transaction=True)
def test_a_case_that_was_closed_before_there_were_schedules_has_one_from_then_on() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    make.closed(case, staff.counselor)
    with connections["owner"].cursor() as cursor:
        for table in ("cases_checkin", "cases_checkinplan"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - a table of ours
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    workflow.reopen_case(actor=staff.counselor, case=case, reason="She came back.", at=LATER)
    waiting = make.check_in(case, staff.counselor)
    assert (waiting.due_on, waiting.plan.how_often) == (LATER.date(), Rhythm.every_days(7))
    assert waiting.plan.person == staff.counselor
    assert make.part(case, staff.counselor, "regular_contact").next_on == LATER.date()
