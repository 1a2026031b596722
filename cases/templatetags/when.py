"""How long ago something was, beside the moment itself."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.reading.when import due_on, moment, span

register = template.Library()


@register.simple_tag(takes_context=True)
def at_and_ago(context: dict[str, Any], at: datetime, zone: ZoneInfo | None = None) -> str:
    """Both in one, in that zone or the one that is active: Sun, Nov 8, 8:41 p.m. (20 days ago)."""
    when = moment(at, zone or timezone.get_current_timezone())
    return _("%(when)s (%(ago)s)") % {"when": when, "ago": ago(at, context["request"].at)}


@register.filter
def ago(at: datetime, now: datetime) -> str:
    if now - at < timedelta(minutes=1):
        return _("just now")
    return _("%(span)s ago") % {"span": span(now - at)}


@register.simple_tag(takes_context=True)
def answer_due(context: dict[str, Any], day: date, zone: ZoneInfo) -> str:
    """By which day of the school an answer is due, and how far that is."""
    words = due_on(day, context["request"].at.astimezone(zone).date())
    return _("answer %(due)s") % {"due": words}
