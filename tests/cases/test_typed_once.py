"""What was typed once is offered again and never asked again, nor taken twice."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, Concern
from csec.accounts.models import Membership, User
from csec.accounts.roles import Role
from csec.identity import acting_as
from tests import make
from tests.expect import conflict
from tests.make import AT

pytestmark = pytest.mark.django_db


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def reclassified(staff: make.Staff, case: Case) -> None:
    workflow.reclassify(
        actor=staff.counselor,
        case=case,
        to="confirmed_victim",
        basis="disclosure",
        decided_by="Both",
        reason="Told us.",
        at=AT,
    )


def form_of(person: User, case: Case, verb: str, part: str) -> str:
    row = make.part(case, person, part)
    return signed_in(person).get(reverse(f"cases:{verb}", args=[case.pk, row.pk])).content.decode()


def test_what_the_officer_needs_to_know_is_offered_when_the_officer_is_asked_again() -> None:
    staff = make.Staff()
    case = make.case(staff)
    notify = make.part(case, staff.counselor, "notify")
    workflow.request_sro(
        actor=staff.counselor,
        part=notify,
        version=0,
        officer=staff.sro,
        at=AT,
        values={"sro_needs_to_know": "A white van at noon."},
    )
    reclassified(staff, case)
    assert "A white van at noon." in form_of(staff.counselor, case, "request_sro", "notify")


def test_what_was_found_on_campus_is_offered_on_the_next_track_and_the_answer_is_not() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.record(
        case,
        staff.administrator,
        "impact",
        values={"areas_checked": ["recruitment"], "impact_found": True, "impact_facts": "Two cars."},
    )
    reclassified(staff, case)
    page = form_of(staff.administrator, case, "record_outcome", "impact")
    assert "Two cars." in page
    assert "checked" not in page.split("impact_found", 1)[1].split("</fieldset>", 1)[0]


def test_what_the_student_said_before_is_asked_anew() -> None:
    staff = make.Staff()
    case = make.case(staff)
    view = {"limits_explained": True, "student_view": "Not my mother."}
    make.record(case, staff.counselor, "consult", values=view)
    reclassified(staff, case)
    assert "Not my mother." not in form_of(staff.counselor, case, "record_outcome", "consult")


def test_an_addition_that_is_sent_twice_is_taken_once_and_the_text_stays() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    client, path = signed_in(staff.teacher), reverse("cases:supplement_concern", args=[concern.pk])
    typed = {"addition_id": str(uuid4()), "account": "The same car again."}
    assert client.post(path, typed).status_code == 302
    again = client.post(path, typed)
    assert again.status_code == 409
    assert "was not added twice" in again.content.decode()
    assert "The same car again." in again.content.decode()
    with acting_as(staff.teacher.pk):
        assert concern.additions.count() == 1
    other = str(again.context["form"]["addition_id"].value())
    assert client.post(path, typed | {"addition_id": other}).status_code == 302


def test_the_second_who_names_the_student_is_told_who_was_first() -> None:
    staff = make.Staff()
    concern, robin = make.concern(staff, student=None), make.student(staff.school, "Robin", "Reed")
    client, path = signed_in(staff.social_worker), reverse("cases:match_concern", args=[concern.pk])
    typed = {"student_query": "Robin", "student": str(robin.pk), "corrections": "0"}
    workflow.match_concern(actor=staff.counselor, concern=concern, student=staff.student, at=AT)
    second = client.post(path, typed)
    assert second.status_code == 409
    assert "Casey Counselor named a student on Fri, Nov 20, 2:50 PM." in second.content.decode()
    assert second.context["form"]["corrections"].value() == "1"


def test_the_second_who_corrects_the_student_of_a_case_is_told_who_was_first() -> None:
    staff = make.Staff()
    case = make.case(staff)
    robin, kim = make.student(staff.school, "Robin", "Reed"), make.student(staff.school, "Kim", "Kerr")
    workflow.correct_student(actor=staff.counselor, case=case, student=robin, reason="The twin.", at=AT)
    with conflict("Casey Counselor named a student on Fri, Nov 20, 2:50 PM."):
        workflow.correct_student(
            actor=staff.administrator, case=case, student=kim, reason="Sister.", at=AT, corrections=0
        )


def test_a_concern_about_nobody_known_is_about_the_student_of_the_case_it_is_put_into() -> None:
    staff = make.Staff()
    case = make.case(staff)
    unnamed = make.concern(staff, student=None, student_described="Red jacket.")
    workflow.attach_concern(actor=staff.counselor, concern=unnamed, case=case, reason="Her.", at=AT)
    assert make.reload(unnamed, staff.counselor).student_id == staff.student.pk
    page = signed_in(staff.teacher).get(unnamed.get_absolute_url()).content.decode()
    assert "Red jacket." in page
    assert "Avery Brook" not in page


def test_a_time_is_read_by_the_clock_of_the_school_that_was_chosen() -> None:
    staff = make.Staff()
    eastern = make.school("Acorn Elementary", "America/New_York")
    Membership.objects.create(person=staff.teacher, school=eastern, role=Role.REPORTER, since=make.SINCE)
    client = signed_in(User.objects.get(pk=staff.teacher.pk))
    typed = {"concern_id": str(uuid4()), "account": "A car.", "first_known_at": "2026-11-20T14:40"}
    by_student = {"student": str(staff.student.pk), "school": str(eastern.pk)}
    by_school = {"concern_id": str(uuid4()), "school": str(staff.school.pk)}
    for chosen in (by_student, by_school):
        assert client.post(reverse("cases:log_concern"), typed | chosen).status_code == 302
    with acting_as(staff.teacher.pk):
        known = {one.first_known_at for one in Concern.objects.visible_to(staff.teacher)}
    assert known == {datetime(2026, 11, 20, 22, 40, tzinfo=UTC)}
