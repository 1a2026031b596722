"""
The twins of the liaison and of counsel, whose roles reach across all schools, walk over everything that is real.

The other tests of this folder do so for the twin of somebody who works at a school.
"""

from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.urls import reverse

from cases.models import Case, Concern, RecordsAnswer, RecordsRequest, ReportDuty
from csec.accounts.models import User
from csec.directory.models import School, Student
from csec.identity import acting_as
from tests.drills.learning import Learner, signs_in, without_ids
from tests.matrix.asking import ask
from tests.matrix.cells import Address, addresses
from tests.matrix.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]

OF_THE_DISTRICT = pytest.mark.parametrize(
    ("role", "situation"), [("liaison", "nobody_there"), ("counsel", "records_asked_for")]
)
#: Names by which the world is known, wherever it shows.
REAL = (
    "Alder High",
    "Birch Middle",
    "Casey Counselor",
    "Terry Teacher",
    "Ellis Elsewhere",
    "Jordan",
    "Underhill",
)


def about_what_is_real(world: World) -> Iterator[Address]:
    """Every address that names something, also what is of somebody else's drill."""
    for address in addresses(world):
        if address.named.keys() - {"topic", "language", "token"} and not address.declared.public:
            yield address


@pytest.mark.parametrize("states", [{"own", ""}, pytest.param(set(), marks=pytest.mark.matrix, id="every")])
@OF_THE_DISTRICT
def test_nothing_real_is_there_by_its_address(
    world: World, role: str, situation: str, states: set[str]
) -> None:
    """Each route once; on demand in every state of what it names."""
    learner = Learner(getattr(world.staff, role)).begins(situation)
    walked, wrong = 0, []
    for address in about_what_is_real(world):
        if states and address.state not in states:
            continue
        for method in ("get", "post"):
            if method.upper() not in address.declared.methods:
                continue
            answer, _sent = ask(learner.client, method, address.path)
            expected = 404 if address.declared.in_drills else 403
            walked += 1
            if answer.status_code != expected:
                wrong.append(f"{method} {address.route} {address.state}: {answer.status_code}")
    assert wrong == []
    assert walked > (100 if states else 500)


def signs_of_what_is_real(answer: HttpResponse, world: World) -> list[str]:
    page = answer.content.decode()
    numbers = [str(thing.ids.get("number", "")) for thing in world.cases.values()]
    return [sign for sign in [*REAL, *filter(None, numbers)] if sign in page]


@OF_THE_DISTRICT
def test_no_list_search_or_first_screen_shows_it(world: World, role: str, situation: str) -> None:
    person = getattr(world.staff, role)
    learner = Learner(person)
    pages = [name for name, declared in without_ids() if declared.in_drills]
    shown = {name for name in pages if signs_of_what_is_real(learner.client.get(reverse(name)), world)}
    assert shown, "what is real shows somewhere to whoever is not in a drill"
    learner.begins(situation)
    for name in pages:
        assert signs_of_what_is_real(learner.client.get(reverse(name)), world) == [], name
    found = learner.client.post(reverse("cases:search"), {"words": "Underhill"})
    assert found.status_code == 200
    assert signs_of_what_is_real(found, world) == ["Underhill"], "what was typed, and nothing found"


@OF_THE_DISTRICT
def test_nor_does_it_see_any_of_the_drill_who_is_not_in_it(world: World, role: str, situation: str) -> None:
    learner = Learner(getattr(world.staff, role)).begins(situation)
    assert signs_in(learner.client.get("/"))
    for who, client in world.clients.items():
        if who in ("nobody", "twin"):
            continue
        for name, declared in without_ids():
            if declared.in_drills:
                answer, _sent = ask(client, "get", reverse(name))
                assert signs_in(answer) == [], (who, name)


@OF_THE_DISTRICT
def test_postgresql_shows_a_twin_no_row_of_the_other_side(world: World, role: str, situation: str) -> None:
    twin = Learner(getattr(world.staff, role)).begins(situation).twin
    with acting_as(twin.pk):
        for model in (Concern, Case, RecordsRequest, Student, ReportDuty):
            assert {row.school.drill_id for row in model.objects.select_related("school")} <= {twin.drill_id}
        assert {one.drill_id for one in [*School.objects.all(), *User.objects.all()]} == {twin.drill_id}
        assert not RecordsAnswer.objects.exists()
