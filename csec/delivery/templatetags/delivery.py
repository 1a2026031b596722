"""The banner over each page while reminders are delayed."""

from typing import Any

from django import template
from django.template.context import Context

from csec.accounts.roles import OVERSEERS
from csec.delivery import health

register = template.Library()


@register.simple_tag(takes_context=True)
def reminders_banner(context: Context) -> str:
    """
    "red" for those who have to step in, "calm" for the others, empty while reminders go out.

    One statement, on pages of somebody signed in; on others none.
    """
    request: Any = context.get("request")
    at = getattr(request, "at", None)
    if at is None:
        return ""
    found = health.state(at)
    if found.ok and not found.clock_alarm:
        return ""
    if request.user.roles & OVERSEERS:
        return "red"
    return "" if found.ok else "calm"
