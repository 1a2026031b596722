"""What an invented colleague enters: plain words that say that they are invented, by the types of the fields."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from csec.accounts.models import User
from csec.directory.models import School
from protocols.schema import Field

#: Of answers that a field may offer, what lets a drill go on by the shortest way, wherever it is offered.
PREFERRED = (
    "no_sign",
    "not_asked",
    "contact",
    "closed",
    "remain",
    "officers_own",
    "not_treatment",
    "accepted",
)
#: What would be news, of which everybody is asked anew whether they report it: no colleague has any.
NO_NEWS = ("impact_found",)
#: What the definitions call the name of whoever decides; it is looked up on the case.
NAMES = ("decided_by",)


def invented(
    asked: Iterable[Field], by: User, school: School, *, at: datetime, moments: bool = False
) -> dict[str, Any]:
    """A value for each field that `done` needs; and the `moments`, of a report that is made in full."""
    return {
        field.name: _value(field, by, school, at=at)
        for field in asked
        if "done" in field.required_for or (moments and field.type == "moment")
    }


def _value(field: Field, by: User, school: School, *, at: datetime) -> Any:
    if field.type in ("choice", "choices"):
        offered = [choice.value for choice in field.choices]
        chosen = next((value for value in PREFERRED if value in offered), offered[0])
        return chosen if field.type == "choice" else [chosen]
    if field.type == "text":
        return by.name if field.name in NAMES else _("Invented for a drill")
    return {
        "note": _("Invented for a drill."),
        "date": at.astimezone(school.zone).date(),
        "moment": at,
        "yes_no": field.name not in NO_NEWS,
    }[field.type]
