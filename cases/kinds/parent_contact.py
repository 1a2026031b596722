"""
Contact with a parent: on hold until four things are answered (printed protocol, and what practice adds to it).

The student is consulted; whether a parent or somebody in the home is suspected, what Child Welfare or the police
advised and who decides are the facts of a part of its own, which comes first.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from cases import text
from cases.text import Words

KIND, DECISION, CONSULTATION = "parent_contact", "parent_decision", "consultation"

#: What the definition calls the facts that the gate goes by.
SUSPECTED, ADVICE_FROM, ADVICE_OF, ADVISED_AT, ADVICE = (
    "parent_suspected",
    "advice_from",
    "advice_of",
    "advised_at",
    "advice",
)
STEP, DECIDED_BY, CONSENTS = "parent_step", "decided_by", "student_consents"
NO_SIGN, UNSURE, YES = "no_sign", "unsure", "yes"
NOT_ASKED, CONTACT = "not_asked", "contact"

PRINTED, DISTRICT = _("Printed protocol"), _("Practice, as this software proposes it")
RIGHTS, CUSTODY_LAW = _("Statute: 34 CFR 99.5"), _("Statute: Education Code 48906")

ASK_FIRST = _(
    "Ask Child Welfare Services or the police first: only where there is no sign may this stay open."
)
FROZEN_THEN = _(
    "With “Yes”, contact with parents is frozen until legal counsel ends the freeze. Choose to contact nobody for now."
)
FROZEN = _(
    "Contact with parents is frozen: a parent or somebody in the home may be involved, and legal counsel has not"
    " ended the freeze. In immediate danger tell the minimum now to those who can protect, and record it afterwards."
)
OFFICER_NOTIFIES = _(
    "The peace officer who took the student into custody notifies the parent (Education Code 48906)."
)
STUDENTS_OWN = _(
    "The student is 18 or older: whether a parent is told is for the student to say (34 CFR 99.5)."
)
NO_CONSENT = _("Without the student’s own consent nobody is contacted: the student is 18 or older.")


class Missing(NamedTuple):
    """What has to be answered before a parent is contacted, and where that comes from."""

    what: Words
    source: Words


VIEW = Missing(_("The student’s own view"), PRINTED)
SUSPICION = Missing(_("Whether a parent or somebody in the home is suspected"), DISTRICT)
ADVISED = Missing(_("What Child Welfare Services or the police advised"), DISTRICT)
DECIDER = Missing(_("Who decides, by name"), DISTRICT)
DECIDED = Missing(_("The decision to contact"), PRINTED)
CONSENT = Missing(_("The student’s own consent"), RIGHTS)
RELEASED = Missing(_("That legal counsel ends the freeze"), DISTRICT)


def check(outcome: str, values: Mapping[str, Any]) -> dict[str, Words]:
    """Nobody is contacted without the consent of a student of 18, or where the entry itself says who is suspected."""
    if outcome != "done":
        return {}
    if values.get(CONSENTS) is False:
        return {CONSENTS: NO_CONSENT}
    if values.get(SUSPECTED) == YES:
        return {SUSPECTED: FROZEN}
    if values.get(SUSPECTED) == UNSURE and not str(values.get(ADVICE) or "").strip():
        return {ADVICE: ASK_FIRST}
    return {}


def check_decision(outcome: str, values: Mapping[str, Any]) -> dict[str, Words]:
    """An advice has its agency, person and time; none is asked for only where there is no sign."""
    if outcome != "done":
        return {}
    wrong: dict[str, Words] = {}
    if values.get(ADVICE_FROM) == NOT_ASKED:
        if values.get(SUSPECTED) != NO_SIGN:
            wrong[ADVICE_FROM] = ASK_FIRST
    else:
        wrong = {name: text.REQUIRED for name in (ADVICE_OF, ADVISED_AT, ADVICE) if _empty(values.get(name))}
    if values.get(SUSPECTED) == YES and values.get(STEP) == CONTACT:
        wrong[STEP] = FROZEN_THEN
    return wrong


def is_advised(values: Mapping[str, Any]) -> bool:
    """Whether an entry says what an agency advised, and when."""
    asked = values.get(ADVICE_FROM) not in (None, "", NOT_ASKED)
    return asked and not any(_empty(values.get(name)) for name in (ADVISED_AT, ADVICE))


def missing(*, consulted: bool, facts: Mapping[str, Any] | None) -> list[Missing]:
    """
    What is still to be answered, in its order.

    `facts` are those of the decision as it stands, nothing where there is none yet; None where the protocol asks for no
    decision of its own.
    """
    found = [] if consulted else [VIEW]
    if facts is None:
        return found
    answered = (
        (SUSPICION, not _empty(facts.get(SUSPECTED))),
        (
            ADVISED,
            is_advised(facts) or (facts.get(ADVICE_FROM), facts.get(SUSPECTED)) == (NOT_ASKED, NO_SIGN),
        ),
        (DECIDER, not _empty(facts.get(DECIDED_BY))),
        (DECIDED, facts.get(STEP) == CONTACT),
    )
    return found + [one for one, there in answered if not there]


def names(lacking: Iterable[Missing]) -> str:
    """Those, in words."""
    return "; ".join(str(one.what) for one in lacking)


def _empty(value: Any) -> bool:
    return not value.strip() if isinstance(value, str) else value is None
