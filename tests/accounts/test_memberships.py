"""A role is held by a person at a school, from one day until another, and nobody gives themselves one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.identity import acting_as
from tests import make

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 20)


def refused(person: User, **given: Any) -> bool:
    """Whether PostgreSQL refuses such a membership."""
    try:
        with transaction.atomic():
            Membership.objects.create(person=person, since=given.pop("since", DAY), **given)
    except IntegrityError:
        return True
    return False


@contextmanager
def row_security_refuses() -> Iterator[None]:
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        yield


def test_people_sign_in_by_an_address_that_nobody_else_has_whatever_its_letters() -> None:
    User.objects.create_user(email="casey@example.org", name="Casey")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(email="CASEY@example.org", name="Another Casey")


def test_a_role_at_a_school_names_the_school_and_one_of_the_district_names_none() -> None:
    staff = make.Staff()
    assert refused(staff.teacher, role=Role.COUNSELOR, school=None)
    assert refused(staff.teacher, role=Role.LIAISON, school=staff.school)
    assert not refused(staff.teacher, role=Role.COUNSELOR, school=staff.school)
    assert not refused(staff.teacher, role=Role.LIAISON, school=None)


def test_a_role_that_does_not_exist_is_refused() -> None:
    staff = make.Staff()
    assert refused(staff.teacher, role="principal", school=staff.school)


@pytest.mark.parametrize("role", [Role.REPORTER, Role.COUNSEL])
def test_the_same_role_is_held_once_at_a_time_and_again_after_it_ended(role: str) -> None:
    staff = make.Staff()
    person = staff.teacher if role == Role.REPORTER else staff.counsel
    school = staff.school if role == Role.REPORTER else None
    assert refused(person, role=role, school=school)
    Membership.objects.filter(person=person, role=role).update(until=DAY)
    assert not refused(person, role=role, school=school)


def test_a_membership_ends_after_it_begins_and_is_covered_by_somebody_else() -> None:
    staff = make.Staff()
    role = {"role": Role.SRO, "school": staff.other_school}
    assert refused(staff.sro, **role, until=DAY - timedelta(days=1))
    assert refused(staff.sro, **role, cover=staff.sro)
    assert not refused(staff.sro, **role, cover=staff.administrator)


def test_a_school_has_one_receiver_and_one_backup() -> None:
    staff = make.Staff()
    assert refused(staff.administrator, role=Role.COUNSELOR, school=staff.school, receives=1)
    assert refused(staff.administrator, role=Role.COUNSELOR, school=staff.school, receives=2)
    assert not refused(staff.administrator, role=Role.COUNSELOR, school=staff.other_school, receives=2)


def test_a_role_counts_from_its_first_day_to_the_day_before_its_last() -> None:
    staff = make.Staff()
    person = User.objects.create_user(email="new@example.org", name="Nell New")
    Membership.objects.create(
        person=person, school=staff.school, role=Role.COUNSELOR, since=DAY, until=DAY + timedelta(days=2)
    )
    days = [DAY + timedelta(days=n) for n in (-1, 0, 1, 2)]
    assert [Membership.objects.current(day).filter(person=person).exists() for day in days] == [
        False,
        True,
        True,
        False,
    ]


def test_a_disabled_account_has_no_role() -> None:
    staff = make.Staff()
    User.objects.filter(pk=staff.counselor.pk).update(is_active=False)
    assert User.objects.get(pk=staff.counselor.pk).roles == frozenset()


def test_a_role_at_one_school_is_none_at_another_and_one_of_the_district_is_one_everywhere() -> None:
    staff = make.Staff()
    assert staff.counselor.has_role(Role.COUNSELOR, school_id=staff.school.pk)
    assert not staff.counselor.has_role(Role.COUNSELOR, school_id=staff.other_school.pk)
    assert staff.liaison.has_role(Role.LIAISON, school_id=staff.other_school.pk)
    assert staff.counselor.schools == [staff.school]
    assert set(staff.liaison.schools) == {staff.school, staff.other_school}


def test_whoever_only_reports_is_known_as_such() -> None:
    staff = make.Staff()
    assert staff.teacher.reporter_only
    Membership.objects.create(
        person=staff.teacher, school=staff.school, role=Role.COUNSELOR, since=make.SINCE
    )
    assert not User.objects.get(pk=staff.teacher.pk).reporter_only


OWN_ROLE = (
    "INSERT INTO accounts_membership (id, person_id, school_id, role, weekdays, since)"
    " VALUES (gen_random_uuid(), %s, %s, %s, '{}', '2026-01-05')"
)


@pytest.mark.parametrize("role", ["counselor", "liaison"])
def test_nobody_gives_themselves_a_role(role: str) -> None:
    staff = make.Staff()
    school = None if role == "liaison" else staff.school.pk
    for person in (staff.teacher, staff.administrator, staff.liaison):
        with acting_as(person.pk), row_security_refuses(), connection.cursor() as cursor:
            cursor.execute(OWN_ROLE, [person.pk, school, role])
    with acting_as(staff.liaison.pk), connection.cursor() as cursor:
        cursor.execute(OWN_ROLE, [staff.teacher.pk, school, role])


def test_nobody_changes_or_passes_on_a_role_of_their_own() -> None:
    staff = make.Staff()
    for person in (staff.counselor, staff.administrator, staff.liaison):
        with acting_as(person.pk):
            assert Membership.objects.filter(person=person).update(receives=None) == 0
            assert Membership.objects.filter(person=person).update(until=DAY) == 0
    for given in ({"person": staff.liaison}, {"role": Role.LIAISON}, {"school": staff.other_school}):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            acting_as(staff.liaison.pk),
            transaction.atomic(),
        ):
            Membership.objects.filter(person=staff.counselor).update(**given)


def test_no_role_is_deleted() -> None:
    staff = make.Staff()
    with acting_as(staff.administrator.pk), pytest.raises(DatabaseError), transaction.atomic():
        Membership.objects.filter(person=staff.teacher)._raw_delete("default")
