"""A role ends with a day, and a district always has a liaison."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from cases.models import Case, CasePerson
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from district import workflow
from district.reading.people import carried
from tests import make
from tests.accounts.at_the_door import logged
from tests.expect import conflict, invalid
from tests.make import AT, DAY
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db

TODAY = AT.date()


def end(actor: User, person: User, last_day: object = TODAY) -> None:
    workflow.end_role(actor=actor, membership=person.memberships.get(), last_day=last_day, at=AT)


def test_it_is_theirs_until_the_end_of_its_last_day() -> None:
    staff = make.Staff()
    with logged() as events:
        end(staff.administrator, staff.counselor, TODAY + DAY)
    mine = Membership.objects.filter(person=staff.counselor)
    assert [mine.current(TODAY + n * DAY).exists() for n in (1, 2)] == [True, False]
    assert events == [("role_ended", "done")]


def test_the_last_day_can_be_put_off_until_it_is_over_and_no_further_than_a_year() -> None:
    staff = make.Staff()
    for day in (TODAY - DAY, TODAY + timedelta(days=367)):
        with invalid("last_day"):
            end(staff.administrator, staff.counselor, day)
    end(staff.administrator, staff.counselor, TODAY + DAY)
    end(staff.administrator, staff.counselor, TODAY + 9 * DAY)
    Membership.objects.filter(person=staff.counselor).update(until=TODAY)
    with conflict("This role ended on Thu, Nov 19, 2026"):
        end(staff.liaison, staff.counselor, TODAY + DAY)


def test_with_it_they_are_off_its_cases_and_whoever_comes_back_begins_with_none() -> None:
    staff = make.Staff()
    now = database_now()
    today = now.astimezone(staff.school.zone).date()
    case = make.case(staff, at=now)
    (role,) = staff.counselor.memberships.all()
    for last_day in (today + 2 * DAY, today + DAY):
        workflow.end_role(actor=staff.administrator, membership=role, last_day=last_day, at=now)
        assert rows_of(staff.counselor, case, by=staff.administrator) == [last_day + DAY]
    Membership.objects.filter(pk=role.pk).update(until=today)
    workflow.give_role(
        actor=staff.liaison,
        person=staff.counselor,
        role=Role.COUNSELOR,
        school=staff.school,
        first_day=today + 3 * DAY,
        at=now,
    )
    assert rows_of(staff.counselor, case, by=staff.administrator) == [today + 2 * DAY]


def rows_of(person: User, case: Case, *, by: User) -> list[date | None]:
    """Until which day of the school somebody is on a case."""
    with acting_as(by.pk):
        rows = CasePerson.objects.filter(case=case, person=person)
        return [row.until and row.until.astimezone(case.zone).date() for row in rows]


def test_one_that_was_to_begin_later_never_does() -> None:
    staff = make.Staff()
    row = workflow.give_role(
        actor=staff.liaison,
        person=staff.elsewhere,
        role=Role.COUNSELOR,
        school=staff.school,
        first_day=TODAY + 30 * DAY,
        at=AT,
    )
    workflow.end_role(actor=staff.liaison, membership=row, last_day=TODAY, at=AT)
    assert not Membership.objects.filter(pk=row.pk).current(TODAY + 30 * DAY).exists()


def test_nobody_their_own_and_an_administrator_none_but_those_that_they_give() -> None:
    staff = make.Staff()
    other = make.user("Bea Administrator", Role.ADMINISTRATOR, staff.school)
    make.user("Lia Liaison", Role.LIAISON)
    for actor, person in (
        (staff.liaison, staff.liaison),
        (staff.administrator, staff.administrator),
        (staff.administrator, other),
    ):
        with pytest.raises(NotPermitted):
            end(actor, person)
    with pytest.raises(Absent):
        end(staff.administrator, staff.elsewhere)
    end(staff.liaison, other)


def test_a_liaison_stays_whose_end_is_not_in_sight() -> None:
    staff = make.Staff()
    other = make.user("Lia Liaison", Role.LIAISON)
    make.Membership.objects.filter(person=other).update(until=TODAY + 90 * DAY)
    with conflict("Nobody else is the district’s liaison then"):
        end(other, staff.liaison)
    with conflict("Nobody else is the district’s liaison then"):
        workflow.close_account(actor=other, person=staff.liaison, at=AT)
    end(staff.liaison, other)


def test_how_many_open_cases_they_leave_is_counted_and_never_one_that_is_kept_from_the_reader() -> None:
    staff = make.Staff()
    make.case(staff)
    make.case(staff, about=make.concern(staff, implicated=[staff.administrator]))
    row = staff.counselor.memberships.get()
    for reader, number in ((staff.liaison, 2), (staff.administrator, 1), (staff.elsewhere, 0)):
        with acting_as(reader.pk):
            assert carried(staff.counselor, row) == number
            assert carried(staff.counselor) == number
            assert carried(staff.social_worker) == 0
    page = signed_in(staff.administrator).get(reverse("district:end_role", args=[row.pk])).content.decode()
    assert "on 1 open case." in page
    assert "Avery" not in page


def test_by_the_page() -> None:
    staff = make.Staff()
    client = signed_in(staff.administrator)
    path = reverse("district:end_role", args=[staff.counselor.memberships.get().pk])
    day = client.get(path).context["form"]["last_day"].value()
    assert client.post(path, {"last_day": "1999-01-01"}).status_code == 422
    assert client.post(path, {"last_day": day}).status_code == 302
    assert staff.counselor.memberships.get().until == day + DAY
    own = reverse("district:end_role", args=[staff.administrator.memberships.get().pk])
    assert client.get(own).status_code == 403
    foreign = reverse("district:end_role", args=[staff.elsewhere.memberships.get().pk])
    assert client.post(foreign, {"last_day": day}).status_code == 404
