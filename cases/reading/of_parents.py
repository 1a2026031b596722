"""What the first screen asks about parents: counsel's holds and lists, who is 18, what nobody is asked for."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from cases.ages import of_age_on
from cases.models import StepPart
from cases.parents import is_asked
from cases.reading.asking import AskingCase
from cases.reading.parents import NEWS
from csec.accounts.roles import Role


def held(found: Iterable[AskingCase]) -> list[UUID]:
    """The cases in which legal counsel is asked to release contact with parents, whatever state they are in."""
    return [row.pk for row in found if row.parents_frozen and row.role == Role.COUNSEL]


def unread(found: Iterable[AskingCase]) -> list[UUID]:
    """The cases whose list of what left the school counsel has not read up to its latest entry."""
    return [row.pk for row in found if row.unread and row.role == Role.COUNSEL]


def is_still_asked(part: StepPart, case: AskingCase, at: datetime) -> bool:
    """Whether anybody is asked for a part as things stand between the school and the parents."""
    of_age = case.born is not None and of_age_on(case.born) <= _today(case, at)
    return is_asked(part.kind, in_custody=case.in_custody, of_age=of_age)


def just_of_age(case: AskingCase, at: datetime) -> bool:
    """Whether the student has become 18 a short time ago."""
    if case.born is None:
        return False
    day = of_age_on(case.born)
    return day <= _today(case, at) < day + NEWS


def _today(case: AskingCase, at: datetime) -> date:
    return at.astimezone(ZoneInfo(case.time_zone)).date()
