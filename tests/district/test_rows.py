"""Whom PostgreSQL lets keep the staff by itself, whatever the application asks for."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from csec.accounts.models import CalendarFeed, Membership, PasswordReset, User
from csec.accounts.roles import DISTRICT_ROLES, Role
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from district import permissions
from tests import make, nobody_acts
from tests.make import AT
from tests.test_row_security import refused

pytestmark = pytest.mark.django_db

A_ROLE = (
    "INSERT INTO accounts_membership (id, person_id, school_id, role, weekdays, since)"
    " VALUES (gen_random_uuid(), %s, %s, %s, '{}', '2030-01-01')"
)
A_FEED = (
    "INSERT INTO accounts_calendarfeed (id, person_id, digest, made_at)"
    " VALUES (gen_random_uuid(), %s, gen_random_uuid(), now())"
)
SOMEBODY = (
    "INSERT INTO accounts_user (id, email, name, password, is_active)"
    " VALUES (gen_random_uuid(), gen_random_uuid() || '@example.org', 'Nell', '!', true)"
)


def changed(actor: User, sql: str, *values: Any) -> int:
    """How many rows somebody changes; none when PostgreSQL refuses."""
    try:
        with transaction.atomic(), acting_as(actor.pk), connection.cursor() as cursor:
            cursor.execute(sql, values)
            count = int(cursor.rowcount)
            transaction.set_rollback(True)
            return count
    except DatabaseError as error:
        if "not the acting person's to change" not in str(error):
            raise
        return 0


def everybody() -> list[User]:
    return list(User.objects.order_by("name"))


def test_it_lets_those_give_a_role_whom_the_table_of_rights_lets() -> None:
    staff = make.Staff()
    for actor in everybody():
        for role in Role:
            for school in [None] if role in DISTRICT_ROLES else [staff.school, staff.other_school]:
                at = school.pk if school else None
                allowed = permissions.may_give(actor, role, at)
                person = staff.teacher if actor != staff.teacher else staff.counsel
                Membership.objects.filter(role=role, since__gt=AT.date()).update(until="2030-01-01")
                assert refused(actor, A_ROLE, person.pk, at, role) != allowed, (actor.name, role, school)
        assert refused(actor, A_ROLE, actor.pk, staff.other_school.pk, Role.REPORTER)


def test_it_lets_those_end_a_role_whom_the_table_of_rights_lets() -> None:
    make.Staff()
    make.user("Bea Administrator", Role.ADMINISTRATOR, make.School.objects.get(name="Birch Middle"))
    for actor in everybody():
        for row in Membership.objects.select_related("person"):
            ends = changed(actor, "UPDATE accounts_membership SET until = since WHERE id = %s", row.pk)
            assert ends == permissions.can_end_role(actor, row), (actor.name, row.person.name)


def test_only_those_who_keep_staff_let_somebody_in() -> None:
    staff = make.Staff()
    for actor in everybody():
        assert refused(actor, SOMEBODY) == (actor not in (staff.administrator, staff.liaison)), actor.name


def test_it_lets_those_close_an_account_or_change_it_whom_the_table_of_rights_lets() -> None:
    staff = make.Staff()
    make.Membership.objects.create(
        person=staff.social_worker, school=staff.other_school, role=Role.COUNSELOR, since=make.SINCE
    )
    make.Membership.objects.create(
        person=staff.teacher,
        school=staff.other_school,
        role=Role.COUNSELOR,
        since=make.SINCE,
        until=AT.date(),
    )
    for actor in everybody():
        for person in everybody():
            seen = permissions.staff_of(actor, AT).filter(pk=person.pk).exists()
            closes = seen and permissions.can_close_account(actor, person, AT)
            sql = "UPDATE accounts_user SET is_active = false WHERE id = %s"
            assert changed(actor, sql, person.pk) == closes, (actor.name, person.name)
            renames = permissions.can_change_person(actor, person)
            for sql in ("SET name = 'X'", "SET email = 'x@example.org'"):
                sql = f"UPDATE accounts_user {sql} WHERE id = %s"
                assert changed(actor, sql, person.pk) == renames
            sql = "UPDATE accounts_user SET password = 'x' WHERE id = %s"
            assert changed(actor, sql, person.pk) == (actor == person)


def test_only_the_liaison_opens_an_account_again() -> None:
    staff = make.Staff()
    User.objects.filter(pk=staff.teacher.pk).update(is_active=False)
    for actor in everybody():
        sql = "UPDATE accounts_user SET is_active = true WHERE id = %s"
        assert changed(actor, sql, staff.teacher.pk) == (actor == staff.liaison), actor.name


def test_a_calendar_address_is_taken_back_by_its_person_or_by_who_closes_the_account() -> None:
    staff = make.Staff()
    with acting_as(staff.counselor.pk):
        CalendarFeed(person=staff.counselor, digest="x", made_at=AT).save(force_insert=True)
    for actor in everybody():
        may = actor in (staff.counselor, staff.administrator, staff.liaison)
        assert changed(actor, "UPDATE accounts_calendarfeed SET revoked_at = now()") == may, actor.name


def test_a_calendar_address_is_made_for_oneself_and_never_made_anothers() -> None:
    staff = make.Staff()
    with acting_as(staff.counselor.pk):
        CalendarFeed(person=staff.counselor, digest="x", made_at=AT).save(force_insert=True)
    for actor in everybody():
        assert not refused(actor, A_FEED, actor.pk), actor.name
        for person in {*everybody()} - {actor}:
            assert refused(actor, A_FEED, person.pk), (actor.name, person.name)
    # Not even by whoever closes the account: they would read the calendar of somebody else under an address they know.
    for column in ("person_id = person_id", "digest = 'y'", "made_at = now()"):
        with pytest.raises(DatabaseError, match="permission denied"):
            changed(staff.administrator, f"UPDATE accounts_calendarfeed SET {column}")  # noqa: S608


def test_whose_account_is_closed_keeps_nobody() -> None:
    staff = make.Staff()
    User.objects.filter(pk=staff.liaison.pk).update(is_active=False)
    assert refused(staff.liaison, SOMEBODY)
    assert refused(staff.liaison, A_ROLE, staff.teacher.pk, staff.school.pk, Role.COUNSELOR)


@pytest.mark.django_db(transaction=True)
def test_in_nobodys_name_nothing_is_given_or_changed_but_a_password() -> None:
    staff = make.Staff()
    row = staff.counselor.memberships.get()
    with nobody_acts.refused():
        assert refused(None, SOMEBODY)
        assert refused(None, A_ROLE, staff.teacher.pk, None, Role.LIAISON)
        assert Membership.objects.filter(pk=row.pk).update(until=AT.date()) == 0
        mine = User.objects.filter(pk=staff.counselor.pk)
        for given in ({"is_active": False}, {"email": "x@example.org"}, {"name": "X"}):
            with pytest.raises(DatabaseError, match="not the acting person's"):
                mine.update(**given)
        assert mine.update(password="x", last_login=AT) == 1
        with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute("UPDATE accounts_user SET id = gen_random_uuid()")
    assert not PasswordReset.objects.exists()


def test_an_administrator_closes_the_account_of_somebody_of_theirs_alone() -> None:
    """`closes_account`, asked of each: of nobody's any more, and of another school's until they have left it."""
    staff = make.Staff()
    nobodys = User.objects.create_user(email="nobody@example.org", name="Nora Nobody")
    gone = make.user("Gil Gone", Role.COUNSELOR, staff.school, until=make.SINCE + 30 * make.DAY)
    leaving = make.user("Lia Leaving", Role.COUNSELOR, staff.other_school, until=database_now().date())
    closes = {
        staff.administrator: {staff.counselor, staff.teacher, staff.social_worker, staff.sro},
        staff.liaison: set(User.objects.all()) - {staff.liaison},
        staff.counselor: set(),
    }
    assert {nobodys, gone, leaving} <= closes[staff.liaison]
    for actor, whose in closes.items():
        for person in User.objects.all():
            with acting_as(actor.pk), connection.cursor() as cursor:
                cursor.execute("SELECT closes_account(%s)", [person.pk])
                assert cursor.fetchone() == (person in whose,), (actor.name, person.name)
