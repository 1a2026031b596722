"""A student who is missing, and somebody who says by name that they see to what is late or cannot wait."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.evidence import TOO_EARLY
from cases.models import Alert, Case, CheckIn, Concern, StudentAbsence
from cases.schedule import TAKEN_FOR
from cases.workflow.decisions import check_words
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.telling import check_open, when
from cases.workflow.verbs import lock_case, log, require, verb
from csec.accounts.models import User
from csec.directory.models import Student, StudentMerge
from csec.errors import Absent

FUTURE = _("This lies in the future. Enter since when the student is missing.")
ENDED = _("What was found was written down already.")
ENTERED = _("You entered this already.")
#: How long an absence counts as unexplained that nobody had a case to explain it in (a proposal of this project).
UNEXPLAINED_FOR = timedelta(days=7)


@verb("absence_reported")
def report_absence(*, actor: User, student: Student, missing_since: datetime, at: datetime) -> StudentAbsence:
    """
    Enter that a student is missing and nobody knows why. Attendance itself is not read.

    Where the student has an open case, those who carry it are told at once; where a concern about them waits, its
    holders and those who answer for the school. Whoever enters it learns nothing of that. Also of a student whom the
    roster has at another school than theirs: it may be late, and what it is late by is not said. Raises Invalid;
    Conflict when they entered the same before.
    """
    require(permissions.can_report_absence(actor), "report_absence", subject=student.pk)
    if missing_since > at:
        raise Invalid({"missing_since": FUTURE})
    if missing_since.year < 2000:
        raise Invalid({"missing_since": TOO_EARLY})
    if StudentAbsence.objects.filter(
        student__in=student.rows, missing_since=missing_since, entered_by=actor
    ).exists():
        raise Conflict(ENTERED)
    absence = StudentAbsence(student=student, missing_since=missing_since, entered_at=at, entered_by=actor)
    absence.save(force_insert=True)
    with connection.cursor() as cursor:
        # PostgreSQL finds the cases and concerns, which the actor may not see, and tells nobody whether there are any.
        cursor.execute("SELECT raise_absence_alerts(%s)", [absence.pk])
    log("report_absence", actor=actor, subject=absence.pk)
    return absence


def raise_absences(case: Case, *, at: datetime) -> None:
    """
    An alert for each absence that was entered before the case was one about its student; the last act of a verb.

    Those of the last UNEXPLAINED_FOR, of which nobody has written down in any case what was found.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT raise_alerts_of_case(%s, %s, %s)", [case.pk, at - UNEXPLAINED_FOR, at])


def note_missing(concern: Concern, *, at: datetime) -> None:
    """Let the concern say whether its student is missing: its student was just named, or it is asked about again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT note_missing(%s, %s)", [concern.pk, at - UNEXPLAINED_FOR])


def raise_absences_of_merged(merge: StudentMerge, *, at: datetime) -> None:
    """
    An alert, or a word in a concern, for each absence that was entered of the other row of the same student.

    PostgreSQL finds them, and tells whoever merged the rows nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT raise_alerts_of_merged(%s, %s, %s)", [merge.pk, at - UNEXPLAINED_FOR, at])


def take_concerns_apart(merge: StudentMerge, *, at: datetime) -> None:
    """
    Let each concern that two rows which counted as one student brought into a case of the other wait again.

    With whether its student is missing, of which that case alone was told. PostgreSQL finds them, and tells whoever
    takes the rows apart nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT take_concerns_apart(%s, %s, %s)", [merge.pk, at - UNEXPLAINED_FOR, at])


@verb("taken_over")
def take_over(*, actor: User, case: Case, subject: UUID, at: datetime) -> CheckIn | Alert:
    """
    Say that one sees to a late contact, or to an alert: the reminders stop climbing, and one's name stands there.

    It ends nothing: the contact stays due until the student was seen, and climbs again when that takes too long.
    Raises Conflict when somebody else said so first.
    """
    locked = lock_case(case.pk, actor, at=at)
    require(permissions.can_take_over(actor, locked), "take_over", subject=subject, case=locked.pk)
    check_open(locked)
    row: CheckIn | Alert | None = (
        CheckIn.objects.select_for_update(of=("self",))
        .select_related("taken_by")
        .filter(pk=subject, case=locked, state=CheckIn.State.WAITING)
        .first()
    ) or (
        Alert.objects.select_for_update(of=("self",))
        .select_related("taken_by")
        .filter(pk=subject, case=locked)
        .first()
    )
    if row is None:
        raise Absent("task", subject)
    if isinstance(row, Alert) and row.ended_at is not None:
        raise Conflict(ENDED)
    expired = row.taken_at is not None and row.taken_at + TAKEN_FOR < at
    if row.taken_by and row.taken_at and not expired:
        raise Conflict(
            _("%(who)s took this over on %(when)s.")
            % {"who": row.taken_by.name, "when": when(row.taken_at, locked.zone)}
        )
    row.taken_by, row.taken_at = actor, at
    if isinstance(row, CheckIn):
        if row.due_at <= at:
            # One that is not late yet is reminded of as before.
            row.remind_at = max(row.remind_at, at + TAKEN_FOR)
        row.save(update_fields=["taken_by", "taken_at", "remind_at"])
    else:
        row.save(update_fields=["taken_by", "taken_at"])
    log("take_over", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk)
    return row


@verb("alert_ended")
def end_alert(*, actor: User, case: Case, alert: Alert, reason: str, at: datetime) -> None:
    """
    Write down what was found of a student who was not safe or missing: only that ends an alert.

    `reason` is what was found, and who looks after the student now. Raises Invalid, Conflict.
    """
    locked = lock_case(case.pk, actor, at=at)
    require(permissions.can_end_alert(actor, locked), "end_alert", subject=alert.pk, case=locked.pk)
    check_open(locked)
    row = (
        Alert.objects.select_for_update(of=("self",))
        .select_related("ended_by")
        .filter(pk=alert.pk, case=locked)
        .first()
    )
    if row is None:
        raise Absent("alert", alert.pk)
    if row.ended_by and row.ended_at:
        raise Conflict(
            _("%(who)s wrote down on %(when)s what was found.")
            % {"who": row.ended_by.name, "when": when(row.ended_at, locked.zone)}
        )
    check_words(required=("reason",), reason=reason)
    row.ended_by, row.ended_at = actor, at
    row.sealed = locked.key.seal(reason, context=f"alert:{row.pk}")
    row.save(update_fields=["ended_by", "ended_at", "sealed"])
    log("end_alert", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk)
