"""Two rows of the roster are made one student: read as one everywhere, telling nothing, and to be taken back."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import workflow
from cases.forms.students import find_students, label, spelled_nearly
from cases.models import Alert, Case, Concern
from cases.reading.concern import open_cases_of
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.directory.models import Student, StudentMerge
from csec.errors import Absent
from csec.identity import acting_as
from tests import make
from tests.accounts.at_the_door import logged
from tests.expect import conflict, invalid
from tests.make import AT
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db

LISTED = reverse("district:duplicates")


def twin(staff: make.Staff, **more: Any) -> Student:
    return make.student(staff.school, "Averie", "Brooke", **more)


def seen(concern: Concern, reader: User) -> Concern:
    with acting_as(reader.pk):
        return (
            Concern.objects.visible_to(reader)
            .select_related("student__merged_into", "school")
            .get(pk=concern.pk)
        )


def alerts(case: Case, reader: User) -> int:
    with acting_as(reader.pk):
        return Alert.objects.filter(case=case).count()


def test_a_case_and_a_concern_of_either_row_are_of_one_student() -> None:
    staff = make.Staff()
    case = make.case(staff)
    other = make.concern(staff, student=twin(staff))
    with acting_as(staff.counselor.pk):
        assert not open_cases_of(seen(other, staff.counselor), staff.counselor)
    with logged() as events:
        make.merged(staff.administrator, seen(other, staff.counselor).student, staff.student)
    assert events == [("students_merged", "done")]
    with acting_as(staff.counselor.pk):
        assert open_cases_of(seen(other, staff.counselor), staff.counselor) == [case]
    assert make.as_seen(case, staff.counselor).student.full_name == "Averie Brooke"
    page = signed_in(staff.counselor).get(case.get_absolute_url()).content.decode()
    assert "Averie Brooke" in page
    assert "Avery Brook<" not in page
    staff.student.refresh_from_db()
    with conflict("named already"):
        workflow.match_concern(
            actor=staff.counselor, concern=other, student=staff.student, reason="So.", at=AT
        )
    workflow.attach_concern(actor=staff.counselor, concern=other, case=case, reason="The same.", at=AT)


def test_an_absence_of_either_row_is_told_to_the_people_of_the_case_also_one_entered_before() -> None:
    at = database_now()
    staff = make.Staff()
    kept = twin(staff)
    case = make.case(staff)
    waiting = make.concern(staff)
    make.missing(staff.teacher, kept, at=at)
    assert not alerts(case, staff.counselor)
    make.merged(staff.administrator, kept, staff.student, at=at)
    assert alerts(case, staff.counselor) == 1
    assert seen(waiting, staff.counselor).missing_since
    make.missing(staff.teacher, kept, since=at - timedelta(hours=2), at=at)
    assert alerts(case, staff.counselor) == 2
    late = make.concern(staff, student=kept, at=at)
    assert seen(late, staff.counselor).missing_since
    staff.student.refresh_from_db()
    with conflict("entered this already"):
        make.missing(staff.teacher, staff.student, since=at - timedelta(hours=2), at=at)


def test_the_student_is_found_once_by_what_stands_in_either_row() -> None:
    staff = make.Staff()
    kept = twin(staff, local_id="77", active=False)
    Student.objects.filter(pk=staff.student.pk).update(local_id="88")
    make.merged(staff.administrator, kept, staff.student)
    # The roster has let the kept row go; the student is still here by the other one.
    for query in ("avery", "averie", "77", "88", "brook"):
        assert list(find_students(query, [staff.school])) == [kept], query
    assert label(Student.objects.get(pk=staff.student.pk)).startswith("Averie Brooke")


def test_by_what_stands_in_a_row_of_one_student_nobody_else_is_found() -> None:
    staff = make.Staff()
    kept, classmate = twin(staff, active=False), make.student(staff.school, "Robin", "Reed")
    make.merged(staff.administrator, kept, staff.student)
    assert list(find_students("avery", [staff.school])) == [kept]
    assert list(find_students("robin", [staff.school])) == [classmate]
    assert spelled_nearly("Averi Brooke", [staff.school]) == [kept]
    assert spelled_nearly("Averi Brooke", [staff.other_school]) == []


def test_a_page_that_offered_the_other_row_before_is_still_taken() -> None:
    staff = make.Staff()
    other = twin(staff)
    client = signed_in(staff.counselor)
    address = reverse(
        "cases:match_concern", args=[make.concern(staff, student=None, student_described="Tall").pk]
    )
    found = client.post(address, {"find": "1", "student_query": "brook"})
    assert found.content.decode().count("another row here may be the same student") == 0
    Student.objects.filter(pk__in=[other.pk, staff.student.pk]).update(birth_date=AT.date())
    found = client.post(address, {"find": "1", "student_query": "brook"})
    assert found.content.decode().count("another row here may be the same student") == 2
    make.merged(staff.administrator, staff.student, other)
    assert client.post(address, {"student": other.pk, "corrections": 0}).status_code == 302


def test_rows_make_no_chain_and_are_merged_once() -> None:
    staff = make.Staff()
    kept, third = twin(staff), make.student(staff.school, "A.", "Brook")
    make.merged(staff.administrator, kept, staff.student)
    with conflict(f"{staff.administrator.name} merged one of these rows"):
        make.merged(staff.liaison, kept, staff.student)
    with conflict("merged one of these rows"):
        make.merged(staff.liaison, staff.student, third)
    with invalid("keep"):
        make.merged(staff.administrator, third, kept)
    with invalid("keep"):
        make.merged(staff.administrator, kept, kept)
    make.merged(staff.administrator, kept, third)
    assert StudentMerge.objects.count() == 0
    with acting_as(staff.administrator.pk):
        assert StudentMerge.objects.count() == 2


def test_of_two_schools_it_is_the_liaison_who_merges() -> None:
    staff = make.Staff()
    elsewhere = make.student(staff.other_school, "Avery", "Brook")
    overseer = make.user("Olga Overseer", Role.ADMINISTRATOR, staff.other_school)
    for person in (staff.administrator, overseer, staff.counselor, staff.teacher, staff.counsel):
        with pytest.raises(Absent):
            make.merged(person, elsewhere, staff.student)
    for person in (staff.administrator, overseer):
        page = signed_in(person).get(LISTED)
        assert not page.context["page"].rows
        address = reverse("district:merge_students", args=[staff.student.pk, elsewhere.pk])
        assert signed_in(person).get(address).status_code == 404
    assert len(signed_in(staff.liaison).get(LISTED).context["page"].rows) == 1
    make.merged(staff.liaison, elsewhere, staff.student)
    case = make.case(staff)
    assert make.as_seen(case, staff.counselor).student.full_name == "Avery Brook"
    assert signed_in(staff.liaison).get(LISTED + "?state=merged").context["merged"].rows


def test_whoever_merges_learns_of_no_case_whether_there_is_one_or_not() -> None:
    """The same words, and the same statements; also for an administrator of whom a case is kept."""
    staff = make.Staff()
    kept, with_case = twin(staff), staff.student
    make.case(staff, about=make.concern(staff, implicated=[staff.administrator]))
    calm, alone = (make.student(staff.school, "Robin", name) for name in ("Reed", "Read"))
    for row in (kept, with_case, calm, alone):
        Student.objects.filter(pk=row.pk).update(birth_date=AT.date())
    told, asked = [], []
    client = signed_in(staff.administrator)
    for one, other in ((kept, with_case), (calm, alone)):
        address = reverse("district:merge_students", args=[one.pk, other.pk])
        shown = client.get(address).content.decode()
        with CaptureQueriesContext(connection) as sent:
            answer = client.post(address, {"keep": str(one.pk)})
        assert answer.status_code == 302
        told.append((shown.count("case"), client.get(answer["Location"]).content.decode().count("case")))
        asked.append([query["sql"].split("WHERE")[0][:40] for query in sent])
    assert told[0] == told[1]
    assert asked[0] == asked[1]


def test_two_rows_of_which_nothing_is_alike_are_found_by_name() -> None:
    staff = make.Staff()
    now = make.student(staff.school, "Robin", "Marsh", active=False)
    there = make.student(staff.other_school, "Robin", "Brook")
    client, address = signed_in(staff.administrator), reverse("district:compare_students")
    with logged() as events:
        page = client.post(address, {"find": "1", "student_query": "avery brook, robin"})
    assert events == [("students_searched", "done")]
    assert [one.pk for one in page.context["form"].found] == [staff.student.pk, now.pk]
    typed = {"student_query": "avery brook, robin"}
    for rows in ([], [now.pk], [now.pk, there.pk], [now.pk, "x"]):
        answer = client.post(address, typed | {"rows": rows})
        assert answer.status_code == 422
        assert 'value="avery brook, robin"' in answer.content.decode()
    answer = client.post(address, typed | {"rows": [now.pk, staff.student.pk]})
    assert client.get(answer["Location"]).status_code == 200


def test_the_page_compares_both_rows_and_asks_which_is_right() -> None:
    staff = make.Staff()
    other = make.student(staff.school, "Avery", "Brook", local_id="A-7")
    client = signed_in(staff.administrator)
    (pair,) = client.get(LISTED).context["page"].rows
    assert {pair.one.pk, pair.other.pk} == {staff.student.pk, other.pk}
    address = reverse("district:merge_students", args=[pair.one.pk, pair.other.pk])
    assert client.get(reverse("district:merge_students", args=[other.pk, other.pk])).status_code == 404
    assert client.post(address, {"keep": ""}).status_code == 422
    assert client.post(address, {"keep": str(other.pk)}).status_code == 302
    assert client.post(address, {"keep": str(other.pk)}).status_code == 409
    assert not client.get(LISTED).context["page"].rows
    (line,) = client.get(LISTED + "?state=merged").context["merged"].rows
    assert (line.merge.kept, line.merge.alias, line.unlike) == (other, staff.student, False)
