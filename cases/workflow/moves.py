"""What a transfer means for the rest of a case: asked for by a decision, and in the way of its closing."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy

from cases.kinds import placement
from cases.models import Case, Decision, StepPart, Transfer
from cases.text import REQUIRED
from cases.workflow.refusals import Conflict, Invalid
from cases.workflow.transfers import WAITS, answer, begun, waiting_transfer
from csec.accounts.models import User
from csec.directory.models import School

State = Transfer.State

GOES_ON_ELSEWHERE = gettext_lazy(
    "This case goes on at the school that took it over. They hand it back when the student returns; until then it stays"
    " as it was."
)

TAKEN_OVER = gettext_lazy(
    "This case was taken over from another school, where it is closed: if it were void, nobody would look after the"
    " student. Hand the student back, or close the case and say why."
)


def follow_placement(
    case: Case, part: StepPart, outcome: str, values: Mapping[str, Any], *, actor: User, at: datetime
) -> None:
    """A decision on the placement: to transfer the student asks for an offer, and any other one takes that back."""
    if part.kind != placement.KIND:
        return
    waiting = waiting_transfer(case)
    if not placement.asks_transfer(outcome, values):
        if waiting and waiting.state == State.ASKED:
            answer(waiting, State.WITHDRAWN, actor=actor, at=at, key=None)
    elif waiting is None:
        begun(case, actor, at=at).save(force_insert=True)


def check_no_transfer_waits(case: Case) -> None:
    """Raise Conflict while a transfer is not over: a case does not close over it."""
    if Transfer.objects.filter(case=case).waiting().exists():
        raise Conflict(WAITS)


def check_left(case: Case, outcome: str, acknowledged: str) -> None:
    """Raise Invalid for a student who left unless somebody has taken them over, or is named who knows."""
    if outcome != Decision.Closing.LEFT or acknowledged.strip():
        return
    if not Transfer.objects.filter(case=case, state=State.ACKNOWLEDGED).exists():
        raise Invalid({"acknowledged": REQUIRED})


def check_goes_on_here(case: Case) -> None:
    """Raise Conflict for a case that goes on at another school: no student has two that are one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT case_goes_on_elsewhere(%s)", [case.pk])
        [elsewhere] = cursor.fetchone()
    if elsewhere:
        raise Conflict(GOES_ON_ELSEWHERE)


def check_not_taken_over(case: Case) -> None:
    """Raise Conflict for a case that came by a transfer: it is handed back, so that no student is forgotten over it."""
    if Transfer.objects.filter(new_case=case, state=State.ACCEPTED).exists():
        raise Conflict(TAKEN_OVER)


def schools_of(case: Case) -> list[School]:
    """Its school, and the one that handed it over, where the roster may still have the student."""
    came = Transfer.objects.filter(new_case=case, state=State.ACCEPTED).select_related("from_school")
    return [case.school, *(row.from_school for row in came)]


def end_transfers(case: Case, *, actor: User, at: datetime, people: Collection[UUID] | None = None) -> None:
    """Take back what waits: of a case that is void, or what is offered to people from whom it is kept from now on."""
    rows = Transfer.objects.select_for_update(of=("self",)).filter(case=case).waiting()
    if people is not None:
        rows = rows.filter(receiver__in=people)
    for row in rows:
        answer(row, State.WITHDRAWN, actor=actor, at=at, key=None)
