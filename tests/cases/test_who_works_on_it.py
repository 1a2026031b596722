"""Who works on a case: whoever is on it by name, in a role that they still have at its school."""

from datetime import datetime, timedelta

import pytest

from cases.models import Case, CasePerson
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make

pytestmark = pytest.mark.django_db


def working(case: Case, reader: User, at: datetime | None = None) -> set[User]:
    with acting_as(reader.pk):
        rows = CasePerson.objects.working(at or database_now()).filter(case=case).select_related("person")
        return {row.person for row in rows}


def changed(person: User, **now: object) -> None:
    Membership.objects.using("owner").filter(person=person).update(**now)


@pytest.mark.django_db(transaction=True)
def test_a_role_that_ended_or_is_of_another_school_or_another_one_works_there_no_more() -> None:
    staff, at = make.Staff(), database_now()
    case = make.case(staff, at=at)
    helper = make.user("Hana Helper", Role.SOCIAL_WORKER, staff.school)
    make.helper(case, staff.counselor, helper, Role.SOCIAL_WORKER, at=at)
    assert working(case, staff.counselor) == {staff.counselor, helper}
    changed(helper, school=staff.other_school)
    assert working(case, staff.counselor) == {staff.counselor}
    changed(helper, school=staff.school, role=Role.COUNSELOR)
    assert working(case, staff.counselor) == {staff.counselor}
    changed(helper, role=Role.SOCIAL_WORKER, until=at.date() - timedelta(days=1))
    assert working(case, staff.counselor) == {staff.counselor}


def test_nobody_works_on_it_before_they_came() -> None:
    staff, at = make.Staff(), database_now()
    case = make.case(staff, at=at - timedelta(hours=2))
    helper = make.user("Hana Helper", Role.SOCIAL_WORKER, staff.school)
    make.helper(case, staff.counselor, helper, Role.SOCIAL_WORKER, at=at)
    assert working(case, staff.counselor, at - timedelta(hours=1)) == {staff.counselor}
