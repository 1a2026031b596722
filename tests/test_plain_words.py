"""The words of the pages, in whatever text they stand: none that only its makers know, and none that judges a child."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from protocols.loader import DEFINITIONS
from tests.catalog import asked_for

#: What no page says, and what it says instead.
INSTEAD = {
    r"compartment": "restricted section",
    r"break[- ]?glass": "emergency access",
    r"ledger": "reminder history",
    r"\bclimb(s|ed|ing)?\b": "escalate",
    r"contact plan|plan of contact": "check-in schedule",
    r"recruiter": "student suspected of recruiting",
    r"records? (that|which) leaves?\b": "release of information",
    r"\b(left|leaves|leaving) the school\b|\bwhat left\b": "release of information",
    # Of a suspicion; that something becomes known to others is another matter.
    r"\blearn(ed|t) of\b|\blearned at\b|\bwhen (you|they) learned\b": "first knew or suspected",
    r"\b(you|whoever) learns? of\b": "first knew or suspected",
    r"\bwaive(s|d|r)?\b": "not applicable",
    r"emergency (sheet|page)\b": "emergency card",
    r"prostitut|\bhooker|\bjuvenile delinquent": "the student",
    r"perpetrator|\boffender": "student suspected of recruiting",
    r"\brunaway": "missing",
}
#: In definitions that are published, and stay as they are for the cases that follow them: this project's reading of who
#: acts, shown beside the printed page and never in its place. Since then it is said as the pages say it.
PUBLISHED = {
    "csec-2011-08-27.toml": {"the mandated reporter who learned of it"},
    "csec-2011-08-27-2.toml": {"the mandated reporter who learned of it"},
}
#: Of a definition what is a name for the software, and no text.
NAMES = {"actors", "compartment", "condition_on", "fields", "id", "kind", "language", "outcomes", "version"}


def never_said(words: str) -> list[str]:
    """Of the words that no page says those that stand in a text."""
    return [found[0] for word in INSTEAD if (found := re.search(word, words, re.IGNORECASE))]


def texts(definition: Any, name: str = "") -> Iterator[str]:
    """Every text of a definition: titles, printed words, labels, who acts."""
    if isinstance(definition, str) and name not in NAMES:
        yield definition
    elif isinstance(definition, dict):
        for key, below in definition.items():
            yield from texts(below, key)
    elif isinstance(definition, list):
        for below in definition:
            yield from texts(below, name)


def test_no_text_of_a_page_a_form_or_a_message_says_them() -> None:
    found = {
        (where, words): wrong
        for text, where in asked_for().items()
        for words in (text.one, text.many)
        if (wrong := never_said(words))
    }
    assert found == {}


@pytest.mark.parametrize("path", sorted(DEFINITIONS.glob("*.toml")), ids=lambda path: path.stem)
def test_no_definition_says_them_beside_what_is_published(path: Any) -> None:
    said = list(texts(tomllib.loads(path.read_text(encoding="utf-8"))))
    assert len(said) > 60
    assert {words for words in said if never_said(words)} == PUBLISHED.get(path.name, set())


@pytest.mark.parametrize(
    "words",
    [
        "Restricted compartment", "Break-glass access", "The ledger of reminders", "It climbs to the liaison",
        "The contact plan", "A recruiter", "Records that leave the school", "The day on which you learned of it",
        "You learn of a suspicion by it", "Whoever learns of it may have to report",
        "What left the school", "Information left the school: another school", "The list of what left",
        "Something leaves the school", "This step was waived", "A child prostitute", "The perpetrator", "A runaway",
        "The emergency sheet",
    ],
)  # fmt: skip
def test_each_of_them_is_found_wherever_it_stands(words: str) -> None:
    assert len(never_said(words)) == 1


@pytest.mark.parametrize(
    "words",
    [
        "They do not learn of it.",
        "Something could be learned about fewer than five students.",
        "Recruitment",
        "The student left the district",
        "This role is held for the whole district: leave the school empty.",
        "What leaves the district is recorded",
    ],
)
def test_what_means_something_else_is_no_such_word(words: str) -> None:
    assert never_said(words) == []
