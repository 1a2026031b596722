from datetime import datetime

from django import template
from django.utils import timezone

from cases.reading import clocks

register = template.Library()
register.filter("away", clocks.away)
register.filter("days_away", clocks.days_away)


@register.filter
def days_from(at: datetime, now: datetime) -> str:
    """Of a moment of which no more than the day is known, in the zone that is active."""
    return clocks.days_away(timezone.localdate(at), now)
