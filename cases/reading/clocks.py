"""How far away a moment or a day is, in words, beside its date: for those who act by it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def away(at: datetime, now: datetime) -> str:
    """ "in 3 hours", "40 minutes ago"; whole units, rounded down: nobody is promised more time than there is."""
    if not at or not now:
        return ""
    seconds = int((at - now).total_seconds())
    past, left = seconds < 0, abs(seconds)
    if left < _MINUTE:
        return _("now")
    if left < _HOUR:
        count = left // _MINUTE
        return (
            ngettext("%(n)d minute ago", "%(n)d minutes ago", count)
            if past
            else ngettext("in %(n)d minute", "in %(n)d minutes", count)
        ) % {"n": count}
    if left < 2 * _DAY:
        count = left // _HOUR
        return (
            ngettext("%(n)d hour ago", "%(n)d hours ago", count)
            if past
            else ngettext("in %(n)d hour", "in %(n)d hours", count)
        ) % {"n": count}
    return _in_days(left // _DAY, past=past)


def days_away(day: date, now: datetime | date) -> str:
    """ "today", "in 3 days", "yesterday": from a moment in the zone that is active, or from a day."""
    if not day or not now:
        return ""
    today = timezone.localdate(now) if isinstance(now, datetime) else now
    days = (day - today).days
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    return near.get(days) or _in_days(abs(days), past=days < 0)


def _in_days(count: int, *, past: bool) -> str:
    return (
        ngettext("%(n)d day ago", "%(n)d days ago", count)
        if past
        else ngettext("in %(n)d day", "in %(n)d days", count)
    ) % {"n": count}


def days_open(since: datetime, now: datetime, zone: ZoneInfo) -> int:
    """For how many days something is open, counted in the days of its school."""
    return (now.astimezone(zone).date() - since.astimezone(zone).date()).days
