"""Each condition of what one sees, past PostgreSQL's rules: one row is changed, and the query finds it no more."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
from django.db.models import QuerySet

from cases.models import Case, Concern
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.identity import acting_as
from tests.matrix.rows import as_owner, write_as_owner
from tests.matrix.test_need_to_know import past_row_security
from tests.matrix.world import World

pytestmark = pytest.mark.django_db

#: Ways in which whoever reads a case in an emergency reads it no more.
OVER = {
    "ended": "UPDATE cases_emergencyaccess SET ended_at = clock_timestamp() WHERE person_id = %(person)s",
    "its hours have passed": (
        "UPDATE cases_emergencyaccess SET begun_at = now() - interval '5 h', until = now() - interval '1 h'"
        " WHERE person_id = %(person)s"
    ),
    "not begun": (
        "UPDATE cases_emergencyaccess SET begun_at = now() + interval '1 h', until = now() + interval '5 h'"
        " WHERE person_id = %(person)s"
    ),
    "not of the district any more": (
        "UPDATE accounts_membership SET role = 'counselor', school_id = %(elsewhere)s WHERE person_id = %(person)s"
    ),
}
#: Ways in which whoever is on a case by name is on it no more.
NOT_ON_IT = {
    "in a role that is not theirs": (
        "UPDATE cases_caseperson SET role = 'social_worker' WHERE case_id = %(case)s AND person_id = %(person)s"
    ),
    "of another school": (
        "UPDATE accounts_membership SET school_id = %(elsewhere)s, receives = NULL WHERE person_id = %(person)s"
    ),
    "taken off it": (
        "UPDATE cases_caseperson SET until = since + interval '1 ms' WHERE case_id = %(case)s"
        " AND person_id = %(person)s"
    ),
    "from tomorrow on": (
        "UPDATE cases_caseperson SET since = now() + interval '1 day' WHERE case_id = %(case)s"
        " AND person_id = %(person)s"
    ),
}
PAST_THEM = (
    "INSERT INTO cases_concernexclusion (id, concern_id, person_id, by_case)"
    " VALUES (gen_random_uuid(), %(concern)s, %(person)s, false)"
)


def find(person: User, rows: Callable[[User], QuerySet[Any]]) -> set[str]:
    """As they are now: what somebody is today is read once a request."""
    with acting_as(person.pk):
        return past_row_security(rows(User.objects.get(pk=person.pk)))


def changed(world: World, statement: str, **values: Any) -> None:
    given = {"elsewhere": world.staff.other_school.pk, "case": world.cases["own"].ids["case_id"]} | values
    # By position, as everything that is written past the rules is.
    names = [part.partition(")s")[0] for part in statement.split("%(")[1:]]
    for name in set(names):
        statement = statement.replace(f"%({name})s", "%s")
    write_as_owner(statement, *(given[name] for name in names))


@pytest.mark.parametrize("way", OVER)
def test_what_was_opened_in_an_emergency_is_found_no_longer_than_that(world: World, way: str) -> None:
    own = str(world.cases["own"].ids["case_id"])
    assert own in find(world.reader, Case.objects.visible_to)
    # PostgreSQL lets nobody else say that it has ended.
    with acting_as(world.reader.pk) if way == "ended" else nullcontext():
        changed(world, OVER[way], person=world.reader.pk)
    assert own not in find(world.reader, Case.objects.visible_to)


@pytest.mark.parametrize("way", NOT_ON_IT)
def test_a_case_is_found_by_those_who_are_on_it_in_a_role_of_theirs_there(world: World, way: str) -> None:
    counselor, own = world.staff.counselor, str(world.cases["own"].ids["case_id"])
    assert own in find(counselor, Case.objects.visible_to)
    assert own in find(counselor, Case.objects.all().with_person)
    changed(world, NOT_ON_IT[way], person=counselor.pk)
    assert own not in find(counselor, Case.objects.visible_to)
    if way in ("taken off it", "from tomorrow on"):
        assert own not in find(counselor, Case.objects.all().with_person)


def test_a_concern_is_held_by_its_receiver_while_they_work_at_its_school(world: World) -> None:
    counselor, own = world.staff.counselor, str(world.concerns["own"].ids["concern_id"])
    assert own in find(counselor, Concern.objects.all().held_by)
    changed(world, NOT_ON_IT["of another school"], person=counselor.pk)
    assert own not in find(counselor, Concern.objects.all().held_by)


@pytest.mark.parametrize("state", ["own", "attached"])
def test_one_that_goes_past_them_is_not_found_by_a_receiver_nor_by_whoever_carries_its_case(
    world: World, state: str
) -> None:
    counselor, concern = world.staff.counselor, world.concerns[state].ids["concern_id"]
    assert str(concern) in find(counselor, Concern.objects.visible_to)
    changed(world, PAST_THEM, person=counselor.pk, concern=concern)
    assert str(concern) not in find(counselor, Concern.objects.visible_to)
    assert str(concern) not in find(counselor, Concern.objects.all().held_by)


def test_what_nobody_holds_is_with_those_who_answer_for_its_school_and_no_other(world: World) -> None:
    other = str(world.concerns["other"].ids["concern_id"])
    write_as_owner(
        "UPDATE accounts_user SET is_active = false WHERE id IN (SELECT unnest(ARRAY[receiver_id, backup_id])"
        " FROM cases_concern WHERE id = %s)",
        other,
    )
    assert other in find(world.overseer, Concern.objects.all().held_by)
    assert other in find(world.staff.liaison, Concern.objects.all().held_by)
    assert other not in find(world.staff.administrator, Concern.objects.all().held_by)


def test_a_concern_is_taken_by_somebody_who_receives_at_its_school_still(world: World) -> None:
    concern, counselor = world.concerns["own"].ids["concern_id"], world.staff.counselor

    def taken() -> bool:
        with acting_as(counselor.pk):
            rows = Concern.objects.all().visible_to(User.objects.get(pk=world.staff.social_worker.pk))
            query, values = rows.filter(taken=True).order_by().values("pk").query.sql_with_params()
            return concern in as_owner(query, *values)

    assert not taken()
    changed(
        world,
        "UPDATE cases_concern SET accepted_by_id = %(person)s, accepted_at = now() WHERE id = %(concern)s",
        person=counselor.pk,
        concern=concern,
    )
    assert taken()
    changed(world, NOT_ON_IT["of another school"], person=counselor.pk)
    assert not taken()
    write_as_owner(
        "UPDATE accounts_membership SET school_id = %s, role = %s WHERE person_id = %s",
        *(world.staff.school.pk, Role.REPORTER, counselor.pk),
    )
    assert not taken()
