"""What one person's mailbox refuses on and on reaches somebody else in time, and is not said twice once it arrived."""

from datetime import UTC, datetime, timedelta

import pytest

from csec.delivery import sending
from csec.delivery.models import Message
from tests import make
from tests.cases.reminders.test_asked_again import away
from tests.cases.reminders.test_sweep_check_ins import BEFORE, DAY
from tests.cases.reminders.worker import as_worker, covered, swept, told, wanted
from tests.delivery.conftest import sink as sink
from tests.delivery.sink import Sink
from tests.make import AT

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)
HALF_AN_HOUR = timedelta(minutes=30)
TWO_HOURS = timedelta(hours=2)
#: Ten minutes before the end of school, in California: a concern of then climbs on Monday.
FRIDAY = datetime(2026, 11, 20, 23, 50, tzinfo=UTC)


def sent(at: datetime) -> sending.Outcome:
    with as_worker():
        return sending.send_due(lambda: at)


def refused(staff: make.Staff, sink: Sink) -> None:
    """A concern whose receiver's mailbox is busy, from now on and on."""
    # Of a concern of an officer's, who has no duty that is kept here, nothing else is said.
    make.concern(staff, author=staff.sro, at=FRIDAY)
    sink.recipients["casey.counselor"] = "450 Busy"
    swept(FRIDAY)
    assert sent(FRIDAY).retried == 1


def failed(kind: str, at: datetime) -> None:
    Message.objects.using("owner").filter(kind=kind).update(state="failed", failed_at=at)


def goes_out(kind: str) -> set[datetime]:
    """When what is said because of that goes out."""
    rows = Message.objects.using("owner").filter(kind=kind, level__gte=1000)
    return set(rows.values_list("send_after", flat=True))


def test_it_goes_to_a_second_person_after_half_an_hour_and_to_those_who_answer_for_it_after_two(
    sink: Sink,
) -> None:
    staff = make.Staff()
    refused(staff, sink)
    assert told(FRIDAY + HALF_AN_HOUR - MINUTE, "concern") == set()
    assert told(FRIDAY + HALF_AN_HOUR, "concern") == {("Sam", 2000)}
    assert told(FRIDAY + TWO_HOURS - MINUTE, "concern") == set()
    assert told(FRIDAY + TWO_HOURS, "concern") == {("Ada", 1000), ("Lee", 1000)}
    assert sent(FRIDAY + TWO_HOURS).sent == 3
    assert sink.copies["casey.counselor@example.org"] == 0


def test_it_is_tried_on_meanwhile_and_nobody_else_is_told_once_it_arrived(sink: Sink) -> None:
    staff = make.Staff()
    refused(staff, sink)
    assert told(FRIDAY + HALF_AN_HOUR, "concern") == {("Sam", 2000)}
    sink.recipients = {}
    assert sent(FRIDAY + HALF_AN_HOUR) == sending.Outcome(sent=1, withdrawn=1)
    assert sink.copies == {"casey.counselor@example.org": 1}
    assert told(FRIDAY + TWO_HOURS, "concern") == set()


def test_when_it_has_failed_for_good_in_the_end_those_who_were_told_are_not_told_again(sink: Sink) -> None:
    staff = make.Staff()
    refused(staff, sink)
    swept(FRIDAY + TWO_HOURS)
    Message.objects.using("owner").filter(recipient=staff.counselor).update(
        state="failed", failed_at=FRIDAY + TWO_HOURS
    )
    assert told(FRIDAY + 2 * TWO_HOURS, "concern") == set()
    assert {who for _kind, who, _level in wanted(FRIDAY + 2 * TWO_HOURS)} == {"Sam", "Ada", "Lee"}


def test_without_a_second_person_it_goes_to_those_who_answer_for_it_after_half_an_hour(sink: Sink) -> None:
    staff = make.Staff()
    away(staff.social_worker, FRIDAY.date())
    refused(staff, sink)
    assert told(FRIDAY + HALF_AN_HOUR, "concern") == {("Ada", 1000), ("Lee", 1000)}


def test_nobody_is_told_instead_to_whom_the_same_is_said_anyhow() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.record(case, staff.counselor, "regular_contact", values={"student_safe": "no"}, at=FRIDAY)
    assert told(FRIDAY, "alert") == {("Casey", 0), ("Ada", 0), ("Lee", 0)}
    Message.objects.using("owner").filter(recipient=staff.counselor).update(state="failed", failed_at=FRIDAY)
    assert told(FRIDAY + MINUTE, "alert") == set()


def test_while_the_mail_server_is_away_nothing_is_written_that_it_would_not_take_either() -> None:
    staff = make.Staff()
    make.concern(staff, at=FRIDAY)
    swept(FRIDAY)
    assert told(FRIDAY + TWO_HOURS, "concern") == set()


def test_at_night_what_is_urgent_goes_out_at_once() -> None:
    staff = make.Staff()
    make.concern(staff, at=FRIDAY)
    swept(FRIDAY)
    night = FRIDAY + timedelta(hours=6)
    failed("concern", night)
    assert ("Ada", 1000) in told(night, "concern")
    assert goes_out("concern") == {night}


def test_at_night_anything_else_waits_for_the_morning() -> None:
    staff = make.Staff()
    covered(staff, make.case(staff), AT)
    swept(BEFORE)
    night = BEFORE + timedelta(hours=13)
    failed("check_in", night)
    assert told(night, "check_in") == {("Sam", 2000), ("Ada", 1000), ("Lee", 1000)}
    assert goes_out("check_in") == {DAY - timedelta(hours=1)}
