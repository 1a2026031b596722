"""Regular contact. Only a student who was seen makes a contact `done`; an attempt is `unable` and asks again."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.text import Words

KIND = "contact"

NOT_SEEN = _("The student was not seen: record this as “Unable so far”, so that it is asked again.")


def check(outcome: str, values: Mapping[str, Any]) -> dict[str, Words]:
    """Nobody counts as seen by an attempt."""
    if outcome == "done" and values.get("seen") is False:
        return {"seen": NOT_SEEN}
    return {}
