"""What was said of the breaks of a case, as it comes with the contact that waits."""

from typing import NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from cases.breaks import Break
from cases.models import BreakPlan

#: With the contact that waits, so that the first screen asks no more often for them.
BREAK_PLANS = ArraySubquery(
    BreakPlan.objects.filter(case=OuterRef("case"), replaced_at__isnull=True)
    .order_by()
    .values(row=JSONObject(first_day="first_day", last_day="last_day", person="person"))
)


class PlannedBreak(NamedTuple):
    """A break of which somebody said who goes on, and who of the school that is, if it is the school."""

    break_: Break
    person: UUID | None
