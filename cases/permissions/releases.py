"""What somebody may do about what leaves the school."""

from cases.models import Case
from cases.permissions.table import OF_RELEASES, WHO_MAY
from csec.accounts.models import User


def can_read_releases(actor: User, case: Case) -> bool:
    """Whoever carries or answers for the case, and counsel: not the officer, nor who reads it in an emergency."""
    return case.my_role in OF_RELEASES


def can_record_release(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["record_release"]


def can_record_interview(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["record_interview"]


def can_review_releases(actor: User, case: Case) -> bool:
    """Counsel alone, and on the case."""
    return case.my_role in WHO_MAY["review_releases"]


def can_make_paper(actor: User, case: Case) -> bool:
    """Also counsel, who alone makes one that leaves the district while letters are frozen."""
    return case.my_role in WHO_MAY["make_paper"]
