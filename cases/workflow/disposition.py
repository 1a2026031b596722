"""What becomes of a concern: its student named, closed, put into a case."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.kept import as_kept, ours
from cases.models import Case, Concern, Decision, Outcome
from cases.workflow.alerts import note_missing
from cases.workflow.concerns import (
    check_naming,
    check_read,
    check_waiting,
    correct_concern,
    end_concern,
    exclude_from_case,
)
from cases.workflow.decisions import check_words, decide
from cases.workflow.duties import ask_again, carry_in_case
from cases.workflow.facts import ask_website_again
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.reports import reopen_reports
from cases.workflow.telling import check_open
from cases.workflow.verbs import lock_case, lock_concern, log, require, verb
from csec.accounts.models import User
from csec.directory.models import Student

NAMED_ALREADY = _("This student is the one named already.")
ANOTHER_CONCERN = ours(_("Another concern was put into this case."))


@verb("concern_matched")
def match_concern(
    *,
    actor: User,
    concern: Concern,
    student: Student,
    at: datetime,
    reason: str = "",
    corrections: int | None = None,
) -> None:
    """
    Say which student the concern is about. Another student than before needs a reason.

    `corrections` is how often the student had been named when the page was opened. Raises Invalid, Conflict.
    """
    locked = lock_concern(concern.pk, actor)
    require(permissions.can_match_concern(actor, locked), "match_concern", subject=locked.pk)
    check_waiting(locked)
    check_naming(locked.corrections.values_list("by__name", "at"), corrections, locked.zone)
    changed = locked.student_id is not None
    if student.is_same(locked.student):
        raise Conflict(NAMED_ALREADY)
    check_words(required=("reason",) if changed else (), reason=reason)
    correct_concern(locked, student, actor=actor, at=at, reason=reason)
    note_missing(locked, at=at)
    log("match_concern", actor=actor, subject=locked.pk)


@verb("concern_closed")
def close_concern(
    *, actor: User, concern: Concern, reason: str, at: datetime, additions: int | None = None
) -> None:
    """
    End a concern without a case. It stays, with its reason; its author's duty to report is untouched.

    `additions` is how many the page showed on which this was decided. Raises Invalid, Conflict.
    """
    locked = lock_concern(concern.pk, actor)
    require(permissions.can_close_concern(actor, locked), "close_concern", subject=locked.pk)
    check_waiting(locked)
    check_read(locked, additions)
    check_words(required=("reason",), reason=reason)
    locked.status = Concern.Status.CLOSED
    end_concern(locked, actor=actor, at=at, reason=reason)
    log("close_concern", actor=actor, subject=locked.pk)


@verb("concern_attached")
def attach_concern(
    *,
    actor: User,
    concern: Concern,
    case: Any,
    reason: str,
    at: datetime,
    additions: int | None = None,
) -> None:
    """
    Put a concern into an open case. Two about the same event both stay. Raises Invalid, Conflict.

    One whose student was not known is about the case's from now on. `additions` is how many the page showed on
    which this was decided.
    """
    locked_case = lock_case(case.pk, actor, at=at)
    locked = lock_concern(concern.pk, actor)
    require(permissions.can_attach_concern(actor, locked), "attach_concern", subject=locked.pk)
    check_open(locked_case)
    check_waiting(locked)
    check_read(locked, additions)
    check_words(required=("reason",), reason=reason)
    if locked.school_id != locked_case.school_id:
        raise Invalid({"case": _("This case is at another school than the concern.")})
    if locked.student and locked_case.student and not locked.student.is_same(locked_case.student):
        raise Invalid(
            {
                "case": _(
                    "This case is about another student. Open a case of its own, or correct the student first."
                )
            }
        )
    put_into_case(locked, locked_case, actor=actor, at=at, reason=reason)
    log("attach_concern", actor=actor, subject=locked.pk, case=locked_case.pk)


def put_into_case(locked: Concern, locked_case: Case, *, actor: User, at: datetime, reason: str) -> None:
    """A locked concern that waits goes into a locked open case of its school; what was checked is not checked again."""
    exclude_from_case(locked, locked_case, actor=actor, at=at)
    # Whoever said that no report applies, or that the evidence is not sufficient, did not know of this concern.
    reopen_reports(locked_case, Outcome.NOT_APPLICABLE, actor=actor, at=at, reason=as_kept(ANOTHER_CONCERN))
    ask_website_again(locked_case, actor=actor, at=at)
    locked.status, locked.case = Concern.Status.ATTACHED, locked_case
    end_concern(locked, actor=actor, at=at, reason=reason)
    if locked.student_id is None and locked_case.student:
        # In the case already: by its student it could go past the actor, who is on this case, while it still waits.
        correct_concern(locked, locked_case.student, actor=actor, at=at, reason=reason)
    if locked_case.my_role in permissions.DUTY_BEARERS:
        carry_in_case(locked_case, actor.pk, at=at)
    ask_again(locked_case, at=at)
    decide(locked_case, Decision.Kind.ATTACHED, actor=actor, at=at, reason=reason)
