"""Whose days away PostgreSQL lets somebody write, whatever the application asks for."""

from datetime import date

import pytest
from django.db import connection

from cases import permissions
from csec.accounts.models import Away, User
from csec.identity import acting_as
from tests import make
from tests.make import AT
from tests.test_row_security import refused

pytestmark = pytest.mark.django_db

AN_ABSENCE = (
    "INSERT INTO accounts_away (id, person_id, first_day, last_day, entered_at)"
    " VALUES (gen_random_uuid(), %s, '2026-11-20', '2026-11-20', now())"
)


def changed(actor: User, sql: str) -> int:
    with acting_as(actor.pk), connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.rowcount)


def everybody(staff: make.Staff) -> list[User]:
    return list(User.objects.order_by("name"))


@pytest.mark.matrix
def test_the_database_lets_those_enter_days_away_whom_the_table_of_rights_lets() -> None:
    staff = make.Staff()
    for actor in everybody(staff):
        allowed = set(permissions.may_enter_away_for(User.objects.get(pk=actor.pk)))
        for person in everybody(staff):
            assert refused(actor, AN_ABSENCE, person.pk) == (person not in allowed), (actor, person)
    assert refused(None, AN_ABSENCE, staff.counselor.pk)


def test_nobody_else_takes_days_away_back_or_makes_them_their_own() -> None:
    staff = make.Staff()
    day = date(2026, 11, 20)
    with acting_as(staff.counselor.pk):
        Away(person=staff.counselor, first_day=day, last_day=day, entered_at=AT).save(force_insert=True)
    for actor in everybody(staff):
        mine = "UPDATE accounts_away SET person_id = acting_person()"
        if actor in (staff.counselor, staff.administrator, staff.liaison):
            assert changed(actor, "UPDATE accounts_away SET withdrawn_at = now()") == 1
        else:
            assert changed(actor, "UPDATE accounts_away SET withdrawn_at = now()") == 0
            assert changed(actor, mine) == 0
    anothers = "UPDATE accounts_away SET person_id = %s"
    assert refused(staff.counselor, anothers, staff.social_worker.pk)
    assert not refused(staff.administrator, anothers, staff.social_worker.pk)
