"""One contact or one attempt: what it writes, who may, and what the second person reads."""

from datetime import date, timedelta
from typing import Any

import pytest

from cases import workflow
from cases.models import Alert, Case, CheckIn, Entry
from cases.rhythm import Rhythm
from csec.accounts.models import User
from csec.audit.models import Event
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.cases.test_races import at_once
from tests.expect import conflict
from tests.make import AT

pytestmark = pytest.mark.django_db

CONTACT = "regular_contact"
FIRST, NEXT = date(2026, 11, 24), date(2026, 12, 1)
#: The morning of the first check-in.
ON_THE_DAY = AT + timedelta(days=3, hours=18)


def alerts(case: Case, person: User) -> list[Alert]:
    with acting_as(person.pk):
        return list(Alert.objects.filter(case=case))


def test_a_student_who_was_seen_ends_the_check_in_and_the_next_one_waits() -> None:
    staff = make.Staff()
    case = make.case(staff)
    values = {"student_safe": "yes", "status": "Calm."}
    entry = make.record(case, staff.counselor, CONTACT, values=values, at=ON_THE_DAY)
    assert (entry.outcome, entry.actor, entry.role) == ("done", staff.counselor, "counselor")
    assert make.evidence(entry, staff.counselor) == {"seen": True, "student_safe": "yes", "status": "Calm."}
    assert make.check_ins(case, staff.counselor) == [(FIRST, "seen"), (NEXT, "waiting")]
    made = make.check_in(case, staff.counselor, state=CheckIn.State.SEEN)
    assert (made.entry, made.ended_at) == (entry, ON_THE_DAY)
    part = make.part(case, staff.counselor, CONTACT)
    waiting = make.check_in(case, staff.counselor)
    assert (part.next_on, part.due_at, part.version) == (NEXT, waiting.due_at, 1)
    assert alerts(case, staff.counselor) == []


def test_an_attempt_is_recorded_and_ends_nothing() -> None:
    staff = make.Staff()
    case = make.case(staff)
    before = make.check_in(case, staff.counselor)
    entry = make.record(case, staff.counselor, CONTACT, "unable", reason="Absent today.")
    assert make.evidence(entry, staff.counselor) == {
        "seen": False,
        "why_not_seen": "Absent today.",
        "reason": "Absent today.",
    }
    assert make.check_ins(case, staff.counselor) == [(FIRST, "waiting")]
    after = make.check_in(case, staff.counselor)
    assert (after.pk, after.due_at, after.level, after.remind_at) == (
        before.pk,
        before.due_at,
        before.level,
        before.remind_at,
    )
    part = make.part(case, staff.counselor, CONTACT)
    assert (part.outcome, part.is_open, part.due_at) == ("unable", True, before.due_at)


def test_an_attempt_takes_no_day_on_which_to_look_again() -> None:
    staff = make.Staff()
    case = make.case(staff)
    late = AT + timedelta(days=6)
    make.record(
        case, staff.counselor, CONTACT, "unable", reason="Absent.", next_on=date(2026, 12, 20), at=late
    )
    assert make.check_ins(case, staff.counselor) == [(FIRST, "waiting")]


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        (date(2026, 11, 23), date(2026, 11, 23)),
        (date(2026, 11, 28), date(2026, 11, 27)),
        (date(2026, 11, 21), date(2026, 11, 23)),
        (date(2026, 11, 20), date(2026, 11, 20)),
        (date(2026, 12, 20), date(2026, 12, 18)),
    ],
    ids=["a-school-day", "a-weekend", "tomorrow-is-saturday", "again-today", "in-the-winter-break"],
)
def test_a_next_day_that_somebody_chose_is_due_on_a_school_day_and_not_on_the_day_just_seen(
    chosen: date, kept: date
) -> None:
    staff = make.Staff()
    make.winter_break()
    case = make.case(staff)
    make.scheduled(case, staff.counselor, rhythm=Rhythm.every_days(15))
    make.record(case, staff.counselor, CONTACT, next_on=chosen)
    assert make.check_in(case, staff.counselor).due_on == kept


def test_the_next_one_counts_from_the_day_of_the_contact_and_not_from_when_it_was_typed() -> None:
    staff = make.Staff()
    case = make.case(staff)
    workflow.record_checkin(
        actor=staff.counselor,
        part=make.part(case, staff.counselor, CONTACT),
        version=0,
        seen=True,
        happened_at=ON_THE_DAY,
        at=ON_THE_DAY + timedelta(days=3),
    )
    assert make.check_in(case, staff.counselor).due_on == NEXT


def test_a_contact_before_the_first_one_of_the_schedule_does_not_take_its_place() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.record(case, staff.counselor, CONTACT)
    assert make.check_ins(case, staff.counselor) == [(FIRST, "seen"), (FIRST, "waiting")]


