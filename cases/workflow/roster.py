"""What the roster says of a student with a case: somebody on the case answers it."""

import hashlib
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.models import Case, RosterNote
from cases.workflow.decisions import check_words
from cases.workflow.refusals import Conflict
from cases.workflow.telling import check_open
from cases.workflow.verbs import lock_case, log, require, verb
from csec.accounts.models import User
from csec.directory.models import Student

NOTHING_NEW = _(
    "The roster says nothing else of this student than the case, or somebody has answered it already."
)
CHANGED = _("The roster has changed once more since you opened the page. Look at it again.")


@verb("roster_change_noted")
def note_roster_change(*, actor: User, case: Case, seen: str, reason: str, at: datetime) -> RosterNote:
    """
    Say who goes on with a student who left, or changed school by the roster; it stands no longer on the first screens.

    `seen` is what the roster said on the page (`roster_mark`). It stands for that alone: the next change is asked
    again. Raises Invalid, Conflict.
    """
    locked = lock_case(case.pk, actor, at=at)
    require(
        permissions.can_note_roster_change(actor, locked),
        "note_roster_change",
        subject=locked.pk,
        case=locked.pk,
    )
    check_open(locked)
    student = student_of(locked)
    if student is None or not is_unanswered(locked, student):
        raise Conflict(NOTHING_NEW)
    if seen != roster_mark(student):
        raise Conflict(CHANGED)
    check_words(required=("reason",), reason=reason)
    note = RosterNote(
        case=locked, student=student, school=student.school, active=student.active, at=at, by=actor
    )
    note.sealed = locked.key.seal(reason.strip(), context=f"roster:{note.pk}")
    note.save(force_insert=True)
    log("note_roster_change", actor=actor, role=locked.my_role, subject=locked.pk, case=locked.pk)
    return note


def student_of(case: Case) -> Student | None:
    """As the roster has them now."""
    if case.student_id is None:
        return None
    return Student.objects.select_related("school").filter(pk=case.student_id).first()


def roster_mark(student: Student) -> str:
    """What the roster says of where a student is, as a form carries it."""
    return hashlib.sha256(f"{student.school_id}:{student.active}".encode()).hexdigest()[:16]


def is_unanswered(case: Case, student: Student) -> bool:
    """Whether the roster has the student elsewhere than the case, and nobody on the case has answered that."""
    if any(row.active and row.school_id == case.school_id for row in student.rows):
        return False
    answered = RosterNote.objects.filter(
        case=case, student=student, school=student.school_id, active=student.active
    )
    return not answered.exists()
