"""At which school it is: said by whoever has several, and taken from nobody's first one."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from cases.forms.intake import WHERE
from cases.forms.requests import WHOSE
from cases.models import Concern, RecordsRequest
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.directory.models import School
from csec.drafts import store
from csec.identity import acting_as
from tests import make

pytestmark = pytest.mark.django_db

CONCERN, REQUEST = reverse("cases:log_concern"), reverse("cases:log_records_request")
TYPED: dict[str, dict[str, Any]] = {
    CONCERN: {"student_query": "Red jacket.", "account": "A car.", "first_known_at": "2026-11-20T14:40"},
    REQUEST: {
        "student_described": "Gray Graduate, born 2006.",
        "asker": "parent",
        "asked_by": "Robin, mother",
        "wants": "The file.",
        "way": "in_person",
        "received_on": "2026-11-20",
    },
}
ERROR = {CONCERN: WHERE, REQUEST: WHOSE}
both = pytest.mark.parametrize("path", [CONCERN, REQUEST], ids=["concern", "request"])


def of_two_schools(staff: make.Staff) -> User:
    """The teacher, at a second school as well; its name comes first."""
    second = make.school("Acorn Elementary", "America/New_York")
    make.user("Acacia Counselor", Role.COUNSELOR, second, receives=1)
    Membership.objects.create(person=staff.teacher, school=second, role=Role.REPORTER, since=make.SINCE)
    return User.objects.get(pk=staff.teacher.pk)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def sent(person: User, path: str, **typed: Any) -> Any:
    """What is answered when the form is filled in and sent with its school as it stands, or as it is `typed`."""
    client = signed_in(person)
    form = client.get(path).context["form"]
    own = {"concern_id": uuid4()} if path == CONCERN else {"request_id": uuid4()}
    return client.post(path, own | TYPED[path] | {"school": form["school"].value() or ""} | typed)


def where(person: User, path: str) -> list[School]:
    """The schools of what was sent, as its sender sees it."""
    rows = {CONCERN: Concern, REQUEST: RecordsRequest}[path]
    with acting_as(person.pk):
        return [row.school for row in rows.objects.visible_to(person).select_related("school")]


@both
def test_somebody_of_two_schools_is_asked_which_and_nothing_goes_to_the_first_one_unasked(path: str) -> None:
    staff = make.Staff()
    person = of_two_schools(staff)
    answer = sent(person, path)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"school": [ERROR[path]]}
    assert '<option value="" selected>Choose a school</option>' in answer.content.decode()
    assert where(person, path) == []
    assert sent(person, path, school=staff.school.pk).status_code == 302
    assert where(person, path) == [staff.school]


@both
def test_the_school_of_a_student_who_was_chosen_need_not_be_said(path: str) -> None:
    staff = make.Staff()
    person = of_two_schools(staff)
    assert sent(person, path, student=staff.student.pk, student_offered="1").status_code == 302
    assert where(person, path) == [staff.school]


@both
def test_somebody_of_one_school_is_not_asked_which(path: str) -> None:
    staff = make.Staff()
    assert "Choose a school" not in signed_in(staff.teacher).get(path).content.decode()
    assert sent(staff.teacher, path).status_code == 302
    assert where(staff.teacher, path) == [staff.school]


@both
def test_a_draft_keeps_the_school_that_was_chosen_and_that_none_was(path: str) -> None:
    staff = make.Staff()
    person = of_two_schools(staff)
    client = signed_in(person)
    for chosen in ("", str(staff.school.pk)):
        kept = {store.FIELD: client.get(path).context["form"].initial[store.FIELD], "school": chosen}
        assert client.post(reverse("cases:keep_draft"), TYPED[path] | kept).status_code == 204
        assert (client.get(path).context["form"]["school"].value() or "") == chosen
