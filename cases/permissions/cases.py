"""What somebody may do to a case as a whole."""

from cases.models import Case
from cases.permissions.table import WHO_MAY
from csec.accounts.models import User


def can_reclassify(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["reclassify"]


def can_close_case(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["close_case"]


def can_reopen_case(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["reopen_case"]


def can_void_case(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["void_case"]


def can_correct_student(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["correct_student"]


def can_add_person(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["add_person"]


def can_remove_person(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["remove_person"]


def can_exclude_person(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["exclude_person"]


def can_readmit_person(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["readmit_person"]


def can_plan_checkins(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["plan_checkins"]


def can_plan_break(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["plan_break"]


def can_note_roster_change(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["note_roster_change"]


def can_take_over(actor: User, case: Case) -> bool:
    """Whoever carries or answers for the case: they say by name that they see to it."""
    return case.my_role in WHO_MAY["take_over"]


def can_end_alert(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["end_alert"]
