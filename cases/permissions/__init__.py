"""
Who may do what: the table of roles, and one function a verb.

Seeing comes first (`visible_to`); a verb on a case that one may open and may not do this to is refused.
"""

from cases.permissions.around import (
    can_add_contact,
    can_change_contact,
    can_end_contact,
    can_record_device,
    can_set_safety_plan,
)
from cases.permissions.cases import (
    can_add_person,
    can_close_case,
    can_correct_student,
    can_end_alert,
    can_exclude_person,
    can_plan_break,
    can_plan_checkins,
    can_readmit_person,
    can_reclassify,
    can_remove_person,
    can_reopen_case,
    can_take_over,
    can_void_case,
)
from cases.permissions.concerns import (
    can_accept_concern,
    can_attach_concern,
    can_close_concern,
    can_log_concern,
    can_match_concern,
    can_open_case,
    can_supplement_concern,
)
from cases.permissions.duties import can_confirm_joint_report, can_correct_learned_at, can_record_report
from cases.permissions.emergency import (
    can_begin_emergency_access,
    can_end_emergency_access,
    can_review_emergency_access,
)
from cases.permissions.staff import (
    can_enter_away,
    can_make_feed,
    can_report_absence,
    may_enter_away_for,
)
from cases.permissions.steps import (
    acts_as,
    acts_on,
    can_accept_request,
    can_correct_entry,
    can_decline_request,
    can_record_checkin,
    can_record_outcome,
    can_report_back,
    can_request_sro,
    only_opens_again,
)
from cases.permissions.table import (
    ACTORS,
    AUTHOR,
    CARERS_AND_ADMINISTRATORS,
    HOLDERS,
    MANDATED_REPORTERS,
    WHO_MAY,
)

__all__ = [
    "ACTORS",
    "AUTHOR",
    "CARERS_AND_ADMINISTRATORS",
    "HOLDERS",
    "MANDATED_REPORTERS",
    "WHO_MAY",
    "acts_as",
    "acts_on",
    "can_accept_concern",
    "can_accept_request",
    "can_add_contact",
    "can_add_person",
    "can_attach_concern",
    "can_begin_emergency_access",
    "can_change_contact",
    "can_close_case",
    "can_close_concern",
    "can_confirm_joint_report",
    "can_correct_entry",
    "can_correct_learned_at",
    "can_correct_student",
    "can_decline_request",
    "can_end_alert",
    "can_end_contact",
    "can_end_emergency_access",
    "can_enter_away",
    "can_exclude_person",
    "can_log_concern",
    "can_make_feed",
    "can_match_concern",
    "can_open_case",
    "can_plan_break",
    "can_plan_checkins",
    "can_readmit_person",
    "can_reclassify",
    "can_record_checkin",
    "can_record_device",
    "can_record_outcome",
    "can_record_report",
    "can_remove_person",
    "can_reopen_case",
    "can_report_absence",
    "can_report_back",
    "can_request_sro",
    "can_review_emergency_access",
    "can_set_safety_plan",
    "can_supplement_concern",
    "can_take_over",
    "can_void_case",
    "may_enter_away_for",
    "only_opens_again",
]
