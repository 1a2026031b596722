"""Somebody who has an account gets another role."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.errors import Absent, NotPermitted
from district import workflow
from tests import make
from tests.accounts.at_the_door import logged
from tests.expect import conflict, invalid
from tests.make import AT, DAY
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db

TODAY = AT.date()


def give(actor: User, person: User, **given: Any) -> Membership:
    values: dict[str, Any] = {"role": Role.SOCIAL_WORKER, "first_day": TODAY, "at": AT}
    return workflow.give_role(actor=actor, person=person, **(values | given))


def test_it_is_theirs_from_its_first_day_on() -> None:
    staff = make.Staff()
    with logged() as events:
        made = give(staff.liaison, staff.elsewhere, school=staff.school, first_day=TODAY + 3 * DAY)
    mine = Membership.objects.filter(pk=made.pk)
    assert [mine.current(TODAY + n * DAY).exists() for n in (2, 3)] == [False, True]
    assert events == [("role_given", "done")]


def test_nobody_gives_themselves_one_and_an_administrator_only_at_their_school() -> None:
    staff = make.Staff()
    with pytest.raises(NotPermitted):
        give(staff.liaison, staff.liaison, role=Role.ADMINISTRATOR, school=staff.school)
    with pytest.raises(NotPermitted):
        give(staff.administrator, staff.administrator, school=staff.school)
    with pytest.raises(NotPermitted):
        give(staff.administrator, staff.counselor, school=staff.other_school)
    with pytest.raises(NotPermitted):
        give(staff.administrator, staff.counselor, role=Role.ADMINISTRATOR, school=staff.school)
    with pytest.raises(Absent):
        give(staff.administrator, staff.elsewhere, school=staff.school)
    assert give(staff.administrator, staff.counselor, school=staff.school)


def test_not_the_one_that_they_have_and_not_in_the_past() -> None:
    staff = make.Staff()
    with invalid("role"):
        give(staff.liaison, staff.social_worker, school=staff.school)
    for day in (TODAY - DAY, TODAY + timedelta(days=367)):
        with invalid("first_day"):
            give(staff.liaison, staff.counselor, school=staff.school, first_day=day)
    row = staff.social_worker.memberships.get()
    workflow.end_role(actor=staff.liaison, membership=row, last_day=TODAY, at=AT)
    with invalid("role"):
        give(staff.liaison, staff.social_worker, school=staff.school)
    assert give(staff.liaison, staff.social_worker, school=staff.school, first_day=TODAY + DAY)


def test_nobody_whose_account_is_closed() -> None:
    staff = make.Staff()
    workflow.close_account(actor=staff.liaison, person=staff.counselor, at=AT)
    with conflict("account is closed"):
        give(staff.liaison, staff.counselor, school=staff.school)


def test_by_the_page() -> None:
    staff = make.Staff()
    path = reverse("district:give_role", args=[staff.counselor.pk])
    client = signed_in(staff.liaison)
    day = client.get(path).context["form"]["first_day"].value()
    form = {"role": "social_worker", "school": staff.other_school.pk, "first_day": day, "weekdays": [1, 3]}
    assert client.post(path, form | {"first_day": "1999-01-01"}).status_code == 422
    assert client.post(path, form).status_code == 302
    assert staff.counselor.memberships.get(role="social_worker").weekdays == [1, 3]
    assert (
        signed_in(staff.administrator)
        .get(reverse("district:give_role", args=[staff.elsewhere.pk]))
        .status_code
        == 404
    )
    assert (
        signed_in(staff.liaison).get(reverse("district:give_role", args=[staff.liaison.pk])).status_code
        == 403
    )
