"""When something is due, in words: the moment or the day at its school, and how far that is from now."""

from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext as _

from cases.reading.clocks import away, days_away
from csec.accounts.models import User


def moment(at: datetime, zone: tzinfo) -> str:
    """A moment as it is said in that zone: Sun, Nov 29, 2:50 a.m."""
    return formats.date_format(at.astimezone(zone), "MOMENT")


def day_said(day: date, today: date) -> str:
    """A day as it is said on another: Fri, Nov 20; with its year where that is not the same."""
    return formats.date_format(day, "DAY" if day.year == today.year else "DAY_AND_YEAR")


def own_zone(reader: User) -> ZoneInfo:
    """In which a moment is written that is of no school: that of the first school of theirs."""
    return next((school.zone for school in reader.schools), ZoneInfo(settings.TIME_ZONE))


def due_at(at: datetime, now: datetime, zone: tzinfo) -> str:
    """By when, and in how long that is; or since when it is late."""
    words = _("was due %(when)s (%(away)s)") if at < now else _("due %(when)s (%(away)s)")
    return words % {"when": moment(at, zone), "away": away(at, now)}


def written_due_at(at: datetime, now: datetime, zone: tzinfo) -> str:
    """The same of a written report, which comes after the call."""
    late, coming = (
        _("Written report was due %(when)s (%(away)s)"),
        _("Written report due %(when)s (%(away)s)"),
    )
    return (late if at < now else coming) % {"when": moment(at, zone), "away": away(at, now)}


def due_on(day: date, today: date) -> str:
    """On which school-local day, and in how many days that is."""
    words = _("was due %(when)s (%(away)s)") if day < today else _("due %(when)s (%(away)s)")
    return words % {"when": day_said(day, today), "away": days_away(day, today)}
