"""What the verbs on a concern share: its end, its student, and whom its case goes past."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.models import CasePerson, Concern, ConcernCorrection
from cases.workflow.refusals import Conflict
from cases.workflow.telling import when
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.directory.models import Student


def end_concern(concern: Concern, *, actor: User, at: datetime, reason: str) -> None:
    """Write a locked concern's end; its status and case are set by the verb."""
    concern.ended_at, concern.ended_by = at, actor
    if concern.accepted_at is None:
        concern.accepted_at, concern.accepted_by = at, actor
    concern.sealed_ending = concern.key.seal({"reason": reason}, context=f"concern-ending:{concern.pk}")
    concern.save(
        update_fields=[
            "status", "case", "ended_at", "ended_by", "accepted_at", "accepted_by", "sealed_ending"
        ]
    )  # fmt: skip


def correct_concern(concern: Concern, student: Student, *, actor: User, at: datetime, reason: str) -> None:
    """Name another student than before, and keep who was named and why."""
    correction = ConcernCorrection(
        concern=concern, at=at, by=actor, before_id=concern.student_id, after=student
    )
    correction.sealed = concern.key.seal(reason, context=f"correction:{correction.pk}")
    correction.save(force_insert=True)
    concern.student = student
    concern.save(update_fields=["student"])


def check_waiting(concern: Concern) -> None:
    """Raise Conflict when the concern was dealt with meanwhile."""
    if concern.status == Concern.Status.RECEIVED:
        return
    words = {
        Concern.Status.ATTACHED: _("%(who)s put this concern into a case on %(when)s."),
        Concern.Status.CLOSED: _("%(who)s closed this concern on %(when)s."),
    }[Concern.Status(concern.status)]
    who = concern.ended_by.name if concern.ended_by else ""
    at = when(concern.ended_at, concern.zone) if concern.ended_at else ""
    raise Conflict(words % {"who": who, "when": at})


def exclude_from_case(concern: Concern, case: Any, *, at: datetime) -> None:
    """Whoever the concern goes past, the case goes past as well."""
    past = list(concern.exclusions.values_list("person", flat=True))
    known = set(
        CasePerson.objects.filter(case=case, excluded=True, until__isnull=True).values_list(
            "person", flat=True
        )
    )
    CasePerson.objects.bulk_create(
        [
            CasePerson(case=case, person_id=person, role=Role.REPORTER, since=at, excluded=True)
            for person in past
            if person not in known
        ]
    )
    people = CasePerson.objects.filter(case=case, excluded=False, until__isnull=True)
    ended = people.filter(person__in=past).update(until=at)
    if ended and not CasePerson.objects.carrying(at).filter(case=case).exists():
        raise Conflict(
            _("Nobody else carries this case. Add the counselor or social worker who takes over first.")
        )
