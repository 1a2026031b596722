"""Counsel alone answers: released, in part, refused; each restricted record of which something left keeps that."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import RecordsAnswer, RecordsRequest, Release
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid

pytestmark = pytest.mark.django_db

RELEASED = {
    "outcome": "part",
    "recipient": "Robin Brook, mother",
    "what": "Attendance and grades.",
    "basis": "access",
    "reason": "The restricted record names others.",
}


def answered(staff: make.Staff, request: Any, **given: Any) -> RecordsAnswer:
    return workflow.answer_records_request(
        actor=staff.counsel, request=request, at=database_now(), **(RELEASED | given)
    )


def test_what_was_released_is_kept_by_the_case_too_and_the_case_closes_to_counsel() -> None:
    staff = make.Staff()
    case = make.case(staff)
    second = make.user("Cal Counsel", Role.COUNSEL)
    row, now = make.records_request(staff), database_now()
    for person in (staff.counsel, second):
        workflow.open_requested_case(actor=person, request=row, case=case.pk, at=now)
    answer = answered(staff, row, cases=[case.pk])
    assert (answer.outcome, answer.by) == ("part", staff.counsel)
    with acting_as(staff.counselor.pk):
        release = Release.objects.get(case=case)
        assert (release.recipient_kind, release.basis, release.by_id) == (
            "parent",
            "access",
            staff.counsel.pk,
        )
        assert release.words(case.key)["what"] == "Attendance and grades."
        # Counsel wrote it, and is on the case no more: it waits for nobody to read it.
        assert not Release.objects.filter(case=case).unread().exists()
    for person in (staff.counsel, second):
        with acting_as(person.pk):
            assert not Release.objects.exists()
    assert make.reload(row, staff.teacher).closed_at == answer.at
    with conflict("Lou Counsel answered this request"):
        answered(staff, row)


def test_counsel_who_was_put_on_the_case_stays_on_it() -> None:
    staff = make.Staff()
    case = make.on_case_as_counsel(make.case(staff), staff)
    answered(staff, make.records_request(staff), outcome="refused")
    assert make.as_seen(case, staff.counsel).my_role == "counsel"


def test_without_a_case_counsel_answers_for_the_ordinary_file() -> None:
    staff = make.Staff()
    answered(staff, make.records_request(staff))
    with acting_as(staff.counselor.pk):
        assert not Release.objects.exists()


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"outcome": "perhaps"}, {"outcome"}),
        ({"recipient": ""}, {"recipient"}),
        ({"what": ""}, {"what"}),
        ({"basis": ""}, {"basis"}),
        ({"reason": ""}, {"reason"}),
        ({"outcome": "refused", "reason": " "}, {"reason"}),
        ({"outcome": "refused", "cases": "theirs"}, {"cases"}),
        ({"cases": "theirs"}, {"cases"}),
    ],
)
def test_what_is_missing_or_wrong_is_said(given: dict[str, Any], wrong: set[str]) -> None:
    staff = make.Staff()
    if "cases" in given:
        given = given | {"cases": [make.case(staff).pk]}
    with invalid(*wrong):
        answered(staff, make.records_request(staff), **given)


def test_nobody_but_counsel_answers_or_reads_the_answer() -> None:
    staff = make.Staff()
    make.case(staff)
    row = make.records_request(staff)
    given = {"request": row, "at": database_now(), **RELEASED}
    with pytest.raises(NotPermitted):
        workflow.answer_records_request(actor=staff.liaison, **given)
    for person in (staff.teacher, staff.administrator, staff.counselor):
        with pytest.raises(Absent):
            workflow.answer_records_request(actor=person, **given)
    answered(staff, row)
    for person in (staff.liaison, staff.teacher, staff.counselor):
        with acting_as(person.pk):
            assert not RecordsAnswer.objects.exists(), person.name


def test_to_the_liaison_postgresql_leaves_the_student_to_name_and_not_the_end_of_a_request() -> None:
    staff = make.Staff()
    row = make.records_request(staff, student=None, student_described="Gray Graduate, born 2006.")

    def written(person: User, **change: Any) -> int:
        with acting_as(person.pk), transaction.atomic():
            return RecordsRequest.objects.filter(pk=row.pk).update(**change)

    assert written(staff.liaison, student=staff.student, student_by=staff.liaison) == 1
    with pytest.raises(DatabaseError, match="row-level security"):
        written(staff.liaison, closed_at=database_now())
    assert written(staff.counsel, closed_at=database_now()) == 1


def test_on_the_page_counsel_reads_the_request_and_records_the_answer() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = make.records_request(staff)
    client = Client()
    client.force_login(staff.counsel)
    path = reverse("cases:answer_records_request", args=[row.pk])
    page = client.get(path).content.decode()
    assert "There is 1 restricted record of this student that you have not opened." in page
    assert "Robin Brook, mother, 555-0161" in page
    workflow.open_requested_case(actor=staff.counsel, request=row, case=case.pk, at=database_now())
    refused = client.post(path, {"outcome": "part", "what": "Grades.", "recipient": "Robin"})
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"basis", "reason"}
    typed = {**RELEASED, "cases": [case.pk]}
    done = client.post(path, typed, follow=True).content.decode()
    assert "Released, and a part withheld" in done
    client.force_login(staff.teacher)
    listed = client.get(reverse("cases:records_requests")).content.decode()
    assert "answered" in listed
    assert "part" not in listed.split("<main", 1)[1].split("answered", 1)[1]


def test_over_a_list_that_is_not_reviewed_counsel_answers_with_a_reason_alone() -> None:
    staff = make.Staff()
    case, row = make.case(staff), make.records_request(staff)
    left = make.released(case, staff.counselor)
    workflow.suspect_parent(actor=staff.counselor, case=case, reason="Planted: her stepfather.", at=make.AT)
    client = Client()
    client.force_login(staff.counsel)
    path = reverse("cases:answer_records_request", args=[row.pk])
    page = client.get(path).content.decode()
    assert f"{case.number}: contact with parents is frozen" in page
    assert f"{case.number}: the list of releases is not reviewed" in page
    review = reverse("cases:review_releases", args=[case.pk])
    assert review in page
    assert review in client.get(reverse("home")).content.decode()

    typed = {**RELEASED, "cases": [case.pk]}
    refused = client.post(path, typed)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"unreviewed"}
    workflow.review_releases(actor=staff.counsel, case=case, last=left.pk, at=database_now())
    assert review not in client.get(reverse("home")).content.decode()
    assert "is not reviewed" not in client.get(path).content.decode()

    make.released(case, staff.counselor, at=database_now(), left_at=make.AT)
    with invalid("unreviewed"):
        answered(staff, row, cases=[case.pk])
    answer = answered(staff, row, cases=[case.pk], unreviewed="The list is not among it.")
    assert answer.words(row.key)["unreviewed"] == "The list is not among it."
    assert "The list is not among it." in client.get(row.get_absolute_url()).content.decode()


def test_what_is_refused_or_from_the_ordinary_file_alone_needs_no_review() -> None:
    staff = make.Staff()
    case, row = make.case(staff), make.records_request(staff)
    make.released(case, staff.counselor)
    workflow.open_requested_case(actor=staff.counsel, request=row, case=case.pk, at=database_now())
    answered(staff, row)
