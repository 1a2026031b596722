"""A service referral: offered without anybody's consent, declined one offer at a time, followed when accepted."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.text import Words

KIND = "referral"

#: What the definition calls the facts that the rules go by.
PROVIDER, ANSWER, BASIS = "provider", "referral_answer", "consent_basis"
PROFESSIONAL, PARENT = "treating_professional", "parent_involvement"
#: The bases that the law ties to an age (Health and Safety Code 124260; Family Code 6924).
JUDGMENT, GUARDIAN, OWN = "professional_judgment", "guardian_consent", "own_consent"
MINORS_FROM, ADULT = 12, 18

#: How an accepted referral stands while it is looked at again, and when it came to nothing.
GOES_ON = frozenset({"waiting", "began"})

#: What is asked on the day that stands with an outcome.
PROMPTS: Mapping[str, Words] = {"declined": _("Offer it again"), "done": _("How does the referral go?")}

WANTS_TIME = _(
    "Record this as “Unable so far”, with the day on which you ask again. It is done when it was accepted."
)
NAME_THEM = _(
    "Name the professional who judged it: it is nobody else’s to judge (Health and Safety Code 124260)."
)
SAY_PARENT = _(
    "Say what part a parent or guardian has in it, or why none, in the professional’s words"
    " (Health and Safety Code 124260)."
)
UNDER_12 = _(
    "The student is under 12, and this basis begins at 12. A parent or guardian consents, or Child Welfare Services or"
    " a court: ask the provider (Health and Safety Code 124260; Family Code 6924)."
)
OWN_CONSENT = _("The student is 18 or older: treatment follows the student’s own consent.")
NOT_18 = _("The student is under 18 by the roster. Choose another basis.")


def check(outcome: str, values: Mapping[str, Any]) -> dict[str, Words]:
    """Of what the definition asks each has a value or none; one that asks for no basis has none of these rules."""
    if outcome != "done" or BASIS not in values:
        return {}
    wrong: dict[str, Words] = {}
    if values.get(ANSWER) == "thinking":
        wrong[ANSWER] = WANTS_TIME
    if values[BASIS] == JUDGMENT:
        if PROFESSIONAL in values and not str(values[PROFESSIONAL] or "").strip():
            wrong[PROFESSIONAL] = NAME_THEM
        if PARENT in values and not str(values[PARENT] or "").strip():
            wrong[PARENT] = SAY_PARENT
    return wrong


def check_age(outcome: str, values: Mapping[str, Any], age: int | None) -> dict[str, Words]:
    """The basis against the student's age on that day; an unknown one excludes nothing."""
    if outcome != "done" or age is None:
        return {}
    basis = values.get(BASIS)
    if basis == JUDGMENT and age < MINORS_FROM:
        return {BASIS: UNDER_12}
    if basis in (JUDGMENT, GUARDIAN) and age >= ADULT:
        return {BASIS: OWN_CONSENT}
    if basis == OWN and age < ADULT:
        return {BASIS: NOT_18}
    return {}


def age_on(born: date | None, day: date) -> int | None:
    """In whole years; whoever was born on 29 February has a birthday on 1 March in other years."""
    if born is None:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
