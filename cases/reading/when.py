"""When something is due, in words: the moment in its school's zone, and how far that is from now."""

from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def moment(at: datetime, zone: tzinfo) -> str:
    """A moment as it is said in that zone: Sun, Nov 29, 2:50 a.m."""
    return formats.date_format(at.astimezone(zone), "D, M j, P")


def span(length: timedelta) -> str:
    """How long, in the one unit that one counts in: a clock of 36 hours is in hours until the end."""
    if length < _HOUR:
        minutes = max(length // timedelta(minutes=1), 1)
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    if length < 2 * _DAY:
        hours = length // _HOUR
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    days = length // _DAY
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def due_at(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """By when, and in how long that is; or since when it is late."""
    if at < now:
        return _("was due %(when)s (%(span)s ago)") % {"when": moment(at, zone), "span": span(now - at)}
    return _("due %(when)s (in %(span)s)") % {"when": moment(at, zone), "span": span(at - now)}


def written_due_at(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The same of a written report, which comes after the call."""
    if at < now:
        words = _("Written report was due %(when)s (%(span)s ago)")
        return words % {"when": moment(at, zone), "span": span(now - at)}
    words = _("Written report due %(when)s (in %(span)s)")
    return words % {"when": moment(at, zone), "span": span(at - now)}


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
