"""What is told beside a case: a concern before there is one, and days on which somebody is not there."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from cases import workflow
from cases.models import Concern
from csec.demo.people import Cast


def log_concern(
    cast: Cast,
    *,
    by: str,
    at: datetime,
    school: str,
    account: str,
    about: str = "",
    known: datetime | None = None,
    past: Sequence[str] = (),
    **more: Any,
) -> Concern:
    """A concern by somebody on the staff, `past` those who are implicated or related."""
    return workflow.log_concern(
        actor=cast.staff[by],
        concern_id=uuid4(),
        school=cast.schools[school],
        student=cast.students[about] if about else None,
        first_known_at=known or at,
        account=account,
        implicated=[cast.staff[name] for name in past],
        at=at,
        **more,
    )


def is_away(cast: Cast, who: str, first_day: date, last_day: date, *, at: datetime) -> None:
    """Somebody enters the days on which they are not there."""
    person = cast.staff[who]
    workflow.enter_away(actor=person, person=person, first_day=first_day, last_day=last_day, at=at)
