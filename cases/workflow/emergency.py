"""Emergency access: opening a case that one is not on, to read it; and looking at it afterwards."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.deadlines import closed_days, due_at
from cases.models import Case, EmergencyAccess
from cases.models.emergency import LASTS
from cases.numbers import as_kept
from cases.text import REQUIRED
from cases.workflow.decisions import check_words
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.telling import when
from cases.workflow.verbs import find_case, lock_case, log, require, verb
from csec.accounts.models import User
from csec.directory.models import School
from csec.errors import Absent
from protocols.schema import Due

#: By the end of which school day somebody else has looked at it (a proposal of this project); where there is no school
#: for long, within a week.
REVIEW_WITHIN = Due(school_days=2)
REVIEW_WITHIN_AT_MOST = timedelta(days=7)

NO_SUCH_CASE = _("There is no case with this number that can be opened in an emergency.")
OPEN_ANYWAY = _("You can open this case as it is.")
LOCKED = _(
    "You cannot open another case in an emergency: nobody has looked yet at one that you opened before. Ask somebody"
    " who carries or answers for that case to do so. Where nobody does, have another liaison appointed: they find it on"
    " their first screen."
)
#: So many others are told that a case was opened in an emergency.
TOLD = 2
TOO_FEW = _(
    "This case cannot be opened in an emergency: fewer than two others of the district could be told of it. If somebody"
    " is in danger, call dispatch. Then have another liaison, or legal counsel, appointed, and try again."
)


@verb("emergency_access_begun")
def begin_emergency_access(*, actor: User, number: str, reason: str, at: datetime) -> EmergencyAccess:
    """
    Open a case of the district that one is not on, for LASTS and to read it. Whoever carries it is told at once.

    It is found by its number, however that is written; one that is kept from the actor does not exist for them. Raises
    Invalid, and Conflict when their right is locked because nobody has looked at an earlier one, or when two others
    could not be told.
    """
    require(permissions.can_begin_emergency_access(actor), "begin_emergency_access", subject=actor.pk)
    check_words(required=("reason",), reason=reason)
    with connection.cursor() as cursor:
        # Of two clicks the second finds that the case is open.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"emergency:{actor.pk}"])
        # PostgreSQL finds it: the actor does not see the case yet.
        cursor.execute(
            "SELECT emergency_locked(), case_id, school_id, emergency_is_told(case_id)"
            " FROM (SELECT) AS one LEFT JOIN case_for_emergency(%s) ON true",
            [as_kept(number)],
        )
        locked_out, found, school, told = cursor.fetchone()
    if locked_out:
        raise Conflict(LOCKED)
    if found is None:
        raise Invalid({"number": NO_SUCH_CASE})
    if Case.objects.visible_to(actor).filter(pk=found).exists():
        raise Invalid({"number": OPEN_ANYWAY})
    if told < TOLD:
        raise Conflict(TOO_FEW)
    access = EmergencyAccess(case_id=found, person=actor, begun_at=at, until=at + LASTS)
    access.review_by = review_by(School.objects.get(pk=school), at)
    access.save(force_insert=True)
    # From here on the case, and the key under which its words are sealed, are open to them.
    case = find_case(found, actor)
    if case is None:
        raise Absent("case", found)
    access.sealed = case.key.seal(reason, context=f"emergency:{access.pk}")
    access.save(update_fields=["sealed"])
    log("begin_emergency_access", actor=actor, subject=access.pk, case=case.pk)
    return access


def review_by(school: School, at: datetime) -> datetime:
    """By when somebody has looked at a case of that school that was opened at that moment."""
    closed = closed_days(school, since=at.astimezone(school.zone).date())
    moment = due_at(REVIEW_WITHIN, opened_at=at, known_at=at, zone=school.zone, closed=closed)
    return min(moment, at + REVIEW_WITHIN_AT_MOST)


@verb("emergency_access_ended")
def end_emergency_access(*, actor: User, case: Case, at: datetime) -> None:
    """Close a case again that one opened in an emergency, before the time is over."""
    locked = lock_case(case.pk, actor, at=at, stays=False)
    require(
        permissions.can_end_emergency_access(actor, locked),
        "end_emergency_access",
        subject=locked.pk,
        case=locked.pk,
    )
    running = EmergencyAccess.objects.filter(case=locked, person=actor, ended_at__isnull=True, until__gt=at)
    rows = list(running.select_for_update())
    if not rows:
        raise Absent("emergency_access", locked.pk)
    for row in rows:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
    log("end_emergency_access", actor=actor, subject=rows[-1].pk, case=locked.pk)


@verb("emergency_access_reviewed")
def review_emergency_access(
    *, actor: User, case: Case, access: EmergencyAccess, finding: str, note: str, at: datetime
) -> None:
    """
    Somebody who carries or answers for the case says whether it was needed to open it. Raises Invalid, Conflict.

    Until somebody has, nobody who opened a case in an emergency opens another once the time for it is over.
    """
    locked = lock_case(case.pk, actor, at=at, stays=False)
    row = (
        EmergencyAccess.objects.select_for_update(of=("self",))
        .select_related("reviewed_by")
        .filter(pk=access.pk, case=locked)
        .first()
    )
    if row is None:
        raise Absent("emergency_access", access.pk)
    require(
        permissions.can_review_emergency_access(actor, locked, row),
        "review_emergency_access",
        subject=row.pk,
        case=locked.pk,
    )
    if row.reviewed_at and row.reviewed_by:
        raise Conflict(
            _("%(who)s looked at it on %(when)s.")
            % {"who": row.reviewed_by.name, "when": when(row.reviewed_at, locked.zone)}
        )
    if finding not in EmergencyAccess.Finding.values:
        raise Invalid({"finding": REQUIRED})
    check_words(required=("note",), note=note)
    row.finding, row.reviewed_by, row.reviewed_at = finding, actor, at
    row.review_sealed = locked.key.seal(note, context=f"emergency_review:{row.pk}")
    row.save(update_fields=["finding", "reviewed_by", "reviewed_at", "review_sealed"])
    log("review_emergency_access", actor=actor, role=locked.my_role, subject=row.pk, case=locked.pk)
