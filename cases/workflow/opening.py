"""A case that begins: from a concern, on one of the three tracks, under the protocol in force."""

import secrets
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.models import Case, CasePerson, Concern, Decision
from cases.numbers import hyphened
from cases.workflow.concerns import end_concern, exclude_from_case
from cases.workflow.decisions import decide
from cases.workflow.duties import carry_in_case
from cases.workflow.refusals import Invalid
from cases.workflow.tracks import open_track
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.crypto.models import DataKey
from protocols.models import ProtocolVersion

# No vowels and nothing that is read for something else: a number is read out on the telephone.
_ALPHABET = "23456789BCDFGHJKMNPQRTVWXY"


def new_number(opener: User) -> str:
    """A random case number, `XXXX-XXXX`, that tells neither order nor count; in a drill it says that it is one."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return hyphened(letters[:5], drill=True) if opener.drill_id else hyphened(letters, drill=False)


def check_track(track: str, *, basis: str, decided_by: str) -> None:
    """Raise Invalid unless the track is one of the three and a confirmation says what it rests on."""
    if track not in ("suspected_recruiter", "suspected_victim", "confirmed_victim"):
        raise Invalid({"track": _("Choose one of the three.")})
    if track == "confirmed_victim":
        wrong = {}
        if basis not in Decision.Basis.values:
            wrong["basis"] = _("Say what the confirmation rests on.")
        if not decided_by.strip():
            wrong["decided_by"] = _("Say who decided it.")
        if wrong:
            raise Invalid(wrong)


def begin_case(
    locked: Concern,
    track: str,
    *,
    actor: User,
    at: datetime,
    reason: str,
    basis: str = "",
    decided_by: str = "",
) -> Case:
    """
    A case with a key of its own, from a locked concern that waits; the actor is the first person on it.

    What was checked before is not checked again. The verb raises the alerts of absences afterwards.
    """
    case_id = UUID(bytes=secrets.token_bytes(16), version=4)
    key = DataKey.make(scope=case_id)
    key.save(force_insert=True)
    case = Case(
        pk=case_id,
        number=new_number(actor),
        school=locked.school,
        student=locked.student,
        protocol=ProtocolVersion.objects.in_force(at.astimezone(locked.zone).date()),
        key=key,
        track=track,
        opened_at=at,
    )
    case.my_role = next(
        role
        for role in (Role.COUNSELOR, Role.SOCIAL_WORKER, Role.ADMINISTRATOR, Role.LIAISON)
        if actor.has_role(role, school_id=locked.school_id)
    )
    # Being on the case is what lets the rest be written; the case itself follows in the same transaction.
    CasePerson(case=case, person=actor, role=case.my_role, since=at).save(force_insert=True)
    exclude_from_case(locked, case, actor=actor, at=at, begins=True)
    case.save(force_insert=True)
    open_track(case, track, actor=actor, at=at, known_at=locked.first_known_at)
    locked.status, locked.case = Concern.Status.ATTACHED, case
    end_concern(locked, actor=actor, at=at, reason=reason)
    if case.my_role in permissions.DUTY_BEARERS:
        carry_in_case(case, actor.pk, at=at)
    decide(case, Decision.Kind.OPENED, actor=actor, at=at, code=basis, reason=reason, decided_by=decided_by)
    return case
