"""A moment of the first screen in its school's zone, and how far it is from now."""

from datetime import date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.translation import gettext as _

from cases.models import Case
from cases.reading import own_days
from cases.reading.clocks import away, days_away
from cases.reading.queues import Queue
from cases.reading.when import day_said, moment
from cases.text import Words

register = template.Library()


@register.simple_tag(takes_context=True)
def at_and_away(context: dict[str, Any], at: datetime, zone: tzinfo) -> str:
    """In the zone of its school: Sun, Nov 8, 8:41 p.m. (20 days ago)."""
    when = moment(at, zone)
    return _("%(when)s (%(away)s)") % {"when": when, "away": away(at, context["request"].at)}


@register.filter
def said_of(queue: Queue[Case], case: Case) -> Words:
    """The day that a list is about, of one of its cases, and how far it is from now."""
    return queue.said[case.pk]


@register.simple_tag(takes_context=True)
def opened(context: dict[str, Any], case: Case) -> Words:
    """On which day of its school a case was opened, and how far that is from now."""
    return own_days.opened(case, context["request"].at)


@register.simple_tag(takes_context=True)
def answer_due(context: dict[str, Any], day: date, zone: ZoneInfo) -> str:
    """By which day of the school an answer is due, and how far that is."""
    today = context["request"].at.astimezone(zone).date()
    words = _("answer was due %(when)s (%(away)s)") if day < today else _("answer due %(when)s (%(away)s)")
    return words % {"when": day_said(day, today), "away": days_away(day, today)}
