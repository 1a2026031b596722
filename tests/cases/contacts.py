"""What the sentences about check-ins share: whom the first screens ask, and a case with a cover and an officer."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from cases import workflow
from cases.models import Case, CasePerson
from cases.reading.work import Work, waiting_for
from csec.accounts.models import User
from csec.identity import acting_as
from tests import make
from tests.make import AT, DAY

CONTACT = "regular_contact"
#: Tuesday, two school days after AT; and the day after it.
FIRST = date(2026, 11, 24)
LATE = AT + 5 * DAY
WEDNESDAY = LATE


def work(person: User, at: datetime = AT) -> Work:
    with acting_as(person.pk):
        return waiting_for(person, at)


def asks(person: User, at: datetime = AT) -> bool:
    """Whether the contact is that person's to make, on their first screen."""
    lists = work(person, at)
    return any(task.part.kind == "contact" for task in lists.late.shown + lists.next.shown)


def late(person: User, at: datetime = LATE) -> bool:
    lists = work(person, at)
    return any(task.part.kind == "contact" for task in lists.late.shown)


def asked(people: Iterable[User], at: datetime = AT) -> set[str]:
    return {person.name.split()[0] for person in people if asks(person, at)}


def team(staff: make.Staff) -> tuple[User, ...]:
    return (staff.counselor, staff.social_worker, staff.sro, staff.administrator, staff.liaison)


def covered(staff: make.Staff, **given: Any) -> Case:
    """A case of the counselor's, the social worker covering, and an officer on it."""
    case = make.case(staff)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    make.asked_in(case, staff.counselor, staff.sro)
    soon = AT + timedelta(minutes=1)
    make.scheduled(case, staff.counselor, cover=staff.social_worker, at=soon, **given)
    return case


def reclassified(staff: make.Staff, case: Case, to: str) -> None:
    workflow.reclassify(
        actor=staff.counselor,
        case=case,
        to=to,
        basis="disclosure",
        decided_by="Both",
        reason="Told us.",
        at=AT,
    )


def row_of(case: Case, person: User, by: User) -> CasePerson:
    with acting_as(by.pk):
        return CasePerson.objects.get(case=case, person=person, until__isnull=True)


def away(person: User, first_day: date | None = None, days: int = 1) -> None:
    """Away from Wednesday on, unless said otherwise."""
    first_day = first_day or WEDNESDAY.date()
    workflow.enter_away(
        actor=person, person=person, first_day=first_day, last_day=first_day + (days - 1) * DAY, at=AT
    )
