"""Finding the student of a concern: a name that is misspelled finds, and nobody is chosen but by whoever looks."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from cases.forms.students import NONE_OF_THESE
from cases.models import Concern
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.directory.models import Student
from csec.identity import acting_as
from tests import make

pytestmark = pytest.mark.django_db

LOG = reverse("cases:log_concern")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def found(client: Client, name: str) -> list[Student]:
    return list(client.post(LOG, {"student_query": name, "find": "1"}).context["form"].found)


def sent(staff: make.Staff, **given: Any) -> Any:
    """A concern about Avery, found by name, as the form sends it."""
    at = database_now().astimezone(staff.school.zone) - timedelta(minutes=1)
    values = {
        "concern_id": uuid4(),
        "school": staff.school.pk,
        "student_query": "Avery",
        "student_offered": "1",
        "account": "Picked up by a car of strangers after school.",
        "first_known_at": f"{at:%Y-%m-%dT%H:%M}",
    }
    return signed_in(staff.teacher).post(LOG, values | given)


def test_of_another_school_the_whole_name_of_one_alone_finds_who_is_there_still() -> None:
    staff = make.Staff()
    client = signed_in(staff.teacher)
    make.student(staff.other_school, "Avery", "Brook")
    # One of that name here and one there: who is here is found once, as a student of this school.
    here, there = found(client, "Avery Brook")
    assert (here.school, there.school) == (staff.school, staff.other_school)
    make.student(staff.other_school, "Mori", "Kent", active=False)
    assert found(client, "Mori Kent") == []
    sam = make.student(staff.other_school, "Sam", "Kent")
    assert found(client, "Sam Kent") == [sam]
    assert found(client, "Sam") == []


def test_a_misspelled_name_finds_where_no_name_is_spelled_so() -> None:
    staff = make.Staff()
    client = signed_in(staff.teacher)
    sophia = make.student(staff.school, "Sophia", "Delgado")
    make.student(staff.other_school, "Sophie", "Delgado")
    for typed in ("Sofia Delgado", "delgado sofia", "Sophia Delgdo", "sofya"):
        assert found(client, typed) == [sophia], typed
    assert found(client, "Mortimer") == []
    # Spelled right, a name finds no other one.
    assert found(client, "Avery Brook") == [staff.student]


def test_a_name_of_a_merged_row_finds_the_student_it_is_now_and_no_other_one() -> None:
    staff = make.Staff()
    twice = make.student(staff.school, "Morgan", "Reyes")
    make.merged(staff.administrator, twice, make.student(staff.school, "Maxine", "Reyes-Cole"))
    client = signed_in(staff.teacher)
    assert found(client, "Maxine") == [twice]
    assert found(client, "Avery Brook") == [staff.student]


def test_of_the_students_who_were_found_nobody_is_chosen_before() -> None:
    staff = make.Staff()
    page = signed_in(staff.teacher).post(LOG, {"student_query": "Avery", "find": "1"}).content.decode()
    choices = re.findall(r'<input[^>]*name="student"[^>]*>', page)
    assert len(choices) == 2
    assert not any("checked" in one for one in choices)
    answer = sent(staff)
    assert answer.status_code == 422
    assert "Choose the student who is meant, or that it is none of these." in answer.content.decode()
    assert "Picked up by a car of strangers" in answer.content.decode()


def test_none_of_these_is_a_choice_and_keeps_the_name_as_it_was_typed() -> None:
    staff = make.Staff()
    assert sent(staff, student=NONE_OF_THESE).status_code == 302
    with acting_as(staff.counselor.pk):
        concern = Concern.objects.select_related("key").get()
        assert concern.student is None
        assert concern.words()["student_described"] == "Avery"


def test_that_it_was_just_now_is_filled_in_by_the_clock_of_the_school() -> None:
    staff = make.Staff()
    before = database_now()
    form = signed_in(staff.teacher).get(LOG)
    page = form.content.decode()
    (field,) = re.findall(r'<input[^>]*name="first_known_at"[^>]*>', page)
    minutes = {f"{at.astimezone(staff.school.zone):%Y-%m-%dT%H:%M}" for at in (before, database_now())}
    assert any(f'value="{one}"' in field for one in minutes)


@pytest.mark.parametrize("taken", [False, True])
def test_whoever_deals_with_a_concern_finds_one_thing_to_do_above_its_words(taken: bool) -> None:
    staff = make.Staff()
    concern = make.concern(staff, at=database_now())
    client = signed_in(staff.counselor)
    if taken:
        client.post(reverse("cases:accept_concern", args=[concern.pk]), {"additions": "0"})
    page = client.get(concern.get_absolute_url()).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    above, below = main.split('aria-label="The concern"')
    primary = re.findall(r'class="btn btn-primary"[^>]*>([^<]+)', main)
    assert primary == [["I deal with this"], ["Open a case"]][taken]
    assert 'class="btn btn-primary"' in above
    assert above.count("panel-urgent") == 1
    assert "panel-urgent" not in below
    assert "Having read this, you know of it too." in above
    read = signed_in(staff.teacher).get(concern.get_absolute_url()).content.decode()
    assert read.count("panel-urgent") == 1
    assert "Telling your school is not the report." in read
