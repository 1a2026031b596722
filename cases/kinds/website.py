"""The law enforcement website. Kept is on what basis facts were given and of what kinds, never what was entered."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.text import Words

KIND = "website"

#: What the definition calls where the information came from, the basis of giving it, and the kinds of facts given.
USED, BASIS, GIVEN = "information_used", "release_basis", "facts_given"
FROM_SCHOOL = "school_minimum"

NO_BASIS = _(
    "Information came from the school: say on which legal basis (34 CFR 99.30, 99.31), or enter only the"
    " SRO’s own information."
)
NOTHING_GIVEN = _("Say which kinds of facts the school gave. The facts themselves are not kept.")


def check(outcome: str, values: Mapping[str, Any]) -> dict[str, Words]:
    """Before facts of the school's are entered there is a legal basis, and no more than the minimum is given."""
    if outcome != "done" or values.get(USED) != FROM_SCHOOL:
        return {}
    wrong: dict[str, Words] = {}
    # Of what the definition asks each has a value or none.
    if BASIS in values and not str(values[BASIS] or "").strip():
        wrong[BASIS] = NO_BASIS
    if GIVEN in values and not values[GIVEN]:
        wrong[GIVEN] = NOTHING_GIVEN
    return wrong


def brings_facts(kind: str, outcome: str, values: Mapping[str, Any]) -> bool:
    """Whether an entry of another kind may be what was not known when the evidence was not sufficient."""
    if outcome != "done":
        return False
    if kind == "impact":
        return values.get("impact_found") is not False
    if kind == "sro_response":
        return values.get("report_back") in ("investigating", "referred")
    return False


def news(kind: str, outcome: str, values: Mapping[str, Any]) -> str:
    """What an entry says is new of the student, in one word; empty where it says no such thing."""
    if outcome != "done":
        return ""
    if kind == "impact":
        return "impact" if values.get("impact_found") is True else ""
    if kind == "sro_response" and brings_facts(kind, outcome, values):
        return str(values["report_back"])
    return ""
