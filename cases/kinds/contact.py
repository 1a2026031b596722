"""Regular contact. Only a student who was seen makes a contact `done`; an attempt is `unable` and asks again."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.text import Words

KIND = "contact"

#: What the definition calls the facts of a contact that the schedule and the alerts go by.
SEEN, SAFE, SAFE_WAY, WHY_NOT = "seen", "student_safe", "safe_way", "why_not_seen"
NOT_SAFE = "no"

NOT_SEEN = _("The student was not seen: record this as “Unable so far”, so that it is asked again.")

WAS_SEEN = _("The student was seen: record this as “Done”, so that the next check-in follows.")


def check(outcome: str, values: Mapping[str, Any]) -> dict[str, Words]:
    """Nobody counts as seen by an attempt."""
    if outcome == "done" and values.get(SEEN) is False:
        return {SEEN: NOT_SEEN}
    if outcome == "unable" and values.get(SEEN) is True:
        return {SEEN: WAS_SEEN}
    return {}
