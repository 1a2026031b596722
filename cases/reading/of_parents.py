"""What the first screen asks about parents: counsel's holds and lists, who is 18, what nobody is asked for."""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from cases.ages import is_of_age_on, of_age_on
from cases.kinds import parent_contact
from cases.models import Entry, Outcome, StepPart
from cases.parents import is_asked
from cases.reading.asking import AskingCase
from cases.reading.parents import NEWS
from csec.accounts.roles import Role


def held(found: Iterable[AskingCase]) -> list[UUID]:
    """The cases in which legal counsel is asked to end a freeze of contact with parents, in whatever state."""
    return [row.pk for row in found if row.parents_frozen and row.role == Role.COUNSEL]


def unread(found: Iterable[AskingCase]) -> list[UUID]:
    """The cases whose list of what left the school counsel has not read up to its latest entry."""
    return [row.pk for row in found if row.unread and row.role == Role.COUNSEL]


def is_still_asked(part: StepPart, case: AskingCase, at: datetime) -> bool:
    """Whether anybody is asked for a part as things stand between the school and the parents."""
    return is_asked(part.kind, in_custody=case.in_custody, of_age=is_of_age(case, at))


def is_of_age(case: AskingCase, at: datetime) -> bool:
    return is_of_age_on(case.born, _today(case, at))


def hold(parts: Collection[StepPart], of_age: Callable[[StepPart], bool]) -> None:
    """
    Put on the open parts of some cases which are on hold: they are late with nobody, and no day of theirs is urged.

    They carry `frozen`. What a decision says is asked for alone where nothing else holds contact back.
    """
    before = (parent_contact.CONSULTATION, parent_contact.DECISION)
    asking = {part.run_id for part in parts if part.kind in before and part.is_open}
    left = []
    for part in parts:
        part.on_hold = part.is_open and part.frozen
        if part.kind == parent_contact.KIND and part.is_open and not part.on_hold:
            # Of age, the consent that is missing is given with the contact itself.
            part.on_hold = part.run_id in asking or of_age(part)
            if not part.on_hold:
                left.append(part)
    decided = _decided([part.run_id for part in left])
    for part in left:
        facts = decided.get(part.run_id)
        part.on_hold = bool(parent_contact.missing(consulted=True, facts=facts))


def _decided(runs: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """What was decided on each of those tracks, as far as the reader sees it."""
    if not runs:
        return {}
    rows = Entry.objects.filter(part__run__in=runs, part__kind=parent_contact.DECISION)
    rows = rows.order_by("part_id", "-number").distinct("part_id")
    return {
        row.part.run_id: row.evidence.facts(row.case.key)
        if row.part.outcome == Outcome.DONE and hasattr(row, "evidence")
        else {}
        for row in rows.select_related("part", "evidence", "case__key")
    }


def just_of_age(case: AskingCase, at: datetime) -> bool:
    """Whether the student has become 18 a short time ago."""
    if case.born is None:
        return False
    day = of_age_on(case.born)
    return day <= _today(case, at) < day + NEWS


def _today(case: AskingCase, at: datetime) -> date:
    return at.astimezone(ZoneInfo(case.time_zone)).date()
