"""The help beside a form, found by the name that verb, view and address share."""

from typing import Any

from django import template

from cases.help import help_with, label

register = template.Library()


@register.inclusion_tag("includes/help.html", takes_context=True)
def help_beside(context: dict[str, Any], verb: str = "") -> dict[str, Any]:
    """
    Of the form that this page is about, or of `verb` where it is named; nothing where there is none.

    The step that it belongs to is the one of the form, in the protocol that its case follows.
    """
    part, track, step = (context.get(name) for name in ("definition", "track", "step"))
    found = help_with(verb or context["request"].resolver_match.url_name, part.kind if part else "")
    return {"help": found, "steps": [label(track, step)] if track and step else []}
