"""The student's place at school. A move may be agreed before it happens."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from cases.text import Words

if TYPE_CHECKING:
    from cases.models import Case

KIND = "placement"

DATES_AHEAD = frozenset({"transfer_on"})

#: What the definition calls the decision of whoever holds the educational rights in a parent's place.
RIGHTS_HOLDER = "rights_holder_decision"

ASK_RIGHTS_HOLDER = _(
    "Somebody else than a parent decides on this student’s education: see the people around the student. Ask them, and"
    " enter what they decided."
)


def check_of_case(case: "Case", outcome: str, values: Mapping[str, Any]) -> dict[str, Words]:
    """No decision without that of the holder of educational rights, where another than a parent is entered."""
    asked = RIGHTS_HOLDER in values and not str(values[RIGHTS_HOLDER] or "").strip()
    if outcome == "done" and asked:
        holders = case.contacts.in_force().filter(decides_education="yes").exclude(relation="parent")
        if holders.exists():
            return {RIGHTS_HOLDER: ASK_RIGHTS_HOLDER}
    return {}
