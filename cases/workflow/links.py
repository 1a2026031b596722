"""The students whom a student suspected of recruiting may have targeted: each has a case of their own."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.models import Case, CaseLink, Concern
from cases.workflow.alerts import note_missing, raise_absences
from cases.workflow.decisions import check_words
from cases.workflow.disposition import put_into_case
from cases.workflow.exclusions import kept_from
from cases.workflow.intake import write_concern
from cases.workflow.opening import begin_case
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.telling import check_open
from cases.workflow.verbs import lock_case, log, require, verb
from csec.accounts.models import User
from csec.directory.models import Student

RECRUITER = "suspected_recruiter"
VICTIMS = ("suspected_victim", "confirmed_victim")

NOT_HERE = _("Students targeted are recorded from the case of a student suspected of recruiting.")
ANOTHER_SCHOOL = _("This student is at another school than the case.")
NOT_ONESELF = _(
    "You are the one who opens the case. If you are involved or related, ask a colleague to do it."
)


@verb("targeted_case_opened")
def open_targeted_case(
    *,
    actor: User,
    case: Case,
    concern_id: UUID,
    first_known_at: datetime,
    account: str,
    reason: str,
    at: datetime,
    student: Student | None = None,
    student_described: str = "",
    words: str = "",
    implicated: Sequence[User] = (),
) -> Case | None:
    """
    Record a student who may have been targeted, from the open case of the one who may have recruited them.

    A concern of the actor's, with its duty to report, and a suspected victim's case opened from it: with a key and
    people of its own, and nothing in it of the case it comes from. Where the student has an open case already, the
    concern goes there; returns None when the actor does not see that one. For the student of the case itself it is
    the case as a possible victim, and goes past whomever that one is kept from. The two cases are linked, for those
    who see both. Raises Invalid, Conflict.
    """
    locked = lock_case(case.pk, actor, at=at)
    require(
        permissions.can_open_targeted_case(actor, locked),
        "open_targeted_case",
        subject=locked.pk,
        case=locked.pk,
    )
    check_open(locked)
    if locked.track != RECRUITER:
        raise Conflict(NOT_HERE)
    check_words(required=("reason", "account"), reason=reason, account=account)
    if actor in implicated:
        raise Invalid({"implicated": NOT_ONESELF})
    same = student is not None and student.is_same(locked.student)
    if student and not same and student.school_id != locked.school_id:
        raise Invalid({"student": ANOTHER_SCHOOL})
    concern = write_concern(
        actor=actor,
        concern_id=concern_id,
        school=locked.school,
        student=student,
        first_known_at=first_known_at,
        at=at,
        account=account,
        words=words,
        student_described=student_described,
        implicated={*implicated, *(kept_from(locked, at) if same else ())},
        # Where it waits all the same, for a case that the actor does not see, PostgreSQL says for whom.
        waits=False,
    )
    kind = CaseLink.Kind.SAME_STUDENT if same else CaseLink.Kind.TARGETED
    there = _open_case_of(student, locked, actor)
    opened: Case | None = None
    if there:
        opened = lock_case(there.pk, actor, at=at)
        check_open(opened)
        put_into_case(concern, opened, actor=actor, at=at, reason=reason)
        _link(locked, opened, kind, at=at)
    elif _give(concern, locked, kind, at=at):
        note_missing(concern, at=at)
    else:
        opened = begin_case(concern, "suspected_victim", actor=actor, at=at, reason=reason)
        _link(locked, opened, kind, at=at)
        raise_absences(opened, at=at)
    log(
        "open_targeted_case",
        actor=actor,
        role=locked.my_role,
        subject=opened.pk if opened else concern.pk,
        case=locked.pk,
    )
    return opened


def _open_case_of(student: Student | None, locked: Case, actor: User) -> Case | None:
    """The open case of the student as a possible victim, where the actor carries it or answers for it."""
    if student is None:
        return None
    carried = Q(my_role__in=permissions.WHO_MAY["attach_concern"])
    found = (
        Case.objects.visible_to(actor)
        .open()
        .filter(carried, student__in=student.rows, school=locked.school, track__in=VICTIMS)
    )
    return found.exclude(pk=locked.pk).order_by("opened_at", "id").first()


def _give(concern: Concern, locked: Case, kind: CaseLink.Kind, *, at: datetime) -> bool:
    """Let PostgreSQL find a case that the actor does not see, and give the concern to those who carry it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT give_to_case(%s, %s, %s, %s)", [concern.pk, locked.pk, str(kind), at])
        return bool(cursor.fetchone()[0])


def _link(locked: Case, other: Case, kind: CaseLink.Kind, *, at: datetime) -> None:
    """Both cases are seen by the actor, and so is a link that was made before."""
    if not CaseLink.objects.filter(from_case=locked, to_case=other).exists():
        CaseLink(from_case=locked, to_case=other, kind=kind, made_at=at).save(force_insert=True)
