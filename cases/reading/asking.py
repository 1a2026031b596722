"""The cases in which something may be asked, as the first screen has to know them before it asks for their parts."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, Subquery

from cases.models import Case, EmergencyAccess, SafetyPlan
from cases.querysets import REPORT_OWED
from csec.accounts.models import User


class AskingCase(NamedTuple):
    """One of them, and the role in which the reader sees it."""

    pk: UUID
    role: str
    school: UUID
    time_zone: str
    status: str
    #: Somebody opened it in an emergency, and nobody has looked at that yet.
    to_review: bool
    #: On which day the safety plan in force is looked at again.
    safety_on: date | None
    #: By when the first of the duties to report that are open there is due, whoever carries it.
    owed: datetime | None

    @property
    def is_open(self) -> bool:
        return self.status == Case.Status.OPEN


def asking_cases(reader: User) -> list[AskingCase]:
    """The open cases, the void ones (voiding ends nobody's duty to report), and what is to be looked at."""
    to_review = Exists(
        EmergencyAccess.objects.filter(case=OuterRef("pk"), reviewed_at__isnull=True).exclude(person=reader)
    )
    in_force = SafetyPlan.objects.filter(case=OuterRef("pk"), replaced_at__isnull=True)
    safety_on = Subquery(in_force.values("review_on")[:1])
    rows = Case.objects.visible_to(reader).annotate(to_review=to_review, safety_on=safety_on)
    rows = rows.filter(Q(status__in=[Case.Status.OPEN, Case.Status.VOIDED]) | Q(to_review=True))
    values = rows.order_by().values_list(
        "pk",
        F("my_role"),
        "school",
        "school__time_zone",
        "status",
        "to_review",
        "safety_on",
        REPORT_OWED,
    )
    return [AskingCase(*row) for row in values]
