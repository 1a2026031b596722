"""
The only way to change a case: one verb each, always transaction, lock, check, write, one audit event.

A verb has one name everywhere: function, view, form, address, template, event, permission and test.
"""

from cases.workflow.cases import close_case, correct_student, open_case, reopen_case, void_case
from cases.workflow.intake import (
    accept_concern,
    attach_concern,
    close_concern,
    log_concern,
    match_concern,
    supplement_concern,
)
from cases.workflow.people import add_person, remove_person
from cases.workflow.reclassify import reclassify
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.sro import accept_request, decline_request, report_back, request_sro
from cases.workflow.steps import correct_entry, record_outcome
from cases.workflow.verbs import VERBS

__all__ = [
    "VERBS",
    "Conflict",
    "Invalid",
    "accept_concern",
    "accept_request",
    "add_person",
    "attach_concern",
    "close_case",
    "close_concern",
    "correct_entry",
    "correct_student",
    "decline_request",
    "log_concern",
    "match_concern",
    "open_case",
    "reclassify",
    "record_outcome",
    "remove_person",
    "reopen_case",
    "report_back",
    "request_sro",
    "supplement_concern",
    "void_case",
]
