"""A contact that was corrected: what it had ended waits again, and the reverse."""

from datetime import date, datetime
from typing import Any

import pytest

from cases import workflow
from cases.models import CheckIn, Entry
from tests import make
from tests.cases.contacts import CONTACT, FIRST, LATE, asked, late, team, work
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db


def corrected(staff: make.Staff, entry: Entry, outcome: str, *, at: datetime = LATE, **values: Any) -> Entry:
    seen = outcome == "done"
    return workflow.correct_entry(
        actor=staff.counselor,
        entry=entry,
        outcome=outcome,
        happened_at=entry.happened_at,
        reason="It was another student.",
        values={"seen": seen, **values} if outcome != "reopened" else {},
        at=at,
    )


@pytest.mark.parametrize("outcome", ["unable", "reopened"])
def test_correcting_seen_to_not_reached_makes_the_check_in_wait_again(outcome: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    before = make.check_in(case, staff.counselor)
    entry = make.record(case, staff.counselor, CONTACT, at=AT + 4 * DAY)
    assert not late(staff.counselor)
    corrected(staff, entry, outcome)
    now = make.check_in(case, staff.counselor)
    assert (now.pk, now.due_at) == (before.pk, before.due_at)
    assert make.check_ins(case, staff.counselor) == [(FIRST, "waiting"), (date(2026, 12, 1), "ended")]
    assert late(staff.counselor)


def test_after_such_a_correction_it_is_asked_of_whoever_makes_the_contacts_now() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    entry = make.record(case, staff.counselor, CONTACT, at=AT + 4 * DAY)
    make.scheduled(case, staff.counselor, person=staff.social_worker, at=AT + 4 * DAY)
    corrected(staff, entry, "unable")
    assert asked(team(staff), LATE) == {"Sam"}


def test_correcting_not_reached_to_seen_ends_the_check_in() -> None:
    staff = make.Staff()
    case = make.case(staff)
    entry = make.record(case, staff.counselor, CONTACT, "unable", reason="Absent.", at=AT + 4 * DAY)
    corrected(staff, entry, "done")
    assert make.check_ins(case, staff.counselor) == [(FIRST, "seen"), (date(2026, 12, 1), "waiting")]
    assert not late(staff.counselor)


def test_a_contact_corrected_twice_ends_where_it_began() -> None:
    staff = make.Staff()
    case = make.case(staff)
    entry = make.record(case, staff.counselor, CONTACT, at=AT + 4 * DAY)
    again = corrected(staff, corrected(staff, entry, "unable"), "done")
    seen = make.check_in(case, staff.counselor, state=CheckIn.State.SEEN)
    assert (seen.due_on, seen.entry) == (FIRST, again)
    assert make.check_in(case, staff.counselor).due_on == date(2026, 12, 1)


def test_a_correction_by_which_the_student_is_not_safe_raises_one_alert() -> None:
    staff = make.Staff()
    case = make.case(staff)
    entry = make.record(case, staff.counselor, CONTACT, values={"student_safe": "yes"})
    unsafe = corrected(staff, entry, "done", student_safe="no")
    assert [alert.subject for alert in work(staff.administrator).alerts] == [unsafe.pk]
    corrected(staff, unsafe, "done", student_safe="no", status="Called the police.")
    assert len(work(staff.administrator).alerts) == 1
