"""Opening a track of the protocol on a case: a part for each duty of each printed step."""

from collections.abc import Callable
from datetime import datetime

from cases import kinds
from cases.deadlines import closed_days, due_at, time_of
from cases.models import Case, StepPart, TrackRun
from cases.workflow.plans import begin_plan
from csec.accounts.models import User
from csec.directory.models import District
from protocols.schema import Part, Step


def open_track(
    case: Case,
    track_id: str,
    *,
    actor: User,
    at: datetime,
    known_at: datetime,
    after: TrackRun | None = None,
    adjust: Callable[[StepPart, Part], None] | None = None,
) -> TrackRun:
    """
    Begin a track with every part open.

    `known_at` is when it was first known or suspected, from which a report's hours run. `adjust` may carry
    something over from the track before, part by part, before the rows are written.
    """
    run = TrackRun(case=case, track=track_id, started_at=at, after=after)
    run.save(force_insert=True)
    closed = closed_days(case.school, since=min(at, known_at).astimezone(case.zone).date())
    district = District.objects.first()
    parts = []
    for position, (step, part) in enumerate(case.protocol.definition.track(track_id).parts()):
        row = open_part(run, position, step, part, at=at)
        due = time_of(part, district)
        if due:
            row.due_at = due_at(due, opened_at=at, known_at=known_at, zone=case.zone, closed=closed)
        if adjust:
            adjust(row, part)
        if part.kind in kinds.SCHEDULED:
            begin_plan(case, part, row, actor=actor, at=at)
        parts.append(row)
    StepPart.objects.bulk_create(parts)
    return run


def open_part(run: TrackRun, position: int, step: Step, part: Part, *, at: datetime) -> StepPart:
    """A duty of a printed step, of which nothing is recorded yet, not saved."""
    return StepPart(
        case=run.case,
        run=run,
        position=position,
        step_number=step.number,
        part=part.id,
        kind=part.kind,
        actors=list(part.actors),
        compartment=part.compartment,
        repeats=part.repeat is not None,
        may_opt_out="not_applicable" in part.outcomes,
        asked_at=at,
    )