def test_a_contact_typed_in_late_does_not_end_the_check_in_after_a_later_one() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.record(case, staff.counselor, CONTACT, at=AT + timedelta(days=4))
    part = make.part(case, staff.counselor, CONTACT)
    late = AT + timedelta(days=12)
    waiting = make.check_in(case, staff.counselor)
    workflow.record_checkin(
        actor=staff.counselor,
        part=part,
        version=part.version,
        seen=True,
        happened_at=AT + timedelta(days=3),
        at=late,
    )
    assert make.check_in(case, staff.counselor).pk == waiting.pk
    assert make.part(case, staff.counselor, CONTACT).due_at == waiting.due_at


@pytest.mark.parametrize("outcome", ["done", "unable"])
def test_a_student_who_is_not_safe_raises_an_alert_whether_seen_or_not(outcome: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    reason = "" if outcome == "done" else "Her aunt called."
    entry = make.record(case, staff.counselor, CONTACT, outcome, reason=reason, values={"student_safe": "no"})
    [alert] = alerts(case, staff.administrator)
    assert (alert.kind, alert.subject, alert.at, alert.taken_by_id) == ("unsafe", entry.pk, AT, None)


def test_the_cover_and_those_who_answer_for_the_case_record_as_well_and_read_no_more_for_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    for person in (staff.social_worker, staff.administrator, staff.liaison):
        entry = make.record(case, person, CONTACT, values={"status": "Calm."})
        assert entry.actor == person
        assert make.evidence(entry, staff.counselor)["status"] == "Calm."
        assert make.evidence(entry, staff.administrator) == {}


def test_the_officer_whoever_is_excluded_and_another_school_do_not_find_it() -> None:
    staff = make.Staff()
    excluded = make.user("Ezra Excluded", "administrator", staff.school)
    case = make.case(staff, about=make.concern(staff, implicated=[excluded]))
    make.asked_in(case, staff.counselor, staff.sro)
    make.helper(case, staff.counselor, staff.counsel, "counsel")
    part = make.part(case, staff.counselor, CONTACT)
    given: dict[str, Any] = {"part": part, "version": 0, "seen": True, "happened_at": AT, "at": AT}
    for person in (staff.sro, excluded, staff.elsewhere, staff.teacher, staff.social_worker):
        with pytest.raises(Absent):
            workflow.record_checkin(actor=person, **given)
    with pytest.raises((Absent, NotPermitted)):
        workflow.record_checkin(actor=staff.counsel, **given)
    assert make.check_ins(case, staff.counselor) == [(FIRST, "waiting")]


def test_no_other_step_is_recorded_as_a_contact() -> None:
    staff = make.Staff()
    case = make.case(staff)
    with pytest.raises(NotPermitted):
        workflow.record_checkin(
            actor=staff.counselor,
            part=make.part(case, staff.counselor, "consult"),
            version=0,
            seen=True,
            happened_at=AT,
            at=AT,
        )


def test_the_second_reads_who_recorded_it_and_that_their_text_is_kept() -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.counselor, CONTACT)
    make.record(case, staff.counselor, CONTACT)
    words = "Casey Counselor recorded “Done” on Fri, Nov 20, 2:50 PM. Your text is kept below"
    with conflict(words):
        workflow.record_checkin(
            actor=staff.administrator, part=part, version=0, seen=True, happened_at=AT, at=AT
        )


def test_nothing_is_recorded_in_a_case_that_is_closed_or_on_an_earlier_track() -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.counselor, CONTACT)
    given: dict[str, Any] = {"version": 0, "seen": True, "happened_at": AT, "at": AT}
    workflow.reclassify(
        actor=staff.counselor,
        case=case,
        to="confirmed_victim",
        basis="disclosure",
        decided_by="Both",
        reason="Told us.",
        at=AT,
    )
    with conflict("Casey Counselor reclassified this case"):
        workflow.record_checkin(actor=staff.counselor, part=part, **given)
    now = make.part(case, staff.counselor, CONTACT)
    make.reported(case, staff.counselor)
    make.closed(case, staff.counselor)
    with conflict("Casey Counselor closed this case"):
        workflow.record_checkin(actor=staff.counselor, part=now, **given)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_record_the_same_check_in_one_wins_and_the_other_reads_who() -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.counselor, CONTACT)
    given: dict[str, Any] = {"part": part, "version": 0, "seen": True, "happened_at": AT, "at": AT}
    results = at_once(
        *[
            lambda actor=actor: workflow.record_checkin(actor=actor, **given)  # type: ignore[misc]
            for actor in (staff.counselor, staff.administrator) * 4
        ]
    )
    won = [result for result in results if isinstance(result, Entry)]
    lost = [result for result in results if isinstance(result, workflow.Conflict)]
    assert (len(won), len(lost)) == (1, 7)
    name = won[0].actor.name if won[0].actor else ""
    assert all(f"{name} recorded “Done”" in str(one.words) for one in lost)
    assert [state for _day, state in make.check_ins(case, staff.counselor)] == ["seen", "waiting"]
    assert Event.objects.using("owner").filter(verb="checkin_recorded").count() == 1
