"""
The evidence of an entry against the protocol's definition: one check, used by the verb that writes it.

The forms only turn what was typed into values; what may be entered is decided here, by field type.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases import text
from cases.text import Words
from protocols.schema import Field, Part, Protocol

Values = Mapping[str, Any]

UNKNOWN_FIELD = _("This is not asked for here.")
NOT_A_CHOICE = _("Choose one of the answers.")
IN_THE_FUTURE = _("This lies in the future. Enter when it happened.")
TOO_EARLY = _("Enter a date after the year 2000.")
WRONG_TYPE = _("Enter this in the form the field asks for.")


def fields(
    protocol: Protocol, part: Part, *, after_earlier: bool, of_age: Callable[[], bool] = lambda: False
) -> tuple[Field, ...]:
    """
    The fields to be asked; some only where the part follows one that was done on an earlier track, or at 18.

    `of_age` is asked only where a field goes by it.
    """
    when = {"always": lambda: True, "after_earlier": lambda: after_earlier, "of_age": of_age}
    return tuple(field for field in protocol.fields_of(part) if when[field.asked]())


def check(
    asked: tuple[Field, ...],
    outcome: str,
    values: Values,
    *,
    at: datetime,
    today: date,
    ahead: Collection[str] = (),
) -> dict[str, Words]:
    """
    What is wrong, by field name; empty when the evidence can be taken.

    `today` is the school's day. `ahead` names the dates that may lie after it.
    """
    wrong: dict[str, Words] = {}
    for name in values.keys() - {field.name for field in asked}:
        wrong[name] = UNKNOWN_FIELD
    for field in asked:
        value = values.get(field.name)
        if is_empty(value):
            if outcome in field.required_for:
                wrong[field.name] = text.REQUIRED
            continue
        words = _fault(field, value, at=at, latest=date.max if field.name in ahead else today)
        if words:
            wrong[field.name] = words
    return wrong


def is_empty(value: Any) -> bool:
    """Whether nothing was entered: blanks are nothing, `False` is an answer."""
    return not value.strip() if isinstance(value, str) else value in (None, [])


def _fault(field: Field, value: Any, *, at: datetime, latest: date) -> Words | None:
    if field.type in ("text", "note"):
        limit = text.TEXT if field.type == "text" else text.NOTE
        return text.fault(value, limit=limit) if isinstance(value, str) else WRONG_TYPE
    if field.type == "yes_no":
        return None if isinstance(value, bool) else WRONG_TYPE
    if field.type in ("choice", "choices"):
        known = {choice.value for choice in field.choices}
        chosen = [value] if field.type == "choice" else value
        ok = isinstance(chosen, list) and all(isinstance(one, str) and one in known for one in chosen)
        return None if ok else NOT_A_CHOICE
    if field.type == "moment":
        if not isinstance(value, datetime) or value.tzinfo is None:
            return WRONG_TYPE
        return IN_THE_FUTURE if value > at else TOO_EARLY if value.year < 2000 else None
    if not isinstance(value, date) or isinstance(value, datetime):
        return WRONG_TYPE
    if value > latest:
        return IN_THE_FUTURE
    return TOO_EARLY if value.year < 2000 else None


def to_json(asked: tuple[Field, ...], values: Values) -> dict[str, Any]:
    """The filled-in values as JSON: moments and dates in ISO 8601, the rest as it is."""
    kept = {}
    for field in asked:
        value = values.get(field.name)
        if not is_empty(value):
            kept[field.name] = value.isoformat() if isinstance(value, date) else value
    return kept


def from_json(field: Field, value: Any) -> Any:
    """A value as it was entered, from how it is kept."""
    if field.type == "moment":
        return datetime.fromisoformat(value)
    if field.type == "date":
        return date.fromisoformat(value)
    return value
