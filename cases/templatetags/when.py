"""How long ago something was, beside the moment itself."""

from datetime import datetime, timedelta

from django import template
from django.utils.translation import gettext as _

from cases.reading.when import moment_here, span

register = template.Library()


@register.filter
def at_and_ago(at: datetime, now: datetime) -> str:
    """Both in one: Sun, Nov 8, 8:41 p.m. (20 days ago)."""
    return _("%(when)s (%(ago)s)") % {"when": moment_here(at), "ago": ago(at, now)}


@register.filter
def ago(at: datetime, now: datetime) -> str:
    if now - at < timedelta(minutes=1):
        return _("just now")
    return _("%(span)s ago") % {"span": span(now - at)}
