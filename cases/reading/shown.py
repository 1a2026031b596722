"""A value of the evidence in words."""

from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from cases import evidence
from cases.text import Words
from protocols.schema import Field


def shown(one: Field, value: Any) -> Words:
    """A value of the evidence in words, times in the zone that is active."""
    value = evidence.from_json(one, value)
    if one.type == "yes_no":
        return _("Yes") if value else _("No")
    if one.type == "moment":
        return formats.date_format(value.astimezone(timezone.get_current_timezone()), "DATETIME_FORMAT")
    if one.type == "date":
        return formats.date_format(value)
    if one.type in ("choice", "choices"):
        labels = {choice.value: choice.label for choice in one.choices}
        return ", ".join(labels.get(name, name) for name in ([value] if one.type == "choice" else value))
    return str(value)
