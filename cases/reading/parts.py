"""The duties of a printed step as a page shows them: their state in a word, their entries, their evidence."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from math import inf
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases import kinds
from cases.kinds import report
from cases.kinds.parent_contact import Missing
from cases.models import Case, Compartment, Entry, Outcome, SroRequest, StepPart, TrackRun
from cases.reading.happened import Action, Happened
from cases.text import Words
from protocols.schema import Part, Step, Track

Fact = tuple[Words, Words]

#: So many entries of a part are shown, and the older ones when asked for.
SHOWN = 3


@dataclass
class EntryView:
    """One entry: what the reader may see of it, as label and words."""

    row: Entry
    facts: list[Fact]
    reason: str
    restricted: bool
    #: Whether a call was made of which the written half is still open.
    called: bool = False
    mine_to_correct: bool = False
    opens_again: bool = False

    #: Of which part, for those who hear the page.
    about: Words = ""

    @property
    def corrects(self) -> bool:
        return self.row.corrects_id is not None

    @property
    def what(self) -> Words:
        row = self.row
        if self.corrects and row.outcome == Outcome.REOPENED and row.compartment == Compartment.REPORTER:
            return _("Open again: whoever carries this duty reports for themselves")
        label = row.get_outcome_display()
        return _("%(outcome)s (corrects the entry before)") % {"outcome": label} if self.corrects else label

    @property
    def who(self) -> Words:
        """Whoever reported is named to nobody."""
        if self.row.by:
            return self.row.by
        return _("Who reported is not shown") if self.restricted else _("You")

    @property
    def shown(self) -> Happened:
        facts = [*self.facts, (_("Reason"), self.reason)] if self.reason else self.facts
        action = None
        if self.mine_to_correct:
            url = reverse("cases:correct_entry", args=[self.row.case_id, self.row.pk])
            words = _("I carry this duty too: open it again") if self.opens_again else _("Correct this entry")
            if self.row.handed_over:
                words = _("Open it again here")
            action = Action(url, words, self.about)
        return Happened(self.row.happened_at, self.row.pk, self.what, "", self.who, facts, action=action)


@dataclass
class PartView:
    """One duty of a printed step on this case."""

    row: StepPart
    definition: Part
    entries: list[EntryView]
    state: str
    word: Words
    late: bool
    actions: list[tuple[str, Words]] = field(default_factory=list)
    request: SroRequest | None = None
    held_by: Words = ""
    #: Whether it is somebody else's, and the reader only may as well.
    anothers: bool = False
    #: What is still missing before it can be done, by what its kind declares.
    missing: list[Missing] = field(default_factory=list)
    #: Open, and nobody is asked for it as things stand.
    not_asked: bool = False
    #: What was just done to it, said beside it.
    said: Any = None
    #: How far down in the window it stood then (pixels), where that is known.
    top: str = ""
    #: The short form by which it ends where it stands.
    quick: Any = None
    #: Why it may stay open in a case that was closed, in the words that were given.
    left_open: Words = ""

    @property
    def label(self) -> Words:
        return kinds.label(self.definition, mine=self.is_mine)

    @property
    def anchor(self) -> str:
        """Where it is on the page of its case."""
        return f"part-{self.row.pk}"

    @property
    def called(self) -> bool:
        if not self.row.is_open or not self.entries:
            return False
        if self.row.kind != report.KIND:
            return self.entries[-1].called
        # Another's entry is no news to the reader, unless it opens the report again for all.
        own = [one for one in self.entries if not one.restricted or one.row.outcome == Outcome.REOPENED]
        return bool(own) and own[-1].called

    @property
    def prompt(self) -> Words:
        """What is said first while it is open, such as a call that was not made yet."""
        if not self.row.is_open or self.row.asks_reader is False:
            return ""
        if self.row.owed and self.row.outcome == Outcome.DONE and not self.row.asks_reader:
            # A report was made: what is left is another's to do.
            return ""
        return report.TO_WRITE if self.called else self.definition.prompt

    @property
    def latest(self) -> list[EntryView]:
        """The entries that are shown at once."""
        return self.entries[-SHOWN:]

    @property
    def ending(self) -> EntryView | None:
        """By which entry it ended; none while it asks something."""
        return self.entries[-1] if self.entries and not self.row.is_open else None

    @property
    def older(self) -> list[EntryView]:
        return self.entries[:-SHOWN]

    @property
    def is_mine(self) -> bool:
        return bool(self.actions) and not self.anothers

    @property
    def hidden(self) -> Words:
        """Why one does not see more, where a compartment is restricted."""
        if not any(entry.restricted for entry in self.entries):
            return ""
        if self.row.compartment == Compartment.TEAM:
            return _("What was recorded is for those who do this step, and those who carry the case")
        return _("Restricted section: %(who)s") % {"who": Compartment(self.row.compartment).label}


@dataclass
class StepView:
    step: Step
    parts: list[PartView]

    @property
    def done(self) -> bool:
        return bool(self.parts) and all(not part.row.is_open for part in self.parts)

    @property
    def asks(self) -> bool:
        return any(part.row.is_open and not part.not_asked for part in self.parts)

    @property
    def restricted(self) -> bool:
        """Whether some of its duties are in a section that the reader does not see."""
        return len(self.parts) < len(self.step.parts)


@dataclass
class RunView:
    row: TrackRun
    track: Track
    steps: list[StepView]

    @property
    def parts(self) -> Iterator[PartView]:
        return (part for step in self.steps for part in step.parts)

    @property
    def now(self) -> StepView | None:
        """The first step of which something is asked; none in a track that has ended."""
        if self.row.ended_at is not None:
            return None
        return next((step for step in self.steps if step.asks), None)


def is_late(part: StepPart, at: datetime, today: date) -> bool:
    """Whether an open part's time is past ; an attempt does not move a due moment."""
    if part.on_hold:
        return False
    if not part.is_open:
        # Only what somebody of the staff does: a student who declined is late with nothing.
        return bool(part.progress) and part.next_on is not None and part.next_on < today
    missed = not part.outcome or (part.outcome == Outcome.UNABLE and not part.repeats)
    missed = missed or part.kind in kinds.SCHEDULED
    due = missed and part.due_at is not None and part.due_at < at
    return due or (part.next_on is not None and part.next_on < today)


