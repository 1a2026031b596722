"""A student whom the roster does not have yet is entered by hand; who is like them is shown before."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from cases.forms.students import find_students
from csec.accounts.models import User
from csec.directory.models import School, Student
from csec.errors import NotPermitted
from district import workflow
from tests import make
from tests.accounts.at_the_door import logged
from tests.expect import invalid
from tests.make import AT
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db

ADDRESS = reverse("district:add_student")
BORN = date(2011, 3, 4)


def added(actor: User, school: School, **given: Any) -> Student:
    values = {"given_name": "Kai", "family_name": "Lake", "birth_date": BORN, "local_id": "", "at": AT}
    return workflow.add_student(actor=actor, school=school, **(values | given))


def test_they_are_found_at_once_at_their_school_and_the_log_names_nobody() -> None:
    staff = make.Staff()
    with logged() as events:
        row = added(staff.administrator, staff.school)
    assert events == [("student_added", "done")]
    assert list(find_students("kai la", [staff.school])) == [row]
    assert not find_students("kai la", [staff.other_school])


def test_whoever_is_like_them_is_looked_at_first_and_nobody_else_is_shown() -> None:
    staff = make.Staff()
    # Who is at a school that the administrator does not answer for is not shown to them.
    make.student(staff.other_school, "Kai", "Lake")
    added(staff.administrator, staff.school)
    with invalid("different"):
        added(staff.administrator, staff.school, given_name="Kay", family_name="Lake")
    with invalid("different"):
        added(staff.liaison, staff.school, family_name="Lakes")
    assert Student.objects.filter(family_name__startswith="Lake").count() == 2
    like = Student.objects.filter(family_name="Lake").values_list("pk", flat=True)
    assert added(staff.liaison, staff.school, different_from=like)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"given_name": " "}, "given_name"),
        ({"family_name": "x" * 101}, "family_name"),
        ({"birth_date": AT.date() + timedelta(days=2)}, "birth_date"),
        ({"birth_date": date(11, 3, 4)}, "birth_date"),
        ({"local_id": "7"}, "local_id"),
    ],
    ids=["nameless", "too-long", "unborn", "two-digits", "known-elsewhere"],
)
def test_what_cannot_be_is_refused(given: dict[str, Any], field: str) -> None:
    staff = make.Staff()
    make.student(staff.other_school, "Robin", "Reed", local_id="7")
    with invalid(field):
        added(staff.administrator, staff.school, **given)
    for person in (staff.counselor, staff.teacher, staff.sro, staff.counsel):
        with pytest.raises(NotPermitted):
            added(person, staff.school)


def test_the_page_asks_whether_it_is_one_of_them_and_keeps_what_was_typed() -> None:
    staff = make.Staff()
    twin = make.student(staff.school, "Kay", "Lake", birth_date=BORN)
    client = signed_in(staff.administrator)
    typed = {
        "school": staff.school.pk,
        "given_name": "Kai",
        "family_name": "Lake",
        "birth_date": "2011-03-04",
    }
    # What was not shown cannot be said: the box does nothing before the page has shown whom it is about.
    for answer in (client.post(ADDRESS, typed), client.post(ADDRESS, typed | {"different": "on"})):
        assert answer.status_code == 422
        assert [one for one, _facts in answer.context["found"]] == [twin]
        page = answer.content.decode()
        assert 'value="Kai"' in page
        assert f'value="{twin.pk}"' in page
    again = typed | {"seen": str(twin.pk), "different": "on"}
    make.student(staff.school, "Kai", "Lakes", birth_date=BORN)
    assert client.post(ADDRESS, again).status_code == 422
    seen = " ".join(
        str(pk) for pk in Student.objects.filter(given_name__startswith="Ka").values_list("pk", flat=True)
    )
    assert client.post(ADDRESS, again | {"seen": seen}).status_code == 302
    assert Student.objects.filter(given_name="Kai", entered_at__isnull=False).count() == 1
    assert signed_in(staff.counselor).get(ADDRESS).status_code == 404
