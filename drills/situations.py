"""
What can have happened in a drill: one situation for each track of the protocol, for whoever works at a school; and one
for each role of the district, whose work is not the steps of a case.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from cases.models import Decision
from cases.text import Words
from csec.accounts.roles import DISTRICT_ROLES, Role

#: The roles of a school. A drill of a school has nobody who answers for the district.
SCHOOL_ROLES = frozenset(set(Role) - DISTRICT_ROLES)


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
    #: On which track the case goes.
    track: str
    #: What a confirmation rests on; nothing where none is made.
    basis: str = ""
    #: In which of one's roles one is in it.
    roles: frozenset[str] = SCHOOL_ROLES
    #: Who else is in it of the district, beside the colleagues of a school.
    of_the_district: tuple[str, ...] = ()
    #: What one does in it, on the page of the drill.
    does: Words = ""


_ACCOUNT = _(
    "Invented for a drill. The student asked to stay in my room because an older person was waiting outside"
    " again, and has a second telephone that is new."
)
_SAID = _("“I owe for the phone.”")
_FITS = _("Invented for a drill. What was seen and said fits the signs on the list.")

#: By the name under which a drill keeps it.
SITUATIONS: Mapping[str, Situation] = {
    "suspected_victim": Situation(
        title=_("A student who may be exploited"),
        lead=_("A teacher is worried: an older person waits outside, and there is a second telephone."),
        account=_ACCOUNT,
        words=_SAID,
        reason=_FITS,
        track="suspected_victim",
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
        track="confirmed_victim",
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
        track="suspected_recruiter",
    ),
    "nobody_there": Situation(
        title=_("A case that nobody at the school holds"),
        lead=_(
            "The counselor of a case is away, the report and the contact are late, and legal counsel opened"
            " the case in an emergency."
        ),
        account=_ACCOUNT,
        words=_SAID,
        reason=_FITS,
        track="suspected_victim",
        roles=frozenset({Role.LIAISON}),
        of_the_district=(Role.COUNSEL,),
        does=_(
            "Say whether it was needed to open the case in an emergency. Then see to what is late, and put"
            " somebody on the case who goes on with it: Sasha Socialworker is there. Whatever the school"
            " does, the others do when you ask them. You close the case, or offer it to the next school."
        ),
    ),
    "records_asked_for": Situation(
        title=_("A parent asks for the file"),
        lead=_(
            "A request for records has been running for two days, contact with the parents is frozen, and"
            " there is a release of information that you have not reviewed."
        ),
        account=_ACCOUNT,
        words=_SAID,
        reason=_FITS,
        track="suspected_victim",
        roles=frozenset({Role.COUNSEL}),
        does=_(
            "Look at what a copy of the record leaves out, review the list of releases, and answer"
            " the request within its business days. At last write why contact with the parents need"
            " not stay frozen, and end the freeze. The school closes the case when you ask the others to answer."
        ),
    ),
}


def offered_to(roles: frozenset[str]) -> dict[str, Situation]:
    """Those that somebody of these roles can work through."""
    return {name: one for name, one in SITUATIONS.items() if one.roles & roles}
