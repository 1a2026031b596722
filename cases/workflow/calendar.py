"""The contacts that wait follow the school's calendar, also when that changes after they were planned."""

import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from cases.breaks import DAY, school_day_for
from cases.models import BreakPlan, Case, CheckIn, CheckInPlan
from cases.rhythm import LOOK_BACK, due_moment
from cases.schedule import Calendar, SchoolDays, day_after, put_on
from csec.directory.models import Closure, School

#: For so long after a closure was taken out each sweep looks for what it had put on other days: in some of their cases
#: somebody may have been writing at that moment, by the calendar as it was.
LOOKED_FOR = timedelta(days=1)


def follow_calendar(at: datetime) -> int:
    """
    Put each contact that waits where the calendar of its school has it by now; return how many had to move.

    One on a day that is without school goes to the school day before, or the next one where that has passed; one that a
    closure had put elsewhere comes back when the closure is taken out. What is late stays late. To be called by whoever
    enters a closure or takes one out, and by the sweep; each contact is a statement of its own, and no verb: it is
    nobody's decision about a case, and PostgreSQL does it for whoever may not see that case, at the schools for which
    they answer.
    """
    return _leave_closed_days(at) + _come_back(at)


def follow_zone(school: School, at: datetime) -> int:
    """The school's days begin and end in another time zone by now: what waits there stays on its day."""
    days = SchoolDays.of([school.pk], since=at.date() - LOOK_BACK)[school.pk]
    rows = _waiting([(school.pk, date.min, date.max)], at)
    return sum(_put(row, row["due_on"], school, days.agreed(_plans(row)), at=at) for row in rows)


def _leave_closed_days(at: datetime) -> int:
    rows = _ask("SELECT * FROM check_ins_without_school(%s)", at)
    if not rows:
        return 0
    schools = School.objects.in_bulk({row["school"] for row in rows})
    days = SchoolDays.of(schools, since=at.date() - LOOK_BACK)
    moved = 0
    for row in rows:
        school = schools[row["school"]]
        calendar = days[school.pk].agreed(_plans(row))
        row["moved_from"] = row["moved_from"] or row["due_on"]
        day = _day(row["moved_from"], calendar, not_before=_not_before(row, school, at))
        moved += _put(row, day, school, calendar, at=at)
    return moved


def _come_back(at: datetime) -> int:
    """A contact that stands where a closure had put it, which was taken out since, goes where it is without."""
    since = at.date() - LOOK_BACK
    taken_out = list(
        Closure.objects.filter(
            withdrawn_at__gt=at - LOOKED_FOR, withdrawn_at__lte=at, last_day__gte=at.date() - DAY
        )
    )
    if not taken_out:
        return 0
    schools = School.objects.in_bulk()
    now = SchoolDays.of(schools, since=since)
    before = [(one, SchoolDays.of(schools, since=since, as_of=one.withdrawn_at)) for one in taken_out]
    beside = [
        (school, *days[school].beside(one.first_day, one.last_day))
        for one, days in before
        for school in schools
        if one.school_id in (None, school)
    ]
    moved = 0
    for row in _waiting(beside, at):
        school, plans = schools[row["school"]], _plans(row)
        not_before = _not_before(row, school, at)
        calendar = now[school.pk].agreed(plans)
        stood = {_planned(row, days[school.pk].agreed(plans), not_before) for _one, days in before}
        day = _planned(row, calendar, not_before)
        if row["due_on"] in stood and day and row["due_on"] != day >= not_before:
            moved += _put(row, day, school, calendar, at=at)
    return moved


def _waiting(between: list[tuple[UUID, date, date]], at: datetime) -> list[dict[str, Any]]:
    schools, first_days, last_days = ([row[n] for row in between] for n in range(3))
    return _ask("SELECT * FROM check_ins_between(%s, %s, %s, %s)", schools, first_days, last_days, at)


def _ask(statement: str, *values: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _plans(row: dict[str, Any]) -> list[BreakPlan]:
    """What was agreed for the breaks of its case."""
    columns = (row[name] or () for name in ("agreed_who", "agreed_from", "agreed_until", "agreed_back"))
    return [
        BreakPlan(who=who, first_day=first_day, last_day=last_day, first_contact_on=back_on)
        for who, first_day, last_day, back_on in zip(*columns, strict=True)
    ]


def _not_before(row: dict[str, Any], school: School, at: datetime) -> date:
    """The first day on which the student can still be seen: today until school is over; after the contact before."""
    today = at.astimezone(school.zone).date()
    first = today if due_moment(today, school.zone) > at else today + DAY
    return max(first, row["seen_on"] + DAY) if row["seen_on"] else first


def _planned(row: dict[str, Any], calendar: Calendar, not_before: date) -> date | None:
    """The day of a contact by a calendar: of its own one, if it was moved from there, else of the schedule."""
    if row["moved_from"]:
        return _day(row["moved_from"], calendar, not_before=not_before)
    plan = CheckInPlan(rhythm=json.loads(row["rhythm"]), start=row["start"])
    return day_after(plan, after=row["seen_on"], today=not_before, calendar=calendar)


def _day(planned: date, calendar: Calendar, *, not_before: date) -> date:
    day = school_day_for(planned, calendar.closed, not_before=not_before, open_in=calendar.open_in)
    if day > planned:
        for break_, back_on in calendar.first_after:
            if planned in break_:
                # Others go on until the day that was agreed with them.
                return max(day, school_day_for(back_on, calendar.closed))
    return day


def _put(row: dict[str, Any], day: date, school: School, calendar: Calendar, *, at: datetime) -> bool:
    check_in = CheckIn(case=Case(school=school))
    put_on(check_in, day, at=at, calendar=calendar, moved_from=row["moved_from"])
    if check_in.before_at <= at:
        # Whoever makes it was told of another day.
        check_in.remind_at = at
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT put_check_in(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                row["check_in"],
                row["due_on"],
                check_in.due_on,
                check_in.moved_from,
                check_in.before_at,
                check_in.day_at,
                check_in.due_at,
                check_in.level,
                check_in.remind_at,
            ],
        )
        return bool(cursor.fetchone()[0])
