"""The student's place at school. A move may be agreed before it happens, and is a thing of its own (Transfer)."""

from collections.abc import Mapping
from typing import Any

KIND = "placement"

DATES_AHEAD = frozenset({"transfer_on"})

#: What the definition calls the decision, and the one by which a transfer is asked for.
DECISION, TRANSFER = "placement_decision", "transfer"


def asks_transfer(outcome: str, values: Mapping[str, Any]) -> bool:
    """Whether an entry says that the student is to move to another school."""
    return outcome == "done" and values.get(DECISION) == TRANSFER
