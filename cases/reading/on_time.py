"""What waits for others and is not late: with it every open case stands on the first screen of who answers for it."""

from collections.abc import Iterable
from uuid import UUID

from cases.models import StepPart
from cases.reading.asked import Asked
from csec.accounts.roles import Role


def on_time_with_others(asked: Asked, listed: Iterable[StepPart]) -> list[StepPart]:
    """
    Of each open case that the reader administers, and of which no step is `listed`, what is asked first in it.

    It needs nothing of the reader. What was asked already says it: it is no statement of its own.
    """
    standing = {part.case_id for part in listed}
    first: dict[UUID, StepPart] = {}
    for part in asked.not_mine:
        case = asked.by_pk[part.case_id]
        if case.is_open and case.role == Role.ADMINISTRATOR and case.pk not in standing:
            first.setdefault(case.pk, part)
    return list(first.values())
