"""
What is special about some duties, by the kind that the protocol's definition names for a part.

One small module a kind; no code asks for a step's number or a part's id.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from cases.kinds import contact, parent_contact, placement, referral, report, website
from cases.text import Words

if TYPE_CHECKING:
    from cases.models import Case
    from protocols.schema import Part

Check = Callable[[str, Mapping[str, Any]], dict[str, Words]]

#: What the definition's fields cannot say by themselves, by kind.
CHECKS: Mapping[str, Check] = {
    "report": report.check,
    "contact": contact.check,
    referral.KIND: referral.check,
    parent_contact.KIND: parent_contact.check,
    parent_contact.DECISION: parent_contact.check_decision,
    website.KIND: website.check,
}

#: What depends on the student's age on the day, by kind.
AGE_CHECKS: Mapping[str, Callable[[str, Mapping[str, Any], int | None], dict[str, Words]]] = {
    referral.KIND: referral.check_age
}

#: What is needed because of who and what is entered on the case, by kind.
CHECKS_OF_CASE: Mapping[str, Callable[["Case", str, Mapping[str, Any]], dict[str, Words]]] = {
    placement.KIND: placement.check_of_case
}

#: Kinds whose outcome `done` has a verb of its own.
DONE_BY: Mapping[str, str] = {"sro_request": "request_sro", "sro_response": "report_back"}


#: Kinds that ask an officer in.
ASKS_OFFICER = frozenset({"sro_request"})

#: Kinds that end on a website, which the district names.
ON_WEBSITE = frozenset({website.KIND})

#: Duties of a person, which closing or voiding a case ends for nobody.
DUTIES = frozenset({report.KIND})

#: Kinds of which an outcome is not the end: what was declined is offered again, and what was accepted is looked at,
#: each on a day that stands with it.
ASKED_AFTER = frozenset({referral.KIND})

#: Kinds of which a field offers the district's agencies of one kind, by the names of their fields.
AGENCIES: Mapping[str, Mapping[str, str]] = {referral.KIND: {referral.PROVIDER: "provider"}}

#: Kinds that a look at what a case holds leaves out by itself, before anything is released: reports, other students,
#: what the student said when asked, and what was asked and advised about a parent.
KEPT_FROM_PARENTS = DUTIES | {
    "impact",
    parent_contact.KIND,
    parent_contact.DECISION,
    parent_contact.CONSULTATION,
}

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

#: Kinds on which somebody decides for the school.
DECIDED = frozenset({"impact", "victim_screen", "consequence", placement.KIND, parent_contact.DECISION})

#: How many days ahead an attempt may be looked at again, by kind: a report is tried again the next day.
LOOK_AGAIN_WITHIN: Mapping[str, int] = {report.KIND: 1}


#: Kinds that stand between the school and a parent: nobody is asked for them while an officer has the student.
OF_PARENTS = frozenset({parent_contact.KIND, parent_contact.DECISION})

#: Of those the kinds that a student of 18 has no part for: what is left is the student's own consent.
OF_MINORS = frozenset({parent_contact.DECISION})

#: What a duty is called to whoever does it, where its name in the definition says who that is, by kind.
TO_WHOEVER_DOES_IT: Mapping[str, Words] = {"sro_response": _("Your report back")}


def label(part: "Part", *, mine: bool) -> Words:
    """What a part is called, to whom it asks (`mine`) and to everybody else."""
    return TO_WHOEVER_DOES_IT.get(part.kind, part.label) if mine else part.label


def progress(kind: str, outcome: str, before: str) -> str:
    """How goes on what an entry of this kind says: as it did before, or from its beginning; nothing for most kinds."""
    return (before or "waiting") if kind in ASKED_AFTER and outcome == "done" else ""


def holds_back(kind: str, outcome: str, facts: Mapping[str, Any]) -> bool:
    """Whether an entry of this kind keeps what follows it on hold although it has ended."""
    decided = kind == parent_contact.DECISION and outcome == "done"
    return decided and bool(parent_contact.missing(consulted=True, facts=facts))


def asks_after(kind: str, outcome: str, progress: str) -> bool:
    """Whether a day to ask again stands with it although it has ended."""
    return kind in ASKED_AFTER and (outcome == "declined" or progress in referral.GOES_ON)


def asked_anew(kind: str, outcome: str, progress: str) -> bool:
    """Whether what has ended may be offered anew: it was declined, or it came to an end after it was accepted."""
    over = outcome == "declined" or (outcome == "done" and progress not in referral.GOES_ON)
    return kind in ASKED_AFTER and over


def check(kind: str, outcome: str, values: Mapping[str, Any], *, case: "Case") -> dict[str, Words]:
    """What is wrong with the evidence for a part of this kind on this case, by field name."""
    rule, of_case = CHECKS.get(kind), CHECKS_OF_CASE.get(kind)
    wrong = rule(outcome, values) if rule else {}
    return wrong | (of_case(case, outcome, values) if of_case else {})
