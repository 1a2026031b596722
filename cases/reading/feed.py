"""What one's calendar is told: that something is due on a day, and nothing else."""

import hashlib
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from cases.ages import is_of_age
from cases.kinds import SCHEDULED
from cases.models import BreakPlan, Case, CheckIn, StepPart
from cases.oncall import OnCall
from cases.permissions import acts_as
from cases.reading.of_parents import hold
from csec.accounts.models import User
from csec.accounts.roles import RECEIVERS

Day = tuple[UUID, date]


def feed_of(reader: User, at: datetime) -> bytes:
    """
    The check-ins that wait for the reader, and the steps on which they act that have a day, as all-day events.

    No name, no school, no case: whoever looks over a shoulder, or keeps the calendar, learns that a day has a task.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Lantern//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    roles = {case.pk: case.my_role for case in Case.objects.visible_to(reader).open().order_by()}
    for pk, day in [*_check_ins(reader, roles, at), *_parts(roles, at)]:
        event = Event()
        # The key of a row is not given away, and the same row is the same event each time.
        event.add("uid", hashlib.sha256(f"{settings.SECRET_KEY}:{pk}".encode()).hexdigest()[:32])
        event.add("dtstamp", at)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", _("A task needs you"))
        event.add("url", settings.PUBLIC_URL)
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _check_ins(reader: User, roles: dict[UUID, str], at: datetime) -> list[Day]:
    """Those that the reader makes by what is known today: as planned, for somebody who is away, or in a break."""
    waiting = CheckIn.objects.filter(case__in=list(roles), state=CheckIn.State.WAITING)
    rows = list(waiting.select_related("plan", "case__school"))
    breaks = list(BreakPlan.objects.filter(case__in=list(roles), replaced_at__isnull=True))
    on_call = OnCall(_named(rows, breaks), at, until=max((row.due_on for row in rows), default=None))
    found = []
    for row in rows:
        # A late one is made today.
        day = max(row.due_on, at.astimezone(row.case.zone).date())
        planned = (one for one in breaks if one.case_id == row.case_id)
        in_break = next((one.person_id for one in planned if one.first_day <= day <= one.last_day), None)
        whose = on_call.whose(row.plan, row.taken_by_id, row.case.school_id, day, in_break=in_break)
        if whose == reader.pk or (whose is None and roles[row.case_id] in RECEIVERS):
            found.append((row.pk, row.due_on))
    return found


def _named(rows: list[CheckIn], breaks: list[BreakPlan]) -> set[UUID]:
    """Everybody who may be asked for one of them."""
    people = {one.person_id for one in breaks}
    for row in rows:
        people |= {row.taken_by_id, row.plan.person_id, row.plan.cover_id}
    return {person for person in people if person}


def _parts(roles: dict[UUID, str], at: datetime) -> list[Day]:
    rows = StepPart.objects.open().filter(case__in=list(roles)).exclude(kind__in=SCHEDULED).with_frozen()
    parts = list(rows.select_related("run", "case__school", "case__student__merged_into"))
    hold(parts, lambda part: is_of_age(part.case, at))
    found = []
    # Nobody is urged about what is on hold.
    for part in (one for one in parts if not one.on_hold):
        day = part.next_on or (part.due_at.astimezone(part.case.zone).date() if part.due_at else None)
        if day and acts_as(roles[part.case_id], part):
            found.append((part.pk, day))
    return found
