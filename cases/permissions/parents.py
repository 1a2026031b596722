"""What somebody may do about a student's parents."""

from cases.models import Case
from cases.permissions.table import WHO_MAY
from csec.accounts.models import User


def can_suspect_parent(actor: User, case: Case) -> bool:
    """Whoever carries or answers for the case."""
    return case.my_role in WHO_MAY["suspect_parent"]


def can_release_parent_hold(actor: User, case: Case) -> bool:
    """Legal counsel alone."""
    return case.my_role in WHO_MAY["release_parent_hold"]


def can_record_custody(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["record_custody"]


def can_end_custody(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["end_custody"]
