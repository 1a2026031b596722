"""
The clock that can be trusted: PostgreSQL's, watched by one that nobody can set.

A host counts the seconds since it was started, whatever is done to any clock. Between two looks on the same boot
PostgreSQL's clock has to advance as far as that count. Where it does not it has jumped, an alarm is raised, and the
time goes on from the last trusted one by the count: a jump forward makes no burst, a jump back repeats nothing and
skips nothing. After an outage both have advanced: that is no jump, and what fell due meanwhile is caught up with.
"""

import logging
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import F, Max, QuerySet
from django.db.models.functions import Least

from csec.audit.log import record
from csec.delivery.models import BootTick, ClockAlarm

logger = logging.getLogger(__name__)

#: How far apart the clocks may drift between two looks before it is called a jump.
TOLERANCE = timedelta(minutes=10)
#: Small corrections backwards, as time servers make them, are no jump.
STEP_BACK = timedelta(seconds=1)

_LOCK = 6_073_415_202  # an arbitrary number of ours: looks at the clock come one after the other


@dataclass(frozen=True)
class Reading:
    """What the clocks showed at one moment, and on which boot of which host."""

    boot: UUID
    boot_seconds: float
    database_at: datetime


@dataclass(frozen=True)
class Tick:
    """The trusted time of one run, and whether an alarm of the clock is open."""

    at: datetime
    alarm: bool

    def running(self) -> Callable[[], datetime]:
        """A clock that goes on from here by the host's count of seconds, for a run that takes a while."""
        began = _boot_seconds()
        return lambda: self.at + timedelta(seconds=_boot_seconds() - began)


def trusted_now() -> Tick:
    """The time to go by, for a sweep or a sender: asked once at its start, outside of a transaction."""
    with transaction.atomic():
        _one_at_a_time()
        return trust(Reading(boot_id(), _boot_seconds(), database_now()))


def trust(reading: Reading) -> Tick:
    """Compare the clocks with the last look on this boot, write down the result, and return the time to go by."""
    last = BootTick.objects.filter(boot=reading.boot).first()
    if last is None:
        return _first_on_this_boot(reading)
    elapsed = timedelta(seconds=max(0.0, reading.boot_seconds - last.boot_seconds))
    expected = last.at + elapsed
    off = reading.database_at - expected
    jumped = abs(off) > TOLERANCE or reading.database_at < last.database_at - STEP_BACK
    at = expected if jumped else max(reading.database_at, last.at)
    last.boot_seconds, last.database_at, last.at = reading.boot_seconds, reading.database_at, at
    last.save(update_fields=["boot_seconds", "database_at", "at"])
    if jumped:
        _raise_alarm(reading, at, off)
    else:
        _open_alarms().filter(boot=reading.boot).update(closed_at=at)
    return Tick(at, alarm=jumped or _open_alarms().exists())


def accept_clock(by: str) -> int:
    """
    A named operator says that PostgreSQL's clock is right: go by it from here. Returns how many alarms this closes.

    Raises `ValueError` without a name.
    """
    if not by.strip():
        raise ValueError("Accepting the clock takes the name of who accepts it.")
    with transaction.atomic():
        _one_at_a_time()
        alarms = list(_open_alarms())
        if not alarms:
            return 0
        now = database_now()
        # What each host saw of that clock at its last look is right from now on; none of it lies ahead.
        BootTick.objects.update(at=Least(F("database_at"), now))
        _open_alarms().update(closed_at=now, accepted_by=by.strip()[:150])
        for alarm in alarms:
            record("clock_accepted", actor=None, subject=alarm.id)
        return len(alarms)


def database_now() -> datetime:
    """PostgreSQL's clock at this moment, for the edges."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        at: datetime = cursor.fetchone()[0]
    return at


@cache
def boot_id() -> UUID:
    """The name that Linux gives this boot; elsewhere this process is taken for a boot of its own."""
    try:
        return UUID(Path("/proc/sys/kernel/random/boot_id").read_text().strip())
    except (OSError, ValueError):
        return uuid4()


def _boot_seconds() -> float:
    """Seconds since the host was started, sleep included where the system counts it."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _first_on_this_boot(reading: Reading) -> Tick:
    """There is nothing to compare with: PostgreSQL's clock, but never a time that was already passed."""
    latest = BootTick.objects.aggregate(at=Max("at"))["at"]
    at = max(reading.database_at, latest) if latest else reading.database_at
    BootTick(
        boot=reading.boot, boot_seconds=reading.boot_seconds, database_at=reading.database_at, at=at
    ).save(force_insert=True)
    behind = at - reading.database_at
    if behind > TOLERANCE:
        _raise_alarm(reading, at, -behind)
    return Tick(at, alarm=behind > TOLERANCE)


def _open_alarms() -> QuerySet[ClockAlarm]:
    return ClockAlarm.objects.filter(closed_at__isnull=True)


def _raise_alarm(reading: Reading, at: datetime, off: timedelta) -> None:
    """Open an alarm for this boot, unless one is open."""
    if _open_alarms().filter(boot=reading.boot).exists():
        return
    seconds = round(off.total_seconds())
    ClockAlarm(boot=reading.boot, opened_at=at, jump_seconds=seconds).save(force_insert=True)
    logger.error("PostgreSQL's clock jumped by %s seconds; going on by the host's own count.", seconds)
