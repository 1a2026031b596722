"""What was decided about a case as a whole, as facts to read."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from cases import kinds, permissions
from cases.kept import again
from cases.models import Case, Decision, ParentHold
from cases.reading.parts import Fact, PartView
from cases.text import Words
from csec.accounts.models import User
from csec.accounts.roles import Role
from protocols.schema import Protocol

TAKEN_OVER = gettext_lazy("Another school has taken the student over, and goes on")

#: Who did it, and whom it was about.
_OF_PEOPLE = {
    Decision.Kind.PERSON_ADDED: _("%(by)s put %(who)s on the case (%(role)s)"),
    Decision.Kind.PERSON_REMOVED: _("%(by)s took %(who)s off the case (%(role)s)"),
    Decision.Kind.PERSON_EXCLUDED: _("%(by)s decided that the case is kept from %(who)s"),
    Decision.Kind.PERSON_READMITTED: _("%(by)s decided that the case is no longer kept from %(who)s"),
}
_OF_EXCLUSIONS = {Decision.Kind.PERSON_EXCLUDED, Decision.Kind.PERSON_READMITTED}


def about_whom(row: Decision, case: Case, reader: User) -> Words:
    """
    A decision about a person as a sentence; nothing of another.

    From whom the case is kept is named to those who may decide that, to nobody else.
    """
    sentence = _OF_PEOPLE.get(Decision.Kind(row.kind))
    if sentence is None or not _may_name(row, case, reader):
        return ""
    who = row.words(case.key).get("who")
    if not who:
        return ""
    return sentence % {"by": row.by.name, "who": who, "role": Role(row.code).label if row.code else ""}


def _may_name(row: Decision, case: Case, reader: User) -> bool:
    return row.kind not in _OF_EXCLUSIONS or permissions.can_exclude_person(reader, case)


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
    case: Case, reader: User, decided: Iterable[Decision], labels: Mapping[str, str]
) -> list[tuple[Decision, list[Fact]]]:
    """Each with the words that were given, as far as the reader may know them."""
    definition = case.protocol.definition
    found = []
    for row in decided:
        words = row.words(case.key)
        if not _may_name(row, case, reader):
            # The reason says who it is as well: how they are involved, or related to the student.
            words = {}
        found.append((row, list(decision_facts(row, words, definition, labels))))
    return found


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
