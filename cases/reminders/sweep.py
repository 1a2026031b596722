"""The sweep: each minute, by the clock or by a system timer, in any number at once."""

import logging
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from cases.deadlines import closed_days_of
from cases.reminders.beside import NOBODY_TO_TELL
from cases.reminders.checkins import sweep_check_ins
from cases.reminders.concerns import CLIMBED, ask_anew_of_what_was_left
from cases.reminders.others import EACH_MINUTE, NOW_AND_THEN, PROBE
from cases.reminders.watch import watch
from cases.rhythm import LOOK_BACK
from cases.schedule import TAKEN_FOR, TO_COVER, TO_OVERSEERS, Calendar
from cases.workflow.calendar import follow_calendar
from csec.delivery import outbox
from csec.delivery.heartbeat import UNHEARD, beat
from csec.directory.models import District, School

logger = logging.getLogger(__name__)

#: How often what goes by the morning is looked through.
PAUSE = timedelta(minutes=15)
#: A break without a plan is asked about two weeks, one week and a day ahead.
_WEEK, _DAY = timedelta(days=7), timedelta(days=1)


def sweep(at: datetime) -> int:
    """
    Write what has to be said at that moment and was not said yet, and return how many messages that were.

    Whatever was written before is not written again: the unique key of the outbox holds that, and the mark on a
    check-in spares looking. Each statement commits by itself.
    """
    parameters: dict[str, Any] = {
        "at": at,
        "pause": PAUSE,
        "to_cover": TO_COVER,
        "to_overseers": TO_OVERSEERS,
        "taken_for": TAKEN_FOR,
        **_settings(),
    }
    written = 0
    found = _probe(parameters)
    # Each batch is marked, and so is not found again; one of which nothing is new is left to the next minute.
    while found["check_in"] and (batch := sweep_check_ins(parameters)):
        written += batch
    if found["taken"]:
        found["concern"] |= ask_anew_of_what_was_left(parameters)
    for name, select in EACH_MINUTE.items():
        if found[name]:
            written += outbox.enqueue(select, parameters, at=at)
    if found["concern"]:
        with connection.cursor() as cursor:
            cursor.execute(CLIMBED, parameters)
    if not found["looked"]:
        follow_calendar(at)
        with connection.cursor() as cursor:
            # Who has become 18 is asked for what is the student's to say no more, also in the order of the lists.
            cursor.execute("SELECT keep_late_of_age(%s)", [at])
            cursor.execute("SELECT keep_concerns_again()")
        parameters |= _breaks(at)
        for select in NOW_AND_THEN:
            written += outbox.enqueue(select, parameters, at=at)
        _look_for_nobody(parameters)
        beat("cases", at)
    return written + watch(at)


def _look_for_nobody(parameters: dict[str, Any]) -> None:
    """What nobody is there to look after, and nobody can be told of, is an alarm for whoever runs the installation."""
    with connection.cursor() as cursor:
        cursor.execute(NOBODY_TO_TELL, parameters)
        if cursor.fetchone()[0]:
            logger.error(
                "Something waits of which nobody in the district can be told: another liaison is needed."
            )
            beat(UNHEARD)


def _probe(parameters: dict[str, Any]) -> dict[str, bool]:
    with connection.cursor() as cursor:
        cursor.execute(PROBE, parameters)
        row = cursor.fetchone()
        return {column.name: bool(value) for column, value in zip(cursor.description, row, strict=True)}


def _settings() -> dict[str, Any]:
    district = District.objects.first() or District()
    return {
        "quiet_from": district.quiet_from,
        "quiet_until": district.quiet_until,
        "prompt_after": timedelta(hours=district.report_prompt_hours),
    }


def _breaks(at: datetime) -> dict[str, Any]:
    schools = list(School.objects.all())
    closed = closed_days_of([school.pk for school in schools], since=at.date() - LOOK_BACK)
    found: list[tuple[UUID, date, date, int]] = []
    for school in schools:
        today = at.astimezone(school.zone).date()
        for one in Calendar(frozenset(closed[school.pk])).breaks_asking(today):
            left = one.first_day - today
            level = 2 if left <= _DAY else 1 if left <= _WEEK else 0
            found.append((school.pk, one.first_day, one.last_day, level))
    return {
        "break_schools": [row[0] for row in found],
        "break_days": [row[1] for row in found],
        "break_ends": [row[2] for row in found],
        "break_levels": [row[3] for row in found],
    }
