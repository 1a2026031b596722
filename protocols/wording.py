"""The words in which this project's reading of the protocol is shown; printed texts are never reworded."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from csec.accounts.roles import Role
from protocols.schema import Due, Outcome, Part, Step


def actor(name: str) -> str:
    """Who acts: the name of a role, or of the relation to the suspicion."""
    if name == "mandated_reporter":
        return _("The mandated reporter who first knew or suspected")
    return str(Role(name).label)


def actors(part: Part) -> str:
    """Who may act, in one line."""
    return ", ".join(actor(name) for name in part.actors)


def outcome(name: Outcome) -> str:
    """How a part may end, in words."""
    return {
        "done": _("done"),
        "not_applicable": _("not applicable"),
        "declined": _("declined by the student"),
        "unable": _("unable"),
        "superseded": _("superseded"),
    }[name]


def outcomes(part: Part) -> str:
    """Every way a part may end, in one line."""
    return ", ".join(outcome(name) for name in part.outcomes)


def due(due: Due) -> str:
    """The district's time for a part, in words."""
    if due.hours is not None:
        if due.after == "known":
            return ngettext(
                "within %(count)d hour of first knowing or suspecting",
                "within %(count)d hours of first knowing or suspecting",
                due.hours,
            ) % {"count": due.hours}
        return ngettext("within %(count)d hour", "within %(count)d hours", due.hours) % {"count": due.hours}
    days = due.school_days or 0
    if days == 0:
        return _("the same school day")
    return ngettext("within %(count)d school day", "within %(count)d school days", days) % {"count": days}


def repeat(part: Part) -> str:
    """How often a part recurs, in words; "" when it does not."""
    if part.repeat is None:
        return ""
    days = part.repeat.every_days
    return ngettext("every day", "every %(count)d days", days) % {"count": days}


def printed(step: Step) -> SafeString:
    """The printed text with its condition emphasized where it stands in it."""
    start = step.text.find(step.condition) if step.condition else -1
    if start < 0:
        return format_html("{}", step.text)
    end = start + len(step.condition)
    return format_html("{}<em>{}</em>{}", step.text[:start], step.text[start:end], step.text[end:])
