"""The liaison opens a case while something in it is asked of the district; of the rest they read how it stands."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Alert, Case, CasePerson, Concern
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.matrix.rows import looked_at, write_as_owner

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _written_as_owner(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), looked_at():
        yield


def sees(person: User, case: Case) -> bool:
    """Whether the query and PostgreSQL's rule both say so; they never differ."""
    with acting_as(person.pk):
        found = Case.objects.visible_to(person).filter(pk=case.pk).exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT case_access(%s)", [case.pk])
            assert cursor.fetchone() == (found,)
    return found


def test_a_case_in_which_nothing_is_asked_of_the_district_is_not_the_liaisons() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    assert not sees(staff.liaison, case)
    client = signed_in(staff.liaison)
    assert client.get(case.get_absolute_url()).status_code == 404
    assert case.number not in client.get(reverse("cases:cases")).content.decode()


def alerted(case: Case, at: datetime) -> None:
    """As if what cannot wait had been said then."""
    write_as_owner("UPDATE cases_alert SET at = %s WHERE case_id = %s", at, case.pk)


def missing(staff: make.Staff, case: Case, at: datetime) -> None:
    make.missing(staff.teacher, staff.student, at=at)


def unsafe(staff: make.Staff, case: Case, at: datetime) -> None:
    make.record(
        case,
        staff.counselor,
        "regular_contact",
        "unable",
        reason="Gone.",
        values={"student_safe": "no"},
        at=at,
    )


def nobody_carries(staff: make.Staff, case: Case, at: datetime) -> None:
    Membership.objects.filter(person=staff.counselor).update(until=at.date() - timedelta(days=2))


def another_opened_it(staff: make.Staff, case: Case, at: datetime) -> None:
    make.opened_in_emergency(case, staff.counsel)


@pytest.mark.parametrize("happens", [missing, unsafe, nobody_carries, another_opened_it])
def test_it_is_as_soon_as_something_is(happens: Callable[..., None]) -> None:
    staff = make.Staff()
    now = database_now()
    case, other = make.case(staff, at=now), make.case(staff, at=now - timedelta(days=30))
    happens(staff, case, now)
    assert sees(staff.liaison, case)
    assert not sees(staff.elsewhere, case)
    assert not sees(staff.counsel, case) or happens is another_opened_it
    # A month in which nobody was seen, and no report was made.
    assert sees(staff.liaison, other)


def test_an_absence_that_the_liaison_entered_opens_the_case_to_them_only_when_it_has_climbed() -> None:
    """By their own word alone they would be let into any case, and told that there is one."""
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    second = make.user("Lin Liaison", Role.LIAISON)
    make.missing(staff.liaison, staff.student, at=now)
    assert [sees(one, case) for one in (staff.liaison, second, staff.counselor)] == [False, True, True]
    alerted(case, now - timedelta(minutes=119))
    assert not sees(staff.liaison, case)
    alerted(case, now - timedelta(hours=2))
    assert sees(staff.liaison, case)


def test_nothing_opens_a_case_to_a_liaison_from_whom_it_is_kept() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    workflow.exclude_person(actor=staff.counselor, case=case, person=staff.liaison, reason="Aunt.", at=now)
    missing(staff, case, now)
    nobody_carries(staff, case, now)
    assert not sees(staff.liaison, case)
    assert case.number not in signed_in(staff.liaison).get(reverse("cases:all_schools")).content.decode()


def test_whoever_acts_for_the_district_stays_on_the_case() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    missing(staff, case, now)
    with acting_as(staff.liaison.pk):
        alert = Alert.objects.get(case=case)
    workflow.end_alert(actor=staff.liaison, case=case, alert=alert, reason="At her aunt’s.", at=now)
    assert sees(staff.liaison, case)
    with acting_as(staff.counselor.pk):
        row = CasePerson.objects.get(case=case, person=staff.liaison)
    workflow.remove_person(actor=staff.counselor, case=case, person=row, reason="Over.", at=database_now())
    assert not sees(staff.liaison, case)


