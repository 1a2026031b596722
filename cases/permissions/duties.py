"""A duty to report is its person's own: nobody else sees it, and nobody can take it from them."""

from cases.models import ReportDuty
from csec.accounts.models import User


def can_record_report(actor: User, duty: ReportDuty) -> bool:
    return duty.person_id == actor.pk


def can_confirm_joint_report(actor: User, duty: ReportDuty) -> bool:
    return duty.person_id == actor.pk


def can_correct_learned_at(actor: User, duty: ReportDuty) -> bool:
    return duty.person_id == actor.pk
