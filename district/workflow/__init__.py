"""
The only way to change who works here and what the district has set: one verb each, as in `cases.workflow`.

Transaction, check, write, one audit event; one name everywhere.
"""

from cases.workflow.verbs import verbs_of
from district.workflow.agencies import add_agency, change_agency, remove_agency
from district.workflow.closures import add_closure, remove_closure
from district.workflow.people import (
    change_person,
    close_account,
    invite_again,
    invite_person,
    reopen_account,
)
from district.workflow.roles import change_role, end_role, give_role, record_agreement
from district.workflow.settings import add_school, change_district, change_school
from district.workflow.students import add_student, merge_students, unmerge_students

VERBS = verbs_of("district")

__all__ = [
    "VERBS",
    "add_agency",
    "add_closure",
    "add_school",
    "add_student",
    "change_agency",
    "change_district",
    "change_person",
    "change_role",
    "change_school",
    "close_account",
    "end_role",
    "give_role",
    "invite_again",
    "invite_person",
    "merge_students",
    "record_agreement",
    "remove_agency",
    "remove_closure",
    "reopen_account",
    "unmerge_students",
]
