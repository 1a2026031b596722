"""The contacts that wait follow the school's calendar, also when that changes after they were planned."""

from datetime import date, datetime
from typing import Any

from django.db import connection

from cases.breaks import DAY, Break, school_day_for
from cases.deadlines import closed_days_of
from cases.models import Case, CheckIn
from cases.rhythm import LOOK_BACK
from cases.schedule import Calendar, put_on
from csec.directory.models import School


def follow_calendar(at: datetime) -> int:
    """
    Put each contact that waits on a day which is without school by now onto a school day; return how many.

    The day before, or the next one where that has passed. What is late stays late. To be called by whoever enters a
    closure, and by the sweep; each contact is a statement of its own, and no verb: it is nobody's decision about a
    case, and PostgreSQL does it for whoever may not see that case.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM check_ins_without_school(%s)", [at])
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    if not rows:
        return 0
    schools = {school.pk: school for school in School.objects.filter(pk__in={row["school"] for row in rows})}
    closed = closed_days_of(list(schools), since=at.date() - LOOK_BACK)
    return sum(_put(row, schools[row["school"]], closed[row["school"]], at=at) for row in rows)


def _put(row: dict[str, Any], school: School, closed: set[date], *, at: datetime) -> bool:
    calendar = Calendar(
        frozenset(closed),
        tuple(map(Break, row["goes_on_from"] or (), row["goes_on_until"] or ())),
        tuple(
            zip(
                map(Break, row["others_from"] or (), row["others_until"] or ()),
                row["back_on"] or (),
                strict=True,
            )
        ),
    )
    today = at.astimezone(school.zone).date()
    not_before = max(today, row["seen_on"] + DAY) if row["seen_on"] else today
    check_in = CheckIn(case=Case(school=school))
    put_on(check_in, _day(row["due_on"], calendar, not_before=not_before), at=at, calendar=calendar)
    if check_in.before_at <= at:
        # Whoever makes it was told of another day.
        check_in.remind_at = at
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT put_check_in(%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                row["check_in"],
                row["due_on"],
                check_in.due_on,
                check_in.before_at,
                check_in.day_at,
                check_in.due_at,
                check_in.level,
                check_in.remind_at,
            ],
        )
        return bool(cursor.fetchone()[0])


def _day(planned: date, calendar: Calendar, *, not_before: date) -> date:
    day = school_day_for(planned, calendar.closed, not_before=not_before, open_in=calendar.open_in)
    if day > planned:
        for break_, back_on in calendar.first_after:
            if planned in break_:
                # Others go on until the day that was agreed with them.
                return max(day, school_day_for(back_on, calendar.closed))
    return day
