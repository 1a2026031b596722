"""What the verbs on a concern share: its end, its student, and whom its case goes past."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from cases.models import Case, Concern, ConcernCorrection
from cases.workflow.exclusions import keep_away, keep_concerns_away, kept_from
from cases.workflow.refusals import Conflict
from cases.workflow.telling import when
from csec.accounts.models import User
from csec.directory.models import Student


def end_concern(concern: Concern, *, actor: User, at: datetime, reason: str) -> None:
    """Write a locked concern's end; its status and case are set by the verb."""
    concern.ended_at, concern.ended_by, concern.apart_at = at, actor, None
    if concern.accepted_at is None:
        concern.accepted_at, concern.accepted_by = at, actor
    concern.sealed_ending = concern.key.seal({"reason": reason}, context=f"concern-ending:{concern.pk}")
    concern.save(
        update_fields=[
            "status", "case", "ended_at", "ended_by", "accepted_at", "accepted_by", "sealed_ending", "apart_at"
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


def check_read(concern: Concern, additions: int | None) -> None:
    """Raise Conflict when something was added after the page was opened on which this was decided."""
    if additions is None:
        return
    added = list(concern.additions.values_list("at", flat=True))
    if len(added) > additions:
        raise Conflict(
            _("Something was added on %(when)s. Read it, then decide. Your text is kept below.")
            % {"when": when(added[-1], concern.zone)}
        )


def check_naming(named: Iterable[tuple[str, datetime]], seen: int | None, zone: ZoneInfo) -> None:
    """
    Raise Conflict when somebody named a student after the page was opened on which this was decided.

    `named` are who did so and when, `seen` how many the page knew of.
    """
    by = sorted(named, key=lambda one: one[1])
    if seen is not None and len(by) > seen:
        who, at = by[-1]
        raise Conflict(
            _("%(who)s named a student on %(when)s. Look whether yours is still the right one.")
            % {"who": who, "when": when(at, zone)}
        )


def exclude_from_case(
    concern: Concern, case: Case, *, actor: User, at: datetime, begins: bool = False
) -> None:
    """
    Whoever the concern goes past, the case goes past as well, and every other concern in it; and the reverse.

    From whom another case of the student is kept, a case that begins is kept as well. Of one that goes on this was
    decided by its own people, and nobody is taken off it by what was decided of another.
    """
    known = {person.pk for person in kept_from(case, at)}
    rows = concern.exclusions.filter(lifted_at__isnull=True)
    past = set((rows if begins else rows.filter(by_case=False)).values_list("person", flat=True))
    keep_away(case, past - known, actor=actor, at=at)
    concerns = [concern.pk, *Concern.objects.filter(case=case).values_list("pk", flat=True)]
    keep_concerns_away(concerns, past | known)