def asked_on(part: StepPart, zone: ZoneInfo) -> tuple[bool, bool, date, float, str, int]:
    """
    The day on which a part asks: the earlier of its due day and its day to look again; then the next contact.

    What has no day stands by its case, in the order of its steps; last what is on hold.
    """
    due_at = part.due_at if part.outcome != "done" and not part.on_hold else None
    days = [due_at.astimezone(zone).date()] if due_at else []
    days += [part.next_on] if part.next_on and not part.on_hold else []
    moment = due_at.timestamp() if due_at else inf
    return part.on_hold, not days, min(days, default=date.max), moment, str(part.case_id), part.position


def state_of(part: StepPart, late: bool, *, ended: bool = False) -> tuple[str, Words]:
    """The state (for its icon) and the word that says it. In a case that has `ended` nothing waits but a report."""
    if late:
        return "late", _("Late")
    if ended and part.is_open and part.kind not in kinds.DUTIES:
        return ("done", Outcome.DONE.label) if part.outcome == Outcome.DONE else ("left_open", _("Left open"))
    if part.repeats and part.outcome == Outcome.DONE:
        return "waiting", _("Goes on")
    if part.outcome:
        return part.outcome, Outcome(part.outcome).label
    return "waiting", _("Waiting")


def called(parts: Iterable[StepPart]) -> set[UUID]:
    """
    Of which of these parts the reader made the call whose written half is still open.

    Another's call is no news to the reader, who answers for themselves. Asks nothing where there can be none.
    """
    tried = [part.pk for part in parts if part.kind == report.KIND and part.outcome == Outcome.UNABLE]
    if not tried:
        return set()
    own = Q(evidence__isnull=False) | Q(outcome=Outcome.REOPENED)
    latest = Entry.objects.filter(own, part__in=tried).order_by("part_id", "-number").distinct("part_id")
    return {
        row.part_id
        for row in latest.select_related("evidence", "case__key")
        if hasattr(row, "evidence") and report.is_called(row.outcome, row.shared_facts(row.case.key))
    }


def begun(case: Case, part: StepPart) -> Mapping[str, Any]:
    """What the reader recorded of a half that is gone on with, also on the track before; else nothing."""
    if part.kind != report.KIND:
        return {}
    of = part if part.version else part.corresponds_to
    if of is None:
        return {}
    # What others entered after it is no news to the reader, unless it opens the report again for all.
    entries = of.entries.exclude(outcome=Outcome.SUPERSEDED).filter(
        Q(evidence__isnull=False) | Q(outcome=Outcome.REOPENED)
    )
    row = entries.order_by("-number").select_related("evidence").first()
    if row is None or not hasattr(row, "evidence"):
        return {}
    facts = row.evidence.facts(case.key)
    return facts if report.is_called(row.outcome, facts) else {}


def typed_before(case: Case, part: StepPart) -> dict[str, Any]:
    """
    What was typed on this case before, the latest of each name: the team's, and that of the part's own section.

    Nothing goes from one section into another by being offered there.
    """
    typed: dict[str, Any] = {}
    entries = Entry.objects.filter(case=case, compartment__in=[Compartment.TEAM, part.compartment])
    for entry in entries.select_related("evidence"):
        if hasattr(entry, "evidence"):
            typed |= entry.evidence.facts(case.key)
    return typed
