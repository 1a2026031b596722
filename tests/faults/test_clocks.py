"""Clocks that jump, and the days on which they are changed: from the check-in to the mail server."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from cases.breaks import instant
from cases.models import CheckIn
from cases.reminders.sweep import sweep
from cases.rhythm import reminder_moments
from csec.delivery import sending, ticks
from csec.delivery.models import ClockAlarm, Message
from tests.delivery.sink import Sink
from tests.faults.checkins import plan_check_ins

AS_OWNER = True

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

MINUTE = timedelta(minutes=1)
#: Noon in California on a Wednesday.
NOON = datetime(2026, 12, 9, 20, 0, tzinfo=UTC)


class Host:
    """One host whose own count of seconds is right, whatever PostgreSQL's clock shows."""

    def __init__(self, at: datetime) -> None:
        self.boot = uuid4()
        self.began = at
        self.passed = timedelta(0)
        self.off = timedelta(0)

    def minute(self) -> datetime:
        """A minute goes by, and the sweep and the sender run; returns the time that they went by."""
        self.passed += MINUTE
        shown = self.began + self.passed + self.off
        at = ticks.trust(ticks.Reading(self.boot, self.passed.total_seconds(), shown)).at
        sweep(at)
        sending.send_due(lambda: at)
        return at


def arrived(sink: Sink) -> Counter[str]:
    return Counter(one for _to, one in sink.taken)


@pytest.mark.parametrize(
    "jump",
    [timedelta(hours=2), -timedelta(hours=2), timedelta(days=1), -timedelta(days=1)],
    ids=["two-hours-ahead", "two-hours-back", "a-day-ahead", "a-day-back"],
)
def test_r9_a_clock_that_jumps_makes_no_burst_skips_none_and_is_told(jump: timedelta, sink: Sink) -> None:
    """60 check-ins fall due, one a minute; the clock jumps after 20 and is put right after 40."""
    with connection.cursor() as cursor:
        plan_check_ins(cursor, 60, first=NOON, over=timedelta(hours=1), until_due=timedelta(hours=5))
    host = Host(NOON)
    for minute in range(1, 61):
        if minute == 21:
            host.off = jump
        if minute == 41:
            host.off = timedelta(0)
        at = host.minute()
        assert at == NOON + minute * MINUTE
        assert len(sink.taken) == minute
        # Putting it right is a jump as well; the look after that finds the clocks in agreement.
        if minute != 41:
            assert ClockAlarm.objects.filter(closed_at__isnull=True).exists() is (21 <= minute <= 40)
    assert set(arrived(sink).values()) == {1}
    assert ClockAlarm.objects.count() == 1


@pytest.mark.parametrize("sunday", ["2026-11-01", "2027-03-14"], ids=["clocks-back", "clocks-forward"])
def test_r10_around_the_change_of_the_clocks_each_reminder_comes_once_at_its_hour(
    sunday: str, sink: Sink
) -> None:
    """Three schools in three zones; check-ins of the Friday before, of the Monday and of the Tuesday after."""
    change = date.fromisoformat(sunday)
    with connection.cursor() as cursor:
        plan_check_ins(cursor, 9, first=NOON)
    moments = {}
    for n, row in enumerate(CheckIn.objects.select_related("case__school").order_by("case__number")):
        day = change + timedelta(days=(-2, 1, 2)[n // 3])
        moments[row.pk] = row.before_at, row.day_at, row.due_at = reminder_moments(
            day, row.case.school.zone, closed=frozenset()
        )
        row.due_on, row.level, row.remind_at = day, 0, row.before_at
        row.save(update_fields=["due_on", "before_at", "day_at", "due_at", "level", "remind_at"])
    at = instant(change - timedelta(days=4), row.due_at.time(), ZoneInfo("UTC"))
    for _quarter in range(8 * 96):
        sweep(at)
        sending.send_due(lambda now=at: now)  # type: ignore[misc]
        at += timedelta(minutes=15)
    for level in range(4):
        for pk, times in moments.items():
            message = Message.objects.get(subject=pk, level=level)
            due = (*times, times.late + timedelta(minutes=30))[level]
            assert message.sent_at
            assert due <= message.sent_at < due + timedelta(minutes=15)
    assert set(arrived(sink).values()) == {1}
    assert len(sink.taken) == Message.objects.count()
