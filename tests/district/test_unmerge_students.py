"""Two rows that were merged are taken apart again: each is what it was, as if nothing had been."""

from typing import Any

import pytest
from django.urls import reverse

from cases import workflow as case_workflow
from cases.models import Alert, Case, Concern
from cases.reading.concern import open_cases_of
from cases.reading.work import waiting_for
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.directory.models import Student, StudentMerge
from csec.errors import Absent
from csec.identity import acting_as
from district import workflow
from tests import make
from tests.accounts.at_the_door import logged
from tests.district.test_merge_students import seen
from tests.expect import conflict
from tests.make import AT, DAY
from tests.test_routes import signed_in

Rows = list[dict[str, Any]]

pytestmark = pytest.mark.django_db


def stored(staff: make.Staff) -> list[Rows]:
    """The roster, and what is of the case and of the concern."""
    with acting_as(staff.counselor.pk):
        tables = Student, Case, Concern, Alert
        return [list(model.objects.order_by("pk").values()) for model in tables]


def test_everything_is_as_it_was_and_who_did_both_is_kept() -> None:
    staff = make.Staff()
    other = make.student(staff.school, "Averie", "Brooke")
    case = make.case(staff)
    concern = make.concern(staff, student=other)
    before = stored(staff)
    merge = make.merged(staff.administrator, other, staff.student)
    with logged() as events:
        workflow.unmerge_students(actor=staff.liaison, merge=merge, at=AT + DAY)
    assert events == [("students_unmerged", "done")]
    assert stored(staff) == before
    assert make.as_seen(case, staff.counselor).student.full_name == "Avery Brook"
    with acting_as(staff.counselor.pk):
        assert not open_cases_of(seen(concern, staff.counselor), staff.counselor)
    with acting_as(staff.administrator.pk):
        kept = StudentMerge.objects.get()
    assert (kept.by, kept.undone_by, kept.undone_at) == (staff.administrator, staff.liaison, AT + DAY)
    with conflict("taken apart already"):
        workflow.unmerge_students(actor=staff.administrator, merge=merge, at=AT + DAY)
    make.merged(staff.administrator, staff.student, other, at=AT + 2 * DAY)


def test_it_is_theirs_who_answer_for_both_schools() -> None:
    staff = make.Staff()
    merge = make.merged(staff.liaison, make.student(staff.other_school), staff.student)
    overseer = make.user("Olga Overseer", Role.ADMINISTRATOR, staff.other_school)
    for person in (staff.administrator, overseer, staff.counselor, staff.counsel):
        with pytest.raises(Absent):
            workflow.unmerge_students(actor=person, merge=merge, at=AT)
        address = reverse("district:unmerge_students", args=[merge.pk])
        assert signed_in(person).get(address).status_code == 404


def test_the_page_says_who_merged_them_and_when_they_are_rather_two() -> None:
    staff = make.Staff()
    merge = make.merged(staff.administrator, make.student(staff.school, birth_date=AT.date()), staff.student)
    client = signed_in(staff.administrator)
    listed = reverse("district:duplicates") + "?state=merged"
    assert "Another name and birth date" not in client.get(listed).content.decode()
    # The roster gave the row to somebody else.
    Student.objects.filter(pk=staff.student.pk).update(
        given_name="Kim", family_name="Lee", birth_date=AT.date() - 500 * DAY
    )
    assert "Another name and birth date" in client.get(listed).content.decode()
    address = reverse("district:unmerge_students", args=[merge.pk])
    assert "Ada Administrator merged them on" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 409
    assert not client.get(listed).context["merged"].rows


def test_counsel_has_the_case_of_the_one_no_longer_for_a_request_about_the_other() -> None:
    staff = make.Staff()
    case = make.case(staff)
    twin = make.student(staff.school, "Averie", "Brook")
    merge = make.merged(staff.administrator, staff.student, twin)
    now = database_now()
    of_twin = make.records_request(staff, student=twin)
    case_workflow.open_requested_case(actor=staff.counsel, request=of_twin, case=case.pk, at=now)
    workflow.unmerge_students(actor=staff.administrator, merge=merge, at=database_now())
    with acting_as(staff.counsel.pk):
        assert not Case.objects.visible_to(staff.counsel).exists()
    # A request about the student of the case opens it as before.
    of_student = make.records_request(staff)
    case_workflow.open_requested_case(
        actor=staff.counsel, request=of_student, case=case.pk, at=database_now()
    )
    again = make.merged(staff.administrator, staff.student, twin, at=database_now())
    workflow.unmerge_students(actor=staff.administrator, merge=again, at=database_now())
    with acting_as(staff.counsel.pk):
        assert Case.objects.visible_to(staff.counsel).exists()


