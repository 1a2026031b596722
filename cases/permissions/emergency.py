"""Opening a case in an emergency, and looking at that afterwards."""

from cases.models import Case, EmergencyAccess
from cases.permissions.table import WHO_MAY
from csec.accounts.models import User


def can_begin_emergency_access(actor: User) -> bool:
    """Somebody of the district: a school's own people are on its cases, or answer for them."""
    return bool(actor.roles & WHO_MAY["begin_emergency_access"])


def can_end_emergency_access(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["end_emergency_access"]


def can_review_emergency_access(actor: User, case: Case, access: EmergencyAccess) -> bool:
    """Whoever carries or answers for the case, but for the one who opened it."""
    return case.my_role in WHO_MAY["review_emergency_access"] and access.person_id != actor.pk
