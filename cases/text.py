"""What may be typed: plain text, in the lengths that the protocol's fields have."""

import unicodedata
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    Words = StrOrPromise
else:
    Words = str  # or its translation, which is one once it is shown

#: Characters.
TEXT = 200
NOTE = 5000

CONTROL_CHARACTERS = _("Contains characters that cannot be shown. Remove them, or type the text again.")
TOO_LONG = _("Too long: at most %(limit)d characters, this has %(length)d. Shorten it.")
REQUIRED = _("Fill this in.")


def fault(value: str, *, limit: int) -> Words | None:
    """What is wrong with a text; None when it can be taken. New lines and tabs are fine."""
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\r\t" for c in value):
        return CONTROL_CHARACTERS
    if len(value) > limit:
        return TOO_LONG % {"limit": limit, "length": len(value)}
    return None
