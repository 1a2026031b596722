"""What a form offers to choose from: no more than what may be chosen, and nobody who is not there."""

import pytest
from django.urls import reverse

from csec.identity import acting_as
from tests import make
from tests.matrix.asking import undone
from tests.matrix.cells import addresses
from tests.matrix.world import World

pytestmark = pytest.mark.django_db


def offered(world: World, who: str, route: str, field: str, state: str = "own") -> set[str]:
    """The choices of a field on the page as it opens."""
    at = {address.state: address.path for address in addresses(world, route)}
    form = world.clients[who].get(at.get(state, at.get(""))).context["form"]
    person = world.people[who]
    assert person
    with acting_as(person.pk):
        return {str(value) for value, _label in form.fields[field].choices if value}


@pytest.mark.parametrize(
    ("name", "found"),
    [("Robin", 1), ("Robin Reed", 1), ("Kim", 0), ("Kim Kerr", 1), ("Gray Graduate", 0), ("Orla Over", 0)],
    ids=[
        "here",
        "here by the whole name",
        "elsewhere",
        "elsewhere by the whole name",
        "left",
        "left elsewhere",
    ],
)
@pytest.mark.parametrize("route", ["cases:log_concern", "cases:report_absence"])
def test_a_student_is_found_at_ones_own_school_while_they_are_there(
    route: str, name: str, found: int, world: World
) -> None:
    with undone():
        make.student(world.staff.other_school, "Orla", "Over", active=False)
        page = world.clients["teacher"].post(reverse(route), {"find": "1", "student_query": name})
    assert len(page.context["form"].found) == found
    # Of a student of another school no more is told than what was typed.
    assert world.staff.other_school.name not in page.content.decode()


@pytest.mark.parametrize("route", ["cases:log_concern", "cases:report_absence"])
def test_whoever_is_chosen_already_is_shown_and_nobody_else(route: str, world: World) -> None:
    with undone():
        page = world.clients["teacher"].post(
            reverse(route), {"find": "1", "student": str(world.classmate.pk)}
        )
    assert page.context["form"].found == [world.classmate]


def test_whoever_is_on_the_case_is_not_offered_for_it_and_whoever_is_on_another_one_is(world: World) -> None:
    people = offered(world, "counselor", "cases:add_person", "who")
    assert f"{world.helper.pk}:counselor" in people
    assert f"{world.staff.sro.pk}:sro" not in people


def test_whoever_only_reports_is_not_offered_for_a_case(world: World) -> None:
    people = offered(world, "counselor", "cases:add_person", "who")
    assert f"{world.former.pk}:counselor" in people
    assert not [one for one in people if one.endswith(":reporter")]


def test_a_concern_is_put_into_an_open_case(world: World) -> None:
    at = {name: str(case.ids["case_id"]) for name, case in world.cases.items()}
    assert offered(world, "counselor", "cases:attach_concern", "case") == {at["own"]}


def test_nobody_keeps_a_case_or_a_concern_from_themselves(world: World) -> None:
    implicated = offered(world, "teacher", "cases:log_concern", "implicated")
    assert str(world.staff.counselor.pk) in implicated
    assert str(world.staff.teacher.pk) not in implicated
    kept_from = offered(world, "counselor", "cases:exclude_person", "person")
    assert str(world.staff.teacher.pk) in kept_from
    assert str(world.staff.counselor.pk) not in kept_from
