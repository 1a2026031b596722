"""What is found and what is listed without an address of its own: of cases and concerns only those that one sees."""

from datetime import date

import pytest

from cases.reading.requests import about_student
from cases.reading.reviews import list_to_review
from cases.reading.search import LIMIT, Query, search_for
from csec.directory.models import Student
from csec.identity import acting_as
from tests.matrix.eyes import Eyes, Stored
from tests.matrix.world import WHO, World

pytestmark = pytest.mark.django_db

SIGNED_IN = [who for who in WHO if who != "nobody"]
#: Fits everything that has a date.
ANY_DAY = Query(first_day=date(2000, 1, 1))


@pytest.mark.parametrize("who", SIGNED_IN)
def test_a_search_that_everything_fits_finds_what_its_reader_sees(
    who: str, world: World, stored: Stored
) -> None:
    eyes, person = Eyes(world, who, stored), world.people[who]
    assert person
    with acting_as(person.pk):
        found = search_for(person, ANY_DAY, world.at)
    cases = {str(one.case.pk) for one in found.cases}
    concerns = {str(one.concern.pk) for one in found.concerns}
    # A case that is void is found by its number alone.
    void = {row["id"] for row in stored["cases_case"] if row["status"] == "voided"}
    assert cases == {one for one in eyes.roles if eyes.role(one)} - void
    assert len(concerns) < LIMIT
    assert concerns == {one for one in eyes.concerns if eyes.concern(one)}


@pytest.mark.parametrize("who", SIGNED_IN)
def test_the_list_of_reviews_leads_to_no_case_that_is_not_its_readers(
    who: str, world: World, stored: Stored
) -> None:
    eyes, person = Eyes(world, who, stored), world.people[who]
    assert person
    with acting_as(person.pk):
        listed = list_to_review(person, world.at, everything=True, after=None).page.rows
    assert {str(one.pk) for one in listed if one.case} <= {one for one in eyes.roles if eyes.role(one)}


@pytest.mark.parametrize("who", SIGNED_IN)
def test_of_a_student_those_requests_are_named_that_one_may_know_of(
    who: str, world: World, stored: Stored
) -> None:
    eyes, person = Eyes(world, who, stored), world.people[who]
    assert person
    of_cases = {row["student_id"] for row in stored["cases_case"]}
    with acting_as(person.pk):
        students = Student.objects.filter(pk__in=of_cases - {None})
        named = {str(request.pk) for student in students for request in about_student(person, student)}
    asked = {pk for pk, row in eyes.requests.items() if eyes.asked(row) and row["student_id"]}
    assert named <= asked