def test_a_liaison_who_takes_up_an_addition_stays_on_the_case() -> None:
    staff = make.Staff()
    now = database_now()
    concern = make.concern(staff, at=now)
    case = make.case(staff, about=concern, at=now)
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="Bruises.", at=now)
    with acting_as(staff.counselor.pk):
        Concern.objects.filter(pk=concern.pk).update(climbs_at=now - timedelta(minutes=1))
    assert sees(staff.liaison, case)
    workflow.accept_concern(actor=staff.liaison, concern=concern, at=database_now())
    assert sees(staff.liaison, case)


def test_a_liaison_who_only_looked_at_an_access_is_not_on_the_case_for_good() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    access = make.opened_in_emergency(case, staff.counsel)
    workflow.review_emergency_access(
        actor=staff.liaison, case=case, access=access, finding="needed", note="Yes.", at=database_now()
    )
    assert not sees(staff.liaison, case)


def test_a_liaison_whose_two_forms_come_in_the_wrong_order_is_not_put_on_twice() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    unsafe(staff, case, database_now())
    now = database_now()
    workflow.exclude_person(actor=staff.liaison, case=case, person=staff.teacher, reason="Aunt.", at=now)
    workflow.exclude_person(
        actor=staff.liaison,
        case=case,
        person=staff.elsewhere,
        reason="Aunt.",
        at=now - timedelta(milliseconds=50),
    )


def test_a_closed_case_that_nobody_of_its_school_can_open_opens_to_the_liaison() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    make.reported(case, staff.counselor, at=now)
    make.closed(case, staff.counselor, at=now)
    Membership.objects.filter(person__in=[staff.counselor, staff.administrator]).update(
        until=now.date() - timedelta(days=2)
    )
    for person in (staff.counselor, staff.administrator):
        assert not sees(User.objects.get(pk=person.pk), case)
    assert sees(staff.liaison, case)


def test_what_was_added_in_a_closed_case_and_nobody_read_is_asked_of_the_district() -> None:
    staff = make.Staff()
    now = database_now()
    concern = make.concern(staff, at=now)
    case = make.case(staff, about=concern, at=now)
    make.reported(case, staff.counselor, at=now)
    make.closed(case, staff.counselor, at=now)
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="Bruises.", at=now)
    with acting_as(staff.counselor.pk):
        Concern.objects.filter(pk=concern.pk).update(climbs_at=now - timedelta(minutes=1))
    assert sees(staff.liaison, case)


def test_of_all_other_open_cases_the_liaison_reads_how_they_stand_and_nothing_else() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    page = signed_in(staff.liaison).get(reverse("cases:all_schools"))
    (row,) = page.context["page"].rows
    assert (row.pk, row.late, row.held_by, row.opens) == (
        case.pk,
        0,
        "Casey Counselor",
        False,
    )
    text = page.content.decode()
    assert case.number in text
    assert "Avery" not in text
    assert "Suspected" not in text
    assert case.get_absolute_url() not in text
    for person in (staff.administrator, staff.counsel):
        assert signed_in(person).get(reverse("cases:all_schools")).status_code == 404


def test_what_is_late_is_counted_as_on_the_list_of_those_who_carry_it() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now() - timedelta(days=30))
    (row,) = signed_in(staff.liaison).get(reverse("cases:all_schools")).context["page"].rows
    (listed,) = signed_in(staff.counselor).get(reverse("cases:cases")).context["rows"]
    assert (row.late, row.opens) == (listed.late_parts, True)
    assert row.late > 0
    assert (
        case.get_absolute_url() in signed_in(staff.liaison).get(reverse("cases:all_schools")).content.decode()
    )


def test_nobody_else_is_told_the_list_by_postgresql() -> None:
    staff = make.Staff()
    make.case(staff, at=database_now())
    for person in (staff.counsel, staff.administrator, staff.elsewhere):
        with acting_as(person.pk), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM cases_of_district(NULL, false, NULL, 10)")
            assert cursor.fetchall() == []


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client
