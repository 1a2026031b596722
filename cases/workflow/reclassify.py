"""Suspected becomes confirmed (or back), without losing a thing."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases import kinds, permissions
from cases.kinds import report
from cases.models import Case, Decision, Outcome, StepPart, TrackRun
from cases.workflow.decisions import check_words, decide
from cases.workflow.duties import ask_again, carry_in_case
from cases.workflow.entries import Written, write_entry
from cases.workflow.opening import check_track
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.telling import check_open, when
from cases.workflow.tracks import open_track
from cases.workflow.verbs import lock_case, log, require, verb
from csec.accounts.models import User
from protocols.schema import Part

#: A student suspected of recruiting is never made a victim, nor the reverse: that is a case of its own.
BECOMES = {"suspected_victim": "confirmed_victim", "confirmed_victim": "suspected_victim"}


@verb("case_reclassified")
def reclassify(
    *,
    actor: User,
    case: Case,
    to: str,
    reason: str,
    at: datetime,
    basis: str = "",
    decided_by: str = "",
) -> TrackRun:
    """
    End the open track and open the other one of a victim's two.

    What was finished stays as it was; what was open is superseded. Each new part knows the one it follows
    (the definition's correspondence), and regular contact goes on with the date it had. Raises Invalid, Conflict.
    """
    locked = lock_case(case.pk, actor, at=at)
    require(permissions.can_reclassify(actor, locked), "reclassify", subject=locked.pk, case=locked.pk)
    check_open(locked)
    check_words(required=("reason",), reason=reason, decided_by=decided_by)
    old = TrackRun.objects.select_for_update().get(case=locked, ended_at__isnull=True)
    if old.track == to:
        by_whom = locked.decisions.filter(kind__in=[Decision.Kind.OPENED, Decision.Kind.RECLASSIFIED])
        last = by_whom.select_related("by").latest("at", "id")
        raise Conflict(
            _("%(who)s already did this on %(when)s.")
            % {"who": last.by.name, "when": when(last.at, locked.zone)}
        )
    if BECOMES.get(old.track) != to:
        raise Invalid({"to": _("This case cannot become that: record a concern and open a case of its own.")})
    check_track(to, basis=basis, decided_by=decided_by)
    earlier = {part.part: part for part in StepPart.objects.select_for_update().filter(run=old)}
    due = {name: (part.due_at, part.next_on) for name, part in earlier.items()}
    tried = {name for name, part in earlier.items() if part.outcome == Outcome.UNABLE}
    was_open = {name for name, part in earlier.items() if part.is_open}
    for part in earlier.values():
        if part.is_open:
            write_entry(locked, part, Written(outcome=Outcome.SUPERSEDED, happened_at=at), actor=actor, at=at)
    old.ended_at = at
    old.save(update_fields=["ended_at"])
    locked.track = to
    locked.save(update_fields=["track"])
    pairs = correspondences(locked, old.track, to)

    def carry_over(row: StepPart, part: Part) -> None:
        before = earlier.get(pairs.get(part.id, ""))
        if before is None:
            return
        row.corresponds_to = before
        if before.part in tried:
            # It could not be done and was to be looked at again: the day for it stays.
            row.next_on = due[before.part][1]
        if part.kind in kinds.SCHEDULED:
            # The schedule is the case's: what was due stays due.
            row.due_at, row.next_on = due[before.part]
        if part.kind == report.KIND and before.part in was_open:
            # Not reported yet: the clock that was running goes on, it does not begin anew.
            row.due_at = before.due_at

    run = open_track(locked, to, actor=actor, at=at, known_at=at, after=old, adjust=carry_over)
    carry_in_case(locked, actor.pk, at=at)
    ask_again(locked, at=at)
    decide(
        locked,
        Decision.Kind.RECLASSIFIED,
        actor=actor,
        at=at,
        code=basis,
        reason=reason,
        decided_by=decided_by,
        to=to,
    )
    log("reclassify", actor=actor, role=locked.my_role, subject=locked.pk, case=locked.pk)
    return run


def correspondences(case: Case, old: str, new: str) -> dict[str, str]:
    """Which part of the old track each part of the new one follows; read backwards for a step back."""
    definition = case.protocol.definition
    forward = {part.id: part.follows for _step, part in definition.track(new).parts() if part.follows}
    pairs = {new_id: name.partition("/")[2] for new_id, name in forward.items() if name.startswith(f"{old}/")}
    for _step, part in definition.track(old).parts():
        track, _slash, name = part.follows.partition("/")
        if track == new:
            pairs.setdefault(name, part.id)
    return pairs
