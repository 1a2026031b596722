"""What somebody may do about a request for a student's records."""

from cases.models import Case
from cases.permissions.table import WHO_MAY
from csec.accounts.models import User
from csec.accounts.roles import DISTRICT_ROLES


def can_log_records_request(actor: User) -> bool:
    """Any member of the staff: whoever stands at the office when somebody asks."""
    return bool(actor.roles)


def can_read_records_request(actor: User) -> bool:
    """Counsel, whose queue it is; and the liaison, who sees that it is kept."""
    return bool(actor.roles & DISTRICT_ROLES)


def can_match_records_request(actor: User) -> bool:
    return bool(actor.roles & WHO_MAY["match_records_request"])


def can_open_requested_case(actor: User) -> bool:
    return bool(actor.roles & WHO_MAY["open_requested_case"])


def can_answer_records_request(actor: User) -> bool:
    """Counsel alone decides what is released."""
    return bool(actor.roles & WHO_MAY["answer_records_request"])


def can_preview_records(actor: User, case: Case) -> bool:
    """Counsel who is on the case: let in for a request, or put on it."""
    return case.my_role in WHO_MAY["preview_records"]
