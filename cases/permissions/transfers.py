"""What somebody may do to the transfer of a student: from the case, or as the person to whom it is offered."""

from cases.models import Case, Transfer
from cases.permissions.table import WHO_MAY
from csec.accounts.models import User


def can_offer_transfer(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["offer_transfer"]


def can_send_summary(actor: User, case: Case) -> bool:
    """Also counsel, who alone sends one while letters are frozen."""
    return case.my_role in WHO_MAY["send_summary"]


def can_note_departure(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["note_departure"]


def can_withdraw_transfer(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["withdraw_transfer"]


def can_acknowledge_transfer(actor: User, case: Case) -> bool:
    return case.my_role in WHO_MAY["acknowledge_transfer"]


def can_accept_transfer(actor: User, transfer: Transfer) -> bool:
    """The one person to whom it is offered, while they carry cases or answer for the school there."""
    return transfer.receiver_id == actor.pk and actor.has_role(
        *WHO_MAY["accept_transfer"], school_id=transfer.to_school_id
    )


def can_refuse_transfer(actor: User, transfer: Transfer) -> bool:
    return can_accept_transfer(actor, transfer)
