"""Whom the sweep writes to about a check-in, and when it climbs."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cases import workflow
from cases.models import CheckIn
from csec.accounts.models import Away
from csec.delivery.models import Message
from tests import make
from tests.cases.reminders.worker import covered, swept, told, wanted
from tests.make import AT

pytestmark = pytest.mark.django_db(transaction=True)

#: Case opened on Friday 20 November 14:50: the first contact is due on Tuesday 24 November, 16:00 in California.
DUE = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
DAY = DUE - timedelta(hours=8)
BEFORE = DAY - timedelta(days=1)
MINUTE = timedelta(minutes=1)


def test_it_is_said_before_on_the_day_late_to_the_cover_and_then_to_those_who_answer_for_the_case() -> None:
    staff = make.Staff()
    covered(staff, make.case(staff), AT)
    assert told(BEFORE - MINUTE, "check_in") == set()
    assert told(BEFORE, "check_in") == {("Casey", 0)}
    assert told(BEFORE + MINUTE, "check_in") == set()
    assert told(DAY, "check_in") == {("Casey", 1)}
    assert told(DUE, "check_in") == {("Casey", 2)}
    assert told(DUE + timedelta(minutes=30), "check_in") == {("Sam", 3)}
    everybody = {("Casey", 4), ("Sam", 4), ("Ada", 4), ("Lee", 4)}
    assert told(DUE + timedelta(hours=2), "check_in") == everybody
    assert told(DUE + timedelta(hours=23), "check_in") == set()
    assert told(DUE + timedelta(hours=24), "check_in") == {(who, 5) for who, _level in everybody}


def test_without_a_cover_it_goes_to_those_who_answer_for_the_case() -> None:
    staff = make.Staff()
    make.case(staff)
    assert told(DUE + timedelta(minutes=30), "check_in") == {("Ada", 3)}


def test_after_an_outage_there_is_one_message_of_the_level_it_has_reached() -> None:
    staff = make.Staff()
    make.case(staff)
    late = DUE + timedelta(hours=1, days=3)
    assert {level for _who, level in told(late, "check_in")} == {7}
    assert told(late + MINUTE, "check_in") == set()
    recipients = Message.objects.using("owner").filter(kind="check_in").values_list("recipient", flat=True)
    assert len(recipients) == len(set(recipients))


def test_a_contact_recorded_ends_it_and_what_waits_is_not_sent() -> None:
    staff = make.Staff()
    case = make.case(staff)
    swept(DUE)
    assert ("check_in", "Casey", 2) in wanted(DUE)
    make.record(case, staff.counselor, "regular_contact", values={}, at=DUE)
    assert not {row for row in wanted(DUE + MINUTE) if row[0] == "check_in"}
    assert told(DUE + timedelta(hours=3), "check_in") == set()


def test_an_attempt_silences_nothing() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.record(case, staff.counselor, "regular_contact", "unable", reason="Not at school.", at=DAY)
    assert told(DUE + timedelta(hours=2), "check_in") >= {("Casey", 4), ("Ada", 4), ("Lee", 4)}


def test_whoever_takes_it_over_is_asked_and_the_climbing_stops_until_it_takes_too_long() -> None:
    staff = make.Staff()
    case = make.case(staff)
    late = DUE + timedelta(hours=2)
    swept(late)
    check_in = CheckIn.objects.using("owner").get(case=case)
    seen = make.as_seen(case, staff.administrator)
    workflow.take_over(actor=staff.administrator, case=seen, subject=check_in.pk, at=late)
    assert told(late + timedelta(hours=19), "check_in") == set()
    assert told(late + timedelta(hours=23), "check_in") != set()


@pytest.mark.parametrize("ending", ["close", "void"])
def test_nothing_is_written_or_sent_after_a_case_has_ended_but_of_a_duty(ending: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    swept(DUE + timedelta(hours=2))
    if ending == "close":
        make.reported(case, staff.counselor, at=DUE)
        make.closed(case, staff.counselor, at=DUE)
    else:
        workflow.void_case(actor=staff.liaison, case=case, reason="By mistake.", at=DUE)
    still = {kind for kind, _who, _level in wanted(DUE + timedelta(hours=3))}
    assert still == (set() if ending == "close" else {"report", "report_late", "concern"} & still)
    assert told(DUE + timedelta(days=2), "check_in") == set()


def test_nobody_is_written_to_who_is_off_the_case_or_excluded_from_it() -> None:
    staff = make.Staff()
    case = make.case(staff, about=make.concern(staff, implicated=[staff.administrator]))
    covered(staff, case, AT)
    swept(DUE + timedelta(hours=2))
    said = wanted(DUE)
    assert {who for _kind, who, _level in said if who not in ("Lee", "Terry")} == {"Casey", "Sam"}
    # Whoever wrote the concern hears of their own duty, and of nothing else.
    assert {kind for kind, who, _level in said if who == "Terry"} == {"report"}
    staff.counselor.memberships.update(until=date(2026, 11, 20))
    assert "Casey" not in {who for _kind, who, _level in wanted(DUE + timedelta(hours=2))}


def test_somebody_away_or_at_another_school_is_passed_over_for_the_cover() -> None:
    staff = make.Staff()
    covered(staff, make.case(staff), AT)
    Away.objects.using("owner").create(
        person=staff.counselor, first_day=date(2026, 11, 24), last_day=date(2026, 11, 24), entered_at=AT
    )
    assert told(BEFORE, "check_in") == {("Casey", 0)}
    assert told(DAY, "check_in") == {("Sam", 1)}


def test_on_a_day_of_another_school_the_cover_is_asked() -> None:
    staff = make.Staff()
    covered(staff, make.case(staff), AT)
    staff.counselor.memberships.update(weekdays=[0, 2])
    assert told(DAY, "check_in") == {("Sam", 1)}


def test_at_night_it_waits_for_the_morning() -> None:
    staff = make.Staff()
    make.case(staff)
    night = DUE + timedelta(hours=5)
    swept(night)
    sent_at = Message.objects.using("owner").filter(kind="check_in").values_list("send_after", flat=True)
    assert set(sent_at) == {datetime(2026, 11, 25, 15, 0, tzinfo=UTC)}
    urgent = Message.objects.using("owner").filter(kind="report").values_list("send_after", flat=True)
    assert set(urgent) == {night}


def test_any_number_of_sweeps_writes_each_message_once() -> None:
    staff = make.Staff()
    make.case(staff)
    first = swept(DUE + timedelta(hours=2))
    CheckIn.objects.using("owner").update(remind_at=DUE, level=0)
    assert first
    assert swept(DUE + timedelta(hours=2)) == set()
