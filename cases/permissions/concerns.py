"""What somebody may do to a concern."""

from cases.models import Concern
from cases.permissions.table import WHO_MAY
from csec.accounts.models import User
from csec.accounts.roles import OVERSEERS


def can_log_concern(actor: User) -> bool:
    """Any member of the staff."""
    return bool(actor.roles)


def can_supplement_concern(actor: User, concern: Concern) -> bool:
    """Its author; row-level security shows the author's row to nobody else unless the author said so."""
    author = getattr(concern, "author", None)
    return author is not None and author.person_id == actor.pk


def _holds(actor: User, concern: Concern, verb: str) -> bool:
    """
    The receiver and the backup; what nobody holds, or took up in time, also whoever answers for the school.

    Nobody past whom it goes.
    """
    if concern.goes_past:
        return False
    if actor.pk in (concern.receiver_id, concern.backup_id) and actor.has_role(
        *WHO_MAY[verb], school_id=concern.school_id
    ):
        return True
    return concern.unheld and actor.has_role(*(WHO_MAY[verb] & OVERSEERS), school_id=concern.school_id)


def can_accept_concern(actor: User, concern: Concern) -> bool:
    """Who holds it; and when something was added to one in a case, who carries or oversees that case."""
    if concern.status == Concern.Status.ATTACHED:
        return concern.case_role in WHO_MAY["accept_concern"]
    return _holds(actor, concern, "accept_concern")


def can_match_concern(actor: User, concern: Concern) -> bool:
    return _holds(actor, concern, "match_concern")


def can_close_concern(actor: User, concern: Concern) -> bool:
    return _holds(actor, concern, "close_concern")


def can_open_case(actor: User, concern: Concern) -> bool:
    return _holds(actor, concern, "open_case")


def can_attach_concern(actor: User, concern: Concern) -> bool:
    """The concern is theirs; that they may open the case it goes to is checked with that case."""
    return _holds(actor, concern, "attach_concern")
