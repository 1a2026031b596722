"""What was decided about a case as a whole, as facts to read."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from cases import kinds
from cases.kept import again
from cases.models import Case, Decision, ParentHold
from cases.reading.parts import Fact, PartView
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
            yield label, again(words[name])
    if words.get("held_for"):
        yield _("What froze contact with parents"), ParentHold.HeldFor(words["held_for"]).label
    if words.get("to"):
        yield _("Reclassified to"), definition.track(words["to"]).title
    for part, explanation in (words.get("left_open") or {}).items():
        yield _("Left open: %(part)s") % {"part": labels.get(part, "")}, explanation


def decisions_read(
    case: Case, decided: Iterable[Decision], labels: Mapping[str, str]
) -> list[tuple[Decision, list[Fact]]]:
    """Each with the words that were given."""
    definition = case.protocol.definition
    return [(row, list(decision_facts(row, row.words(case.key), definition, labels))) for row in decided]


def leave_open(case: Case, decided: Iterable[Decision], views: Iterable[PartView]) -> None:
    """Say of what a case was closed over why it may stay open; nobody is asked for it any more, but for a report."""
    closings = [row for row in decided if row.kind == Decision.Kind.CLOSED]
    last = max(closings, key=lambda row: row.at, default=None)
    given: dict[str, Any] = last.words(case.key) if last else {}
    words: dict[str, str] = given.get("left_open") or {}
    for view in views:
        if view.row.is_open and view.row.kind not in kinds.DUTIES:
            view.not_asked = True
            if last and last.code == Decision.TRANSFERRED:
                view.left_open = TAKEN_OVER
            else:
                view.left_open = words.get(str(view.row.pk), "")
