"""The Child Welfare Services report. Only its metadata is kept; who made it stays with its author."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.text import Words

#: A report is a duty of each person alone: no case closes while one is open (Penal Code 11166(h), (i)).
KIND = "report"

#: Of each call its own: a number that was given for another report would stand for this one.
ANEW = frozenset({"person_spoken_to", "reference"})

SAY_WHY = _("Say which report this rests on, and why nothing new is reported.")
WRITTEN_BEFORE = _("The written report follows the telephone call: check both times.")


def check(outcome: str, values: Mapping[str, Any]) -> dict[str, Words]:
    """Nothing new to report needs its reason; the form follows the call."""
    wrong: dict[str, Words] = {}
    if (
        values.get("against_earlier") == "same_information"
        and not str(values.get("earlier_report") or "").strip()
    ):
        wrong["earlier_report"] = SAY_WHY
    phoned, written = values.get("phoned_at"), values.get("written_at")
    if phoned and written and written < phoned:
        wrong["written_at"] = WRITTEN_BEFORE
    return wrong
