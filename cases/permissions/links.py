"""Who may say how cases belong together."""

from cases.models import Case
from cases.permissions.table import WHO_MAY
from csec.accounts.models import User


def can_open_targeted_case(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["open_targeted_case"]


def can_settle_second_case(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["settle_second_case"]
