"""The trusted time: PostgreSQL's clock as long as it advances as the host counts, and the count when it does not."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from csec.delivery import ticks
from csec.delivery.models import BootTick, ClockAlarm
from csec.delivery.ticks import Reading, Tick, accept_clock, trust, trusted_now
from tests.make import AT

AS_OWNER = True

pytestmark = pytest.mark.django_db

BOOT, NEXT_BOOT, OTHER_HOST = (UUID(int=n) for n in (1, 2, 3))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def look(database: timedelta, count: timedelta, boot: UUID = BOOT) -> Tick:
    """One look at the clocks: PostgreSQL's and the host's count, both as they differ from the first look."""
    return trust(Reading(boot, 1000.0 + count.total_seconds(), AT + database))


def open_alarms() -> int:
    return ClockAlarm.objects.filter(closed_at__isnull=True).count()


def test_while_the_clocks_agree_it_is_postgresqls() -> None:
    for minute in range(5):
        at = minute * MINUTE + minute * timedelta(milliseconds=30)
        assert look(at, minute * MINUTE) == Tick(AT + at, alarm=False)
    assert BootTick.objects.count() == 1
    assert not ClockAlarm.objects.exists()


@pytest.mark.parametrize("jump", [2 * HOUR, DAY, -2 * HOUR, -DAY], ids=["+2h", "+1d", "-2h", "-1d"])
def test_after_a_jump_the_time_goes_on_minute_by_minute(jump: timedelta) -> None:
    look(timedelta(), timedelta())
    for minute in range(1, 4):
        assert look(minute * MINUTE + jump, minute * MINUTE) == Tick(AT + minute * MINUTE, alarm=True)
    [alarm] = ClockAlarm.objects.all()
    assert (alarm.opened_at, alarm.jump_seconds) == (AT + MINUTE, jump.total_seconds())


@pytest.mark.parametrize("jump", [DAY, -DAY], ids=["forward", "back"])
def test_the_alarm_ends_by_itself_when_the_clock_is_set_right(jump: timedelta) -> None:
    look(timedelta(), timedelta())
    look(MINUTE + jump, MINUTE)
    # Setting it right after a jump forward is a step backwards: one look later they agree.
    look(2 * MINUTE, 2 * MINUTE)
    assert look(3 * MINUTE, 3 * MINUTE) == Tick(AT + 3 * MINUTE, alarm=False)
    assert open_alarms() == 0
    assert set(ClockAlarm.objects.values_list("accepted_by", flat=True)) == {""}


def test_an_outage_is_no_jump() -> None:
    look(timedelta(), timedelta())
    assert look(DAY + MINUTE, DAY) == Tick(AT + DAY + MINUTE, alarm=False)


def test_a_small_step_back_raises_an_alarm_and_repeats_nothing() -> None:
    look(timedelta(), timedelta())
    assert look(-3 * MINUTE, MINUTE) == Tick(AT + MINUTE, alarm=True)
    assert look(-2 * MINUTE, 2 * MINUTE) == Tick(AT + MINUTE, alarm=False)
    assert look(2 * MINUTE, 6 * MINUTE) == Tick(AT + 2 * MINUTE, alarm=False)


def test_a_correction_of_a_moment_is_no_jump_and_the_time_stands_meanwhile() -> None:
    look(timedelta(), timedelta())
    assert look(-timedelta(milliseconds=200), timedelta()) == Tick(AT, alarm=False)


def test_a_new_boot_takes_postgresqls_clock() -> None:
    look(timedelta(), timedelta())
    assert look(3 * DAY, timedelta(), NEXT_BOOT) == Tick(AT + 3 * DAY, alarm=False)


def test_a_new_boot_goes_back_behind_no_time_that_was_passed() -> None:
    look(timedelta(), timedelta())
    assert look(-MINUTE, timedelta(), NEXT_BOOT) == Tick(AT, alarm=False)
    assert look(-DAY, timedelta(), OTHER_HOST) == Tick(AT, alarm=True)
    assert look(-DAY + MINUTE, MINUTE, OTHER_HOST) == Tick(AT + MINUTE, alarm=True)


@pytest.mark.parametrize("jump", [DAY, -DAY], ids=["forward", "back"])
def test_a_named_operator_accepts_the_clock_as_it_is(jump: timedelta) -> None:
    now = ticks.database_now()
    trust(Reading(BOOT, 0, now - jump - MINUTE))
    trust(Reading(BOOT, 60, now))
    assert open_alarms() == 1
    assert accept_clock(" Ola Operator ") == 1
    assert accept_clock("Ola Operator") == 0
    assert ClockAlarm.objects.get().accepted_by == "Ola Operator"
    assert trust(Reading(BOOT, 120, now + MINUTE)) == Tick(now + MINUTE, alarm=False)
    with pytest.raises(ValueError, match="name"):
        accept_clock("  ")


def test_accepting_is_in_the_log() -> None:
    now = ticks.database_now()
    trust(Reading(BOOT, 0, now - DAY))
    trust(Reading(BOOT, 60, now))
    accept_clock("Ola Operator")
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject FROM audit_event WHERE verb = 'clock_accepted'")
        assert cursor.fetchall() == [(ClockAlarm.objects.get().id,)]


def test_the_time_of_a_run_goes_on_by_the_hosts_count() -> None:
    clock = Tick(AT, alarm=False).running()
    first, second = clock(), clock()
    assert AT <= first <= second < AT + MINUTE


@pytest.mark.django_db(transaction=True)
def test_looks_at_once_on_a_new_boot_agree() -> None:
    def ask(_n: int) -> datetime:
        try:
            return trusted_now().at
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        times = list(pool.map(ask, range(16)))
    assert BootTick.objects.count() == 1
    assert not ClockAlarm.objects.exists()
    assert max(times) == BootTick.objects.get().at
