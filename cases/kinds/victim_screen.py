"""Whether a student suspected of recruiting could be a victim too. It comes before any consequence."""

from collections.abc import Mapping
from typing import Any

KIND = "victim_screen"

#: What the definition calls the answer.
ANSWER = "could_be_victim"


def leads_to_concern(outcome: str, facts: Mapping[str, Any]) -> bool:
    """Whether a concern for this student is to be recorded: also when nobody is sure."""
    return outcome == "done" and facts.get(ANSWER) in ("yes", "unsure")
