"""Whom PostgreSQL lets keep settings, schools, closures and agencies by itself, whatever the application asks for."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.directory.models import Agency, Closure, School
from csec.identity import acting_as
from district import permissions
from tests import make, nobody_acts
from tests.make import AT
from tests.test_row_security import refused

pytestmark = pytest.mark.django_db

A_CLOSURE = (
    "INSERT INTO directory_closure (id, school_id, name, first_day, last_day)"
    " VALUES (gen_random_uuid(), %s, gen_random_uuid(), '2030-01-01', '2030-01-01')"
)
A_SCHOOL = (
    "INSERT INTO directory_school (id, name, time_zone) VALUES (gen_random_uuid(), gen_random_uuid(), 'UTC')"
)
A_DISTRICT = (
    "INSERT INTO directory_district (id, name, emergency_number, dispatch_number, website_name, climbs_after_minutes,"
    " offer_again_days, referral_look_days, transfer_answered_in_days, quiet_from, quiet_until)"
    " SELECT 2, name, emergency_number, dispatch_number, website_name, climbs_after_minutes, offer_again_days,"
    " referral_look_days, transfer_answered_in_days, quiet_from, quiet_until FROM directory_district"
)
AN_AGENCY = (
    "INSERT INTO directory_agency (id, kind, name, telephone, other_contact, note, verified_on, position)"
    " VALUES (gen_random_uuid(), 'other', 'X', '1', '', '', '2030-01-01', 0)"
)
CHANGES = (
    "UPDATE directory_district SET dispatch_number = '1'",
    "UPDATE directory_school SET time_zone = 'UTC'",
    "UPDATE directory_agency SET telephone = '1'",
    "DELETE FROM directory_agency",
)


def places(staff: make.Staff) -> list[School | None]:
    make.district()
    Agency.objects.create(kind="other", name="X", telephone="2", verified_on=AT.date())
    return [None, staff.school, staff.other_school]


def changed(actor: User, sql: str, *values: object) -> bool:
    with acting_as(actor.pk), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return bool(cursor.rowcount)


def everybody() -> list[User]:
    return list(User.objects.order_by("name"))


def test_it_lets_the_liaison_keep_the_district_and_nobody_else() -> None:
    places(make.Staff())
    for actor in everybody():
        keeps = permissions.can_change_district(actor)
        assert refused(actor, A_SCHOOL) != keeps, actor.name
        assert refused(actor, AN_AGENCY) != keeps, actor.name
        assert refused(actor, A_DISTRICT) != keeps, actor.name
        for sql in CHANGES:
            assert changed(actor, sql) == keeps, (actor.name, sql)


def test_it_lets_those_keep_closures_whom_the_table_of_rights_lets() -> None:
    staff = make.Staff()
    rows = {
        place: Closure.objects.create(school=place, name="Storm", first_day=AT.date(), last_day=AT.date())
        for place in places(staff)
    }
    for actor in everybody():
        for place, row in rows.items():
            at = place.pk if place else None
            assert refused(actor, A_CLOSURE, at) != permissions.can_add_closure(actor, at), actor.name
            withdraws = changed(
                actor, "UPDATE directory_closure SET withdrawn_at = now() WHERE id = %s", row.pk
            )
            assert withdraws == permissions.can_remove_closure(actor, row), (actor.name, place)


def test_somebody_who_has_left_keeps_nothing() -> None:
    staff = make.Staff()
    staff.liaison.memberships.update(until=make.SINCE)
    User.objects.filter(pk=staff.administrator.pk).update(is_active=False)
    assert refused(staff.liaison, A_SCHOOL)
    assert refused(staff.administrator, A_CLOSURE, staff.school.pk)


def test_somebody_whose_role_begins_next_week_keeps_nothing_yet() -> None:
    """What `answers_for` asks; the day of a school may be the one after PostgreSQL's."""
    staff = make.Staff()
    for days, keeps in ((7, False), (1, True)):
        begins = database_now().date() + timedelta(days=days)
        person = User.objects.create(email=f"{days}@example.org", name=f"In {days}")
        Membership.objects.create(person=person, role=Role.LIAISON, since=begins)
        assert refused(person, A_CLOSURE, staff.school.pk) != keeps, days


def test_a_closure_is_entered_and_taken_out_and_never_made_another_or_deleted() -> None:
    staff = make.Staff()
    Closure.objects.create(name="Storm", first_day=AT.date(), last_day=AT.date())
    for sql in (
        "UPDATE directory_closure SET last_day = '2030-01-01'",
        "UPDATE directory_closure SET school_id = NULL",
        "DELETE FROM directory_closure",
        "DELETE FROM directory_school",
        "UPDATE directory_school SET id = gen_random_uuid()",
    ):
        with pytest.raises(DatabaseError, match="permission denied"):
            changed(staff.liaison, sql)


@pytest.mark.django_db(transaction=True)
def test_in_nobodys_name_nothing_is_kept() -> None:
    staff = make.Staff()
    places(staff)
    Closure.objects.create(name="Storm", first_day=AT.date(), last_day=AT.date())
    with nobody_acts.refused(), connection.cursor() as cursor:
        for sql in (A_SCHOOL, AN_AGENCY):
            assert refused(None, sql)
        assert refused(None, A_CLOSURE, staff.school.pk)
        for sql in (*CHANGES, "UPDATE directory_closure SET withdrawn_at = now()"):
            cursor.execute(sql)
            assert cursor.rowcount == 0, sql
