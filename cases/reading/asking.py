"""The cases in which something may be asked, as the first screen has to know them before it asks for their parts."""

from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, F, Func, JSONField, OuterRef, Q

from cases.models import Case, EmergencyAccess
from csec.accounts.models import User

# A statement of its own within the statement, so that PostgreSQL asks it once and not for each case.
_WAITING = Func(template="(SELECT waiting_about(NULL))", output_field=JSONField())


class AskingCase(NamedTuple):
    """One of them, and the role in which the reader sees it."""

    pk: UUID
    role: str
    school: UUID
    time_zone: str
    status: str
    #: Somebody opened it in an emergency, and nobody has looked at that yet.
    to_review: bool
    #: The concerns that wait about the students of any of them: the same on each row, and asked once.
    waiting_about: list[dict[str, Any]] | None

    @property
    def is_open(self) -> bool:
        return self.status == Case.Status.OPEN


def asking_cases(reader: User) -> list[AskingCase]:
    """The open cases, the void ones (voiding ends nobody's duty to report), and what is to be looked at."""
    to_review = Exists(
        EmergencyAccess.objects.filter(case=OuterRef("pk"), reviewed_at__isnull=True).exclude(person=reader)
    )
    rows = Case.objects.visible_to(reader).annotate(to_review=to_review, all_waiting=_WAITING)
    rows = rows.filter(Q(status__in=[Case.Status.OPEN, Case.Status.VOIDED]) | Q(to_review=True))
    values = rows.order_by().values_list(
        "pk", F("my_role"), "school", "school__time_zone", "status", "to_review", "all_waiting"
    )
    return [AskingCase(*row) for row in values]