def shown(person: User, address: str) -> str:
    return signed_in(person).get(address).content.decode()


def test_what_was_put_into_the_case_of_the_other_waits_again_and_opens_a_case_of_its_own() -> None:
    staff = make.Staff()
    other = make.student(staff.school, "Averie", "Brooke")
    case, concern, same = make.case(staff), make.concern(staff, student=other), make.concern(staff)
    merge = make.merged(staff.administrator, staff.student, other)
    for one in (concern, same):
        case_workflow.attach_concern(actor=staff.counselor, concern=one, case=case, reason="Same.", at=AT)
    assert "is about another student" not in shown(staff.counselor, case.get_absolute_url())
    row = make.missing(staff.teacher, other, at=database_now())
    with logged() as events:
        workflow.unmerge_students(actor=staff.administrator, merge=merge, at=database_now())
    assert events == [("students_unmerged", "done")]
    kept = make.reload(concern, staff.social_worker)
    assert (kept.status, kept.case_id, kept.ended_at, kept.accepted_at) == ("received", None, None, None)
    assert kept.missing_since == row.missing_since
    assert make.reload(same, staff.counselor).case_id == case.pk
    for person in (staff.counselor, staff.social_worker, staff.administrator, staff.liaison):
        with acting_as(person.pk):
            assert [one.pk for one in waiting_for(person, database_now()).concerns] == [concern.pk]
    assert "rows of the roster were taken apart" in shown(staff.social_worker, concern.get_absolute_url())
    assert "It was in a case" not in shown(staff.teacher, concern.get_absolute_url())
    page = shown(staff.counselor, case.get_absolute_url())
    assert "is about another student" in page
    assert "Averie" not in page
    second = make.case(staff, about=concern, at=database_now())
    assert make.as_seen(second, staff.counselor).student == other
    assert make.reload(concern, staff.counselor).apart_at is None


def test_so_does_what_was_in_a_case_that_was_joined_to_that_of_the_other() -> None:
    staff = make.Staff()
    there = make.student(staff.other_school, "Averie", "Brooke")
    concern = make.concern(staff, author=staff.elsewhere, school=staff.other_school, student=there)
    ends = case_workflow.open_case(
        actor=staff.elsewhere, concern=concern, track="suspected_victim", reason="It fits.", at=AT
    )
    stays = make.case(staff)
    merge = make.merged(staff.liaison, staff.student, there)
    case_workflow.settle_second_case(
        actor=staff.liaison, case=ends, beside=stays, goes_on="beside", reason="One student.", at=AT + DAY
    )
    workflow.unmerge_students(actor=staff.liaison, merge=merge, at=database_now())
    kept = make.reload(concern, staff.elsewhere)
    assert (kept.status, kept.case_id) == ("received", None)
    for person in (staff.elsewhere, staff.liaison):
        with acting_as(person.pk):
            assert concern.pk in [one.pk for one in waiting_for(person, database_now()).concerns]


def test_whoever_takes_them_apart_learns_nothing_of_what_was_in_a_case() -> None:
    staff = make.Staff()
    other = make.student(staff.school, "Averie", "Brooke")
    case, concern = make.case(staff), make.concern(staff, student=other, implicated=[staff.administrator])
    merge = make.merged(staff.administrator, staff.student, other)
    case_workflow.attach_concern(actor=staff.counselor, concern=concern, case=case, reason="Same.", at=AT)
    workflow.unmerge_students(actor=staff.administrator, merge=merge, at=database_now())
    assert make.reload(concern, staff.counselor).status == "received"
    with acting_as(staff.administrator.pk):
        assert not Concern.objects.exists()
        assert not waiting_for(staff.administrator, database_now()).concerns
