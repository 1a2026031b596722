"""A moment of the first screen in its school's zone, and how far it is from now."""

from datetime import date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils import formats
from django.utils.translation import gettext as _

from cases.reading.clocks import away, days_away
from cases.reading.when import moment

register = template.Library()


@register.simple_tag(takes_context=True)
def at_and_away(context: dict[str, Any], at: datetime, zone: tzinfo) -> str:
    """In the zone of its school: Sun, Nov 8, 8:41 p.m. (20 days ago)."""
    when = moment(at, zone)
    return _("%(when)s (%(away)s)") % {"when": when, "away": away(at, context["request"].at)}


@register.simple_tag(takes_context=True)
def answer_due(context: dict[str, Any], day: date, zone: ZoneInfo) -> str:
    """By which day of the school an answer is due, and how far that is."""
    today = context["request"].at.astimezone(zone).date()
    words = _("answer was due %(when)s (%(away)s)") if day < today else _("answer due %(when)s (%(away)s)")
    return words % {"when": formats.date_format(day, "DAY"), "away": days_away(day, today)}
