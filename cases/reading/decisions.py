"""What was decided about a case as a whole, as facts to read."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from cases.models import Decision, ParentHold
from cases.reading.parts import Fact
from cases.text import Words
from csec.accounts.roles import Role
from protocols.schema import Protocol

TAKEN_OVER = gettext_lazy("Another school has taken the student over, and goes on")


def decision_facts(
    row: Decision, words: dict[str, Any], definition: Protocol, labels: Mapping[str, str]
) -> Iterator[Fact]:
    """The label and the words of each, `labels` naming the parts that were left open."""
    names: dict[str, Words] = {
        "reason": _("Reason"),
        "decided_by": _("Decided by"),
        "who": _("Who"),
        "last_look": _("Last look"),
        "acknowledged": _("Acknowledged by"),
    }
    if row.kind == Decision.Kind.CLOSED:
        taken_over = row.code == Decision.TRANSFERRED
        yield _("Outcome"), TAKEN_OVER if taken_over else Decision.Closing(row.code).label
    elif row.kind in (Decision.Kind.PERSON_ADDED, Decision.Kind.PERSON_REMOVED):
        yield _("Role"), Role(row.code).label
    elif row.code:
        yield _("Basis"), Decision.Basis(row.code).label
    for name, label in names.items():
        if words.get(name):
            yield label, words[name]
    if words.get("held_for"):
        yield _("What froze contact with parents"), ParentHold.HeldFor(words["held_for"]).label
    if words.get("to"):
        yield _("Reclassified to"), definition.track(words["to"]).title
    for part, explanation in (words.get("left_open") or {}).items():
        yield _("Left open: %(part)s") % {"part": labels.get(part, "")}, explanation
