"""What can have happened in a drill: three invented situations, one for each track of the protocol."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from cases.models import Decision
from cases.text import Words


@dataclass(frozen=True)
class Situation:
    """What somebody of the staff saw or was told, in words that say that they are invented."""

    title: Words
    lead: Words
    account: Words
    #: What the student said, in the student's own words.
    words: Words
    #: Why it is a case, for the colleague who opens one.
    reason: Words
    #: What a confirmation rests on; nothing where none is made.
    basis: str = ""


#: By the track that the case goes on.
SITUATIONS: Mapping[str, Situation] = {
    "suspected_victim": Situation(
        title=_("A student who may be exploited"),
        lead=_("A teacher is worried: an older person waits outside, and there is a second telephone."),
        account=_(
            "Invented for a drill. The student asked to stay in my room because an older person was waiting outside"
            " again, and has a second telephone that is new."
        ),
        words=_("“I owe for the phone.”"),
        reason=_("Invented for a drill. What was seen and said fits the signs on the list."),
    ),
    "confirmed_victim": Situation(
        title=_("A student who is being exploited"),
        lead=_("A student has told a teacher what happens to them, and asks for help."),
        account=_(
            "Invented for a drill. The student told me that an adult arranges meetings and keeps the money, and asked"
            " me what can be done."
        ),
        words=_("“I want it to stop.”"),
        reason=_("Invented for a drill. The student’s own words leave no doubt."),
        basis=Decision.Basis.DISCLOSURE,
    ),
    "suspected_recruiter": Situation(
        title=_("A student suspected of recruiting"),
        lead=_("Several students say that another one invites them to parties with adults, for money."),
        account=_(
            "Invented for a drill. Two students told me, each for themselves, that this student offers money for"
            " bringing friends to a party with adults."
        ),
        words="",
        reason=_("Invented for a drill. Two students say the same."),
    ),
}
