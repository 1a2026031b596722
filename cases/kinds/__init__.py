"""
What is special about some duties, by the kind that the protocol's definition names for a part.

One small module a kind; no code asks for a step's number or a part's id.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cases.kinds import contact, placement, report
from cases.text import Words

if TYPE_CHECKING:
    from cases.models import Case

Check = Callable[[str, Mapping[str, Any]], dict[str, Words]]

#: What the definition's fields cannot say by themselves, by kind.
CHECKS: Mapping[str, Check] = {"report": report.check, "contact": contact.check}

#: What is needed because of who and what is entered on the case, by kind.
CHECKS_OF_CASE: Mapping[str, Callable[["Case", str, Mapping[str, Any]], dict[str, Words]]] = {
    placement.KIND: placement.check_of_case
}

#: Kinds whose outcome `done` has a verb of its own.
DONE_BY: Mapping[str, str] = {"sro_request": "request_sro", "sro_response": "report_back"}


#: Kinds that ask an officer in.
ASKS_OFFICER = frozenset({"sro_request"})

#: Kinds that end on a website, which the district names.
ON_WEBSITE = frozenset({"website"})

#: Duties of a person, which closing or voiding a case ends for nobody.
DUTIES = frozenset({report.KIND})

#: The dates of a kind that may lie in the future, by the names of their fields.
DATES_AHEAD: Mapping[str, frozenset[str]] = {placement.KIND: placement.DATES_AHEAD}

#: Kinds that go by a schedule of their own, and by verbs of their own alone.
SCHEDULED = frozenset({contact.KIND})

#: Kinds of which the first half can be recorded before the second: what the form calls that, and the whole.
HALVES: Mapping[str, Mapping[str, Words]] = {
    report.KIND: {report.CALLED: report.CALLED_LABEL, "done": report.DONE_LABEL}
}

#: What is anew with each entry of a kind, and is never offered from an earlier one, by the names of its fields.
ANEW: Mapping[str, frozenset[str]] = {report.KIND: report.ANEW}

#: How many days ahead an attempt may be looked at again, by kind: a report is tried again the next day.
LOOK_AGAIN_WITHIN: Mapping[str, int] = {report.KIND: 1}


def check(kind: str, outcome: str, values: Mapping[str, Any], *, case: "Case") -> dict[str, Words]:
    """What is wrong with the evidence for a part of this kind on this case, by field name."""
    rule, of_case = CHECKS.get(kind), CHECKS_OF_CASE.get(kind)
    wrong = rule(outcome, values) if rule else {}
    return wrong | (of_case(case, outcome, values) if of_case else {})
