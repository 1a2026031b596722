"""Writing down what was decided about a case as a whole."""

from datetime import datetime
from typing import Any

from cases import text
from cases.models import Case, Decision
from cases.text import Words
from cases.workflow.refusals import Invalid
from csec.accounts.models import User


def decide(case: Case, kind: str, *, actor: User, at: datetime, code: str = "", **words: Any) -> Decision:
    """Append a decision; its words are sealed under the case's key."""
    decision = Decision(case=case, kind=kind, code=code, at=at, by=actor)
    given = {name: value for name, value in words.items() if value}
    decision.sealed = case.key.seal(given, context=f"decision:{decision.pk}")
    decision.save(force_insert=True)
    return decision


def check_words(*, required: tuple[str, ...] = (), **words: str) -> None:
    """Raise Invalid for a reason that is missing, too long or holds control characters."""
    wrong = faults(required=required, **words)
    if wrong:
        raise Invalid(wrong)


def faults(*, required: tuple[str, ...] = (), **words: str) -> dict[str, Words]:
    """What is wrong with the words, by name; empty when all can be taken."""
    wrong: dict[str, Words] = {}
    for name, value in words.items():
        if not value.strip():
            if name in required:
                wrong[name] = text.REQUIRED
            continue
        fault = text.fault(value, limit=text.NOTE)
        if fault:
            wrong[name] = fault
    return wrong
