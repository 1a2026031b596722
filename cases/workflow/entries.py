"""Writing one entry: the row everybody on the case sees, its evidence in its compartment, and the part's state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from cases import evidence, kinds
from cases.models import Case, Compartment, Entry, EntryEvidence, Outcome, StepPart
from csec.accounts.models import User
from protocols.schema import Field


@dataclass(frozen=True)
class Written:
    """What is entered: an outcome, when it happened, the definition's fields, a reason, when to look again."""

    outcome: str
    happened_at: datetime
    values: Mapping[str, Any] = field(default_factory=dict)
    asked: tuple[Field, ...] = ()
    reason: str = ""
    review_on: date | None = None
    corrects: Entry | None = None
    handed_over: bool = False


def write_entry(case: Case, part: StepPart, written: Written, *, actor: User, at: datetime) -> Entry:
    """
    Append an entry to a locked part and set the part's state from it.

    In the reporter's compartment the entry names nobody: only its evidence does, to its author.
    """
    named = part.compartment != Compartment.REPORTER
    facts = evidence.to_json(written.asked, written.values)
    entry = Entry(
        case=case,
        part=part,
        number=part.version + 1,
        outcome=written.outcome,
        compartment=part.compartment,
        actor=actor if named else None,
        role=case.my_role if named else "",
        happened_at=written.happened_at,
        recorded_at=at,
        review_on=written.review_on,
        corrects=written.corrects,
        handed_over=written.handed_over,
    )
    shared = {f.name: facts[f.name] for f in written.asked if f.shared and f.name in facts}
    entry.shared = case.key.seal(shared, context=f"entry:{entry.pk}")
    entry.save(force_insert=True)
    kept = facts | ({"reason": written.reason} if written.reason else {})
    EntryEvidence(
        entry=entry,
        case=case,
        compartment=part.compartment,
        author=actor,
        sealed=case.key.seal(kept, context=f"evidence:{entry.pk}"),
    ).save(force_insert=True)
    part.holds_back = kinds.holds_back(part.kind, entry.outcome, facts)
    _set_state(part, entry, stands=_stands(part, entry, actor))
    return entry


def _stands(part: StepPart, entry: Entry, actor: User) -> bool:
    """
    Whether a report that somebody made stays what the part says, whatever its author entered of their own.

    To open it again for all is no word of somebody's own.
    """
    if part.kind not in kinds.DUTIES or part.outcome != Outcome.DONE or entry.outcome == Outcome.DONE:
        return False
    corrects = entry.corrects
    own = corrects is not None and getattr(getattr(corrects, "evidence", None), "author_id", None) == actor.pk
    if entry.outcome == Outcome.SUPERSEDED or (entry.outcome == Outcome.REOPENED and not own):
        return False
    corrected = {entry.corrects_id}
    for one in part.entries.exclude(pk=entry.pk).order_by("-number"):
        if one.outcome == Outcome.REOPENED and one.corrects_id is None:
            return False
        if one.outcome == Outcome.DONE and one.pk not in corrected:
            return True
        corrected.add(one.corrects_id)
    return False


def _set_state(part: StepPart, entry: Entry, *, stands: bool = False) -> None:
    if stands:
        part.version += 1
        part.save(update_fields=["version"])
        return
    reopened = entry.outcome == Outcome.REOPENED
    # A correction leaves how it goes on as it was found meanwhile.
    part.progress = kinds.progress(part.kind, entry.outcome, part.progress if entry.corrects_id else "")
    part.outcome = "" if reopened else entry.outcome
    part.outcome_at = None if reopened else entry.happened_at
    asks = part.is_open or kinds.asks_after(part.kind, part.outcome, part.progress)
    part.next_on = entry.review_on if asks else None
    part.asked_at = entry.recorded_at if reopened else part.asked_at
    part.version += 1
    part.save(
        update_fields=["asked_at", "outcome", "outcome_at", "next_on", "version", "progress", "holds_back"]
    )
