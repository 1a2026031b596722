"""What one's calendar is told: that something is due on a day, and nothing else."""

import hashlib
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from cases.kinds import SCHEDULED
from cases.models import Case, CheckIn, StepPart
from cases.permissions import acts_as
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
    for pk, day in [*_check_ins(reader, roles), *_parts(roles)]:
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


def _check_ins(reader: User, roles: dict[UUID, str]) -> list[Day]:
    rows = CheckIn.objects.filter(case__in=list(roles), state=CheckIn.State.WAITING).select_related("plan")
    return [
        (row.pk, row.due_on)
        for row in rows
        if reader.pk in (row.taken_by_id, row.plan.person_id)
        or (row.plan.person_id is None and roles[row.case_id] in RECEIVERS)
    ]


def _parts(roles: dict[UUID, str]) -> list[Day]:
    parts = StepPart.objects.open().filter(case__in=list(roles)).exclude(kind__in=SCHEDULED)
    found = []
    for part in parts.select_related("case__school"):
        day = part.next_on or (part.due_at.astimezone(part.case.zone).date() if part.due_at else None)
        if day and acts_as(roles[part.case_id], part):
            found.append((part.pk, day))
    return found
