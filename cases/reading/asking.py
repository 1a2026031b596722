"""The cases in which something may be asked, as the first screen has to know them before it asks for their parts."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from cases.models import Case, Custody, EmergencyAccess, ParentHold
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

    @property
    def is_open(self) -> bool:
        return self.status == Case.Status.OPEN


def asking_cases(reader: User) -> list[AskingCase]:
    """
    The open cases, the void ones (voiding ends nobody's duty to report), what is to be looked at, and counsel's holds.
    """
    to_review = Exists(
        EmergencyAccess.objects.filter(case=OuterRef("pk"), reviewed_at__isnull=True).exclude(person=reader)
    )
    rows = Case.objects.visible_to(reader).annotate(to_review=to_review)
    open_rows = {"case": OuterRef("pk"), "ended_at__isnull": True}
    rows = rows.annotate(
        held=Exists(ParentHold.objects.filter(**open_rows)), taken=Exists(Custody.objects.filter(**open_rows))
    )
    for_counsel = Q(held=True, my_role=Role.COUNSEL)
    rows = rows.filter(Q(status__in=[Case.Status.OPEN, Case.Status.VOIDED]) | Q(to_review=True) | for_counsel)
    values = rows.order_by().values_list(
        *("pk", F("my_role"), "school", "school__time_zone", "status", "to_review", "held", "taken"),
        Coalesce("student__merged_into__birth_date", "student__birth_date"),
    )
    return [AskingCase(*row) for row in values]
