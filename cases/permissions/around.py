"""What somebody may do about the people around a student, the safety plan and a device."""

from cases.models import Case
from cases.permissions.table import WHO_MAY
from csec.accounts.models import User


def can_add_contact(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["add_contact"]


def can_change_contact(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["change_contact"]


def can_end_contact(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["end_contact"]


def can_set_safety_plan(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["set_safety_plan"]


def can_record_device(actor: User, case: Case) -> bool:
    """The officer as well, who takes it."""
    return case.my_role in WHO_MAY["record_device"]
