"""When something is due, in words: the moment in its school's zone, and how far that is from now."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def moment(at: datetime, zone: ZoneInfo) -> str:
    """A moment as it is said in that zone: Sun, Nov 29, 2:50 a.m."""
    return formats.date_format(at.astimezone(zone), "D, M j, P")


def due_at(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """By when, and in how long that is; or since when it is late."""
    if at < now:
        words = _("was due %(when)s (%(span)s ago)")
        return words % {"when": moment(at, zone), "span": timesince(at, now, depth=1)}
    return _("due %(when)s (in %(span)s)") % {"when": moment(at, zone), "span": timeuntil(at, now, depth=1)}


def written_due_at(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The same of a written report, which comes after the call."""
    if at < now:
        words = _("Written report was due %(when)s (%(span)s ago)")
        return words % {"when": moment(at, zone), "span": timesince(at, now, depth=1)}
    words = _("Written report due %(when)s (in %(span)s)")
    return words % {"when": moment(at, zone), "span": timeuntil(at, now, depth=1)}


def due_on(day: date, today: date) -> str:
    """On which school-local day, and in how many days that is."""
    said, days = formats.date_format(day, "D, M j"), (day - today).days
    if days == 0:
        return _("due today, %(day)s") % {"day": said}
    if days == 1:
        return _("due tomorrow, %(day)s") % {"day": said}
    if days > 0:
        words = ngettext("due %(day)s (in %(count)d day)", "due %(day)s (in %(count)d days)", days)
        return words % {"day": said, "count": days}
    words = ngettext("was due %(day)s (%(count)d day ago)", "was due %(day)s (%(count)d days ago)", -days)
    return words % {"day": said, "count": -days}
