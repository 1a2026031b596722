"""One entry of a part as the page of its case shows it: what the reader may see of it, opened."""

from collections.abc import Sequence

from cases.kept import again, as_kept
from cases.kinds import contact, report
from cases.models import Entry
from cases.reading.duties import shared_facts
from cases.reading.parts import EntryView, Fact
from cases.reading.shown import shown
from protocols.schema import Field, Part


def entry_view(entry: Entry, part: Part, asked: Sequence[Field]) -> EntryView:
    """The entry of a part, whose fields are `asked`; its row carries the case."""
    readable = hasattr(entry, "evidence")
    kept = entry.evidence.facts(entry.case.key) if readable else shared_facts(entry, entry.case)
    fields = {one.name: one for one in asked}
    reason = str(kept.get("reason", ""))
    called = readable and part.kind == report.KIND and report.is_called(entry.outcome, kept)
    if called and reason == as_kept(report.CALLED_LABEL):
        # That is how it ended, and is not said twice.
        reason = ""
    # Why the student was not reached is the reason, and is not said twice.
    said = {contact.WHY_NOT} if kept.get(contact.WHY_NOT) == reason else set()
    facts: list[Fact] = [
        (fields[name].label, shown(fields[name], value))
        for name, value in kept.items()
        if name in fields and name not in said
    ]
    return EntryView(entry, facts, again(reason), restricted=not readable, called=called, about=part.label)
