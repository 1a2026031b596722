"""The Child Welfare Services report. Only its metadata is kept; who made it stays with its author."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.kept import ours
from cases.text import Words

#: A report is a duty of each person alone: no case closes while one is open (Penal Code 11166(h), (i)).
KIND = "report"

#: Of each call its own: a number that was given for another report would stand for this one.
ANEW = frozenset({"person_spoken_to", "reference"})

#: On the form, for the call alone: it is kept as an attempt, so that the report stays open, with its time.
CALLED = "called"
CALLED_LABEL = ours(_("Telephoned; the written report follows"))
DONE_LABEL = _("Telephoned, and the written report is sent")
#: Where one may also rest on an earlier report: nobody is to say that they called when they did not.
DONE_OR_RESTS_LABEL = _("Telephoned and the written report sent; or nothing new, as reported before")
#: Of a report that one made while another still carries the duty.
MADE_AND_OWED = _("A report was made; a duty is still open")
#: Where none was made, whatever somebody has said for themselves.
STILL_OWED = _("A duty to report is still open")
#: Said first, where no definition says it: a deadline never stands where the call should.
NOT_CALLED = _("Call now: not yet called")
#: Instead of the call that was not made yet.
TO_WRITE = _("Telephoned; now the written report")

SAY_WHY = _("Say which report this rests on, and why nothing new is reported.")
NOT_REACHED = _(
    "If the report was taken on the telephone, choose that you telephoned. Of an attempt say when in the reason."
)
CALLED_ALREADY = _("The report was made on the telephone. What is left is its written half.")
NOT_WRITTEN = _(
    "The written report is part of it. Until it is sent, choose that you telephoned and it follows."
)
WRITTEN_BEFORE = _("The written report follows the telephone call: check both times.")


#: A name that says so. Nothing is refused by it: another agency may have such a name, and a report is never delayed.
_OF_A_SCHOOL = re.compile(
    r"(school|campus|unified|\busd\b).*(police|security|resource)|\bsro\b", re.IGNORECASE
)
NOT_LAWFUL = _(
    "If the agency that you named is a school district’s own police or security, no report was made yet: telephone"
    " Child Welfare Services now, then correct this entry (Penal Code 11165.9)."
)


def may_be_of_a_school(agency: object) -> bool:
    """Whether an agency is named like a school district's own police, which cannot take a report."""
    return bool(_OF_A_SCHOOL.search(str(agency or "")))


def done_label(asked: Iterable[str]) -> Words:
    """How the whole of a report is called on the form, by the names of what is asked with it."""
    return DONE_OR_RESTS_LABEL if "against_earlier" in set(asked) else DONE_LABEL


def is_called(outcome: str, facts: Mapping[str, Any]) -> bool:
    """Whether an entry says that the report was made on the telephone, and its written half not sent yet."""
    return outcome == "unable" and bool(facts.get("phoned_at")) and bool(facts.get("agency"))


def says_nothing_new(values: Mapping[str, Any]) -> bool:
    """Whether a report rests on the earlier one alone."""
    return values.get("against_earlier") == "same_information"


def check(outcome: str, values: Mapping[str, Any]) -> dict[str, Words]:
    """
    Nothing new to report needs its reason; the form follows the call, and ends it.

    Of what the definition asks each has a value or none.
    """
    wrong: dict[str, Words] = {}
    nothing_new = says_nothing_new(values)
    if nothing_new and not str(values.get("earlier_report") or "").strip():
        wrong["earlier_report"] = SAY_WHY
    phoned, written = values.get("phoned_at"), values.get("written_at")
    if outcome == "unable" and phoned and not values.get("agency"):
        wrong["phoned_at"] = NOT_REACHED
    asked = "written_at" in values
    if outcome == "done" and asked and phoned and not written and not nothing_new:
        wrong["written_at"] = NOT_WRITTEN
    if phoned and written and written < phoned:
        wrong["written_at"] = WRITTEN_BEFORE
    return wrong
