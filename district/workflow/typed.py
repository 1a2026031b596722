"""What may be typed about the district: short texts, and telephone numbers that can be dialed."""

from collections.abc import Collection

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from cases import text
from cases.text import Words
from csec.directory.card import dial

NOT_A_NUMBER = _("Enter a telephone number.")


def wrong_texts(
    row: Model, *, required: Collection[str] = (), optional: Collection[str] = ()
) -> dict[str, Words]:
    """What is wrong with a row's texts, by name; they lose the spaces around them."""
    wrong: dict[str, Words] = {}
    for name in (*required, *optional):
        value = str(getattr(row, name)).strip()
        setattr(row, name, value)
        limit = row._meta.get_field(name).max_length  # type: ignore[union-attr]
        fault = text.fault(value, limit=limit or text.TEXT)
        if fault or (not value and name in required):
            wrong[name] = fault or text.REQUIRED
    return wrong


def wrong_numbers(row: Model, *names: str) -> dict[str, Words]:
    """Which of these texts are there and cannot be dialed."""
    return {name: NOT_A_NUMBER for name in names if (value := getattr(row, name)) and not dial(value)}
