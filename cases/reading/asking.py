"""The cases in which something may be asked, as the first screen has to know them before it asks for their parts."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce

from cases.kinds import DUTIES
from cases.models import Case, Custody, EmergencyAccess, ParentHold, StepPart
from cases.reading.transfers import AllWaiting
from csec.accounts.models import User
from csec.accounts.roles import Role


class AskingCase(NamedTuple):
    """One of them, and the role in which the reader sees it."""

    pk: UUID
    role: str
    school: UUID
    time_zone: str
    status: str
    #: Somebody opened it in an emergency, and nobody has looked at that yet.
    to_review: bool
    #: Contact with parents is frozen, as far as the reader may know why; an officer has the student; date of birth.
    parents_frozen: bool
    in_custody: bool
    born: date | None
    #: It is closed, and a report is still open.
    owed: bool
    #: The transfers that wait for the reader; the same with each case.
    moving: Any

    @property
    def is_open(self) -> bool:
        return self.status == Case.Status.OPEN


def asking_cases(reader: User, at: datetime) -> list[AskingCase]:
    """
    The open cases, the void ones (voiding ends nobody's duty to report), what is to be looked at, and counsel's holds.

    Of the closed ones those that were handed over with a report open: that stays with whom it was asked of.
    """
    to_review = Exists(
        EmergencyAccess.objects.filter(case=OuterRef("pk"), reviewed_at__isnull=True).exclude(person=reader)
    )
    reports = StepPart.objects.filter(
        case=OuterRef("pk"), run__ended_at__isnull=True, kind__in=DUTIES, outcome__in=["", "unable"]
    )
    owed = Exists(reports) & Q(status=Case.Status.CLOSED)
    open_rows = {"case": OuterRef("pk"), "ended_at__isnull": True}
    rows = Case.objects.visible_to(reader).annotate(
        to_review=to_review,
        held=Exists(ParentHold.objects.filter(**open_rows)),
        taken=Exists(Custody.objects.filter(**open_rows)),
        owed=ExpressionWrapper(owed, BooleanField()),
    )
    asking = Q(to_review=True) | Q(held=True, my_role=Role.COUNSEL) | Q(owed=True)
    rows = rows.filter(Q(status__in=[Case.Status.OPEN, Case.Status.VOIDED]) | asking)
    values = rows.order_by().values_list(
        *("pk", F("my_role"), "school", "school__time_zone", "status", "to_review", "held", "taken"),
        Coalesce("student__merged_into__birth_date", "student__birth_date"),
        "owed",
        AllWaiting(Value(at)),
    )
    return [AskingCase(*row) for row in values]
