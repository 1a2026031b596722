"""
The only way to change a case: one verb each, always transaction, lock, check, write, one audit event.

A verb has one name everywhere: function, view, form, address, template, event, permission and test.
"""

from cases.workflow.alerts import end_alert, report_absence, take_over
from cases.workflow.around import add_contact, change_contact, end_contact
from cases.workflow.away import enter_away, withdraw_away
from cases.workflow.breaks import plan_break
from cases.workflow.cases import close_case, correct_student, open_case, reopen_case, void_case
from cases.workflow.checkins import plan_checkins, record_checkin
from cases.workflow.custody import end_custody, record_custody
from cases.workflow.disposition import attach_concern, close_concern, match_concern
from cases.workflow.emergency import (
    begin_emergency_access,
    end_emergency_access,
    review_emergency_access,
)
from cases.workflow.exclusions import exclude_person, readmit_person
from cases.workflow.feeds import make_feed, revoke_feed
from cases.workflow.handover import accept_transfer, refuse_transfer
from cases.workflow.intake import accept_concern, log_concern, supplement_concern
from cases.workflow.links import open_targeted_case
from cases.workflow.own_duty import confirm_joint_report, correct_learned_at, record_report
from cases.workflow.paper import make_paper
from cases.workflow.parents import release_parent_hold, suspect_parent
from cases.workflow.people import add_person, remove_person
from cases.workflow.reclassify import reclassify
from cases.workflow.referrals import follow_referral
from cases.workflow.refusals import Conflict, DoneAlready, Invalid
from cases.workflow.releases import record_interview, record_release, review_releases
from cases.workflow.requests import (
    answer_records_request,
    log_records_request,
    match_records_request,
    open_requested_case,
)
from cases.workflow.reviews import answer_question, review_case
from cases.workflow.roster import note_roster_change
from cases.workflow.safety import record_device, set_safety_plan
from cases.workflow.second import settle_second_case
from cases.workflow.sending import send_summary
from cases.workflow.sro import accept_request, decline_request, report_back, request_sro
from cases.workflow.steps import correct_entry, record_outcome
from cases.workflow.transfers import (
    acknowledge_transfer,
    note_departure,
    offer_transfer,
    withdraw_transfer,
)
from cases.workflow.verbs import verbs_of

VERBS = verbs_of("cases")

__all__ = [
    "VERBS",
    "Conflict",
    "DoneAlready",
    "Invalid",
    "accept_concern",
    "accept_request",
    "accept_transfer",
    "acknowledge_transfer",
    "add_contact",
    "add_person",
    "answer_question",
    "answer_records_request",
    "attach_concern",
    "begin_emergency_access",
    "change_contact",
    "close_case",
    "close_concern",
    "confirm_joint_report",
    "correct_entry",
    "correct_learned_at",
    "correct_student",
    "decline_request",
    "end_alert",
    "end_contact",
    "end_custody",
    "end_emergency_access",
    "enter_away",
    "exclude_person",
    "follow_referral",
    "log_concern",
    "log_records_request",
    "make_feed",
    "make_paper",
    "match_concern",
    "match_records_request",
    "note_departure",
    "note_roster_change",
    "offer_transfer",
    "open_case",
    "open_requested_case",
    "open_targeted_case",
    "plan_break",
    "plan_checkins",
    "readmit_person",
    "reclassify",
    "record_checkin",
    "record_custody",
    "record_device",
    "record_interview",
    "record_outcome",
    "record_release",
    "record_report",
    "refuse_transfer",
    "release_parent_hold",
    "remove_person",
    "reopen_case",
    "report_absence",
    "report_back",
    "request_sro",
    "review_case",
    "review_emergency_access",
    "review_releases",
    "revoke_feed",
    "send_summary",
    "set_safety_plan",
    "settle_second_case",
    "supplement_concern",
    "suspect_parent",
    "take_over",
    "void_case",
    "withdraw_away",
    "withdraw_transfer",
]
