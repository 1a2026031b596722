"""
The domain's rows: a concern, the case opened from it, its tracks, their parts, and what was entered.

`Case -> TrackRun -> StepPart -> Entry`. Every table below a case carries `case_id` and, where not everybody on
the case may read it, a compartment; row-level security reads both.
"""

from cases.models.alerts import Alert, StudentAbsence
from cases.models.around import Answer, Contact, ContactNote
from cases.models.cases import Case, CasePerson, Decision
from cases.models.checkins import BreakPlan, CheckIn, CheckInPlan
from cases.models.duties import LearnedCorrection, ReportDuty, ReportMade
from cases.models.emergency import EmergencyAccess
from cases.models.intake import (
    Concern,
    ConcernAddition,
    ConcernAuthor,
    ConcernCorrection,
    ConcernExclusion,
)
from cases.models.links import CaseLink
from cases.models.paper import Paper
from cases.models.parents import Custody, ParentHold
from cases.models.referrals import Referral
from cases.models.releases import Interview, Release, ReleaseReview
from cases.models.requests import RecordsAnswer, RecordsRequest
from cases.models.reviews import CaseReview, ReviewQuestion
from cases.models.roster import RosterNote
from cases.models.safety import DeviceRecord, SafetyPlan
from cases.models.sro import SroRequest
from cases.models.steps import Compartment, Entry, EntryEvidence, Outcome, Progress, StepPart, TrackRun
from cases.models.transfers import Transfer, TransferSection

__all__ = [
    "Alert",
    "Answer",
    "BreakPlan",
    "Case",
    "CaseLink",
    "CasePerson",
    "CaseReview",
    "CheckIn",
    "CheckInPlan",
    "Compartment",
    "Concern",
    "ConcernAddition",
    "ConcernAuthor",
    "ConcernCorrection",
    "ConcernExclusion",
    "Contact",
    "ContactNote",
    "Custody",
    "Decision",
    "DeviceRecord",
    "EmergencyAccess",
    "Entry",
    "EntryEvidence",
    "Interview",
    "LearnedCorrection",
    "Outcome",
    "Paper",
    "ParentHold",
    "Progress",
    "RecordsAnswer",
    "RecordsRequest",
    "Referral",
    "Release",
    "ReleaseReview",
    "ReportDuty",
    "ReportMade",
    "ReviewQuestion",
    "RosterNote",
    "SafetyPlan",
    "SroRequest",
    "StepPart",
    "StudentAbsence",
    "TrackRun",
    "Transfer",
    "TransferSection",
]
