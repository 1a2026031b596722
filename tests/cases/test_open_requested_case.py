"""Counsel opens the one case that a request is about, for as long as the request is open; and sees the preview."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, CasePerson, RecordsRequest
from cases.workflow.requested import requested_cases
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from district.workflow import merge_students
from tests import make
from tests.accounts.at_the_door import logged
from tests.cases.parents import ADVISED, decided
from tests.expect import conflict, invalid
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db

FOUND = {
    "areas_checked": ["other_students"],
    "impact_found": True,
    "impact_facts": "Jules Marsh was approached too.",
}
PLANTED = {
    "advice": "Planted: do not tell the stepfather.",
    "advice_of": "Planted: intake.",
    "contact_decision": "Planted: nobody for now.",
}


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def home(person: User) -> str:
    return signed_in(person).get(reverse("home")).content.decode()


def test_only_while_it_is_open_and_by_counsel_alone() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row, now = make.records_request(staff), database_now()
    with acting_as(staff.counsel.pk):
        assert not Case.objects.visible_to(staff.counsel).exists()
    given = {"request": row, "case": case.pk, "at": now}
    with pytest.raises(NotPermitted):
        workflow.open_requested_case(actor=staff.liaison, **given)
    for person in (staff.teacher, staff.administrator):
        with pytest.raises(Absent):
            workflow.open_requested_case(actor=person, **given)
    opened = workflow.open_requested_case(actor=staff.counsel, **given)
    assert (opened.role, opened.opened_for, opened.until) == ("counsel", row.pk, now + 30 * DAY)
    assert make.as_seen(case, staff.counsel).my_role == "counsel"
    with conflict("You have this case open already."):
        workflow.open_requested_case(actor=staff.counsel, **given)
    workflow.answer_records_request(
        actor=staff.counsel, request=row, outcome="refused", reason="Unsafe.", at=database_now()
    )
    with acting_as(staff.counsel.pk):
        assert not Case.objects.exists()
    with conflict("Lou Counsel answered this request"):
        workflow.open_requested_case(actor=staff.counsel, **given)


def test_whoever_reads_a_case_in_an_emergency_opens_it_for_the_request_as_well() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = make.records_request(staff)
    make.opened_in_emergency(case, staff.counsel)
    assert make.as_seen(case, staff.counsel).my_role == "emergency"
    workflow.open_requested_case(actor=staff.counsel, request=row, case=case.pk, at=database_now())
    assert make.as_seen(case, staff.counsel).my_role == "counsel"


def test_a_case_of_another_student_or_one_kept_from_counsel_is_not_among_them() -> None:
    staff = make.Staff()
    other = make.case(staff, about=make.concern(staff, student=make.student(staff.school, "Jules", "Marsh")))
    kept = make.case(staff)
    workflow.exclude_person(
        actor=staff.counselor, case=kept, person=staff.counsel, reason="Her uncle.", at=database_now()
    )
    row = make.records_request(staff)
    for case in (other, kept):
        with invalid("case"):
            workflow.open_requested_case(actor=staff.counsel, request=row, case=case.pk, at=database_now())
    client = Client()
    client.force_login(staff.counsel)
    page = client.get(row.get_absolute_url()).content.decode()
    assert "Answer for the ordinary file" in page
    assert kept.number not in page


@pytest.mark.parametrize("by", ["logged", "matched"])
def test_of_a_student_whom_counsel_named_nothing_opens_until_somebody_else_named_the_same_one(
    by: str,
) -> None:
    staff = make.Staff()
    case, now = make.case(staff), database_now()
    if by == "logged":
        row = make.records_request(staff, by=staff.counsel)
    else:
        row = make.records_request(staff, student=None, student_described="Jules, in 9th grade.")
        workflow.match_records_request(actor=staff.counsel, request=row, student=staff.student, at=now)
    client = signed_in(staff.counsel)
    page = client.get(row.get_absolute_url()).content.decode()
    assert "You named this student yourself" in page
    assert case.number not in page
    with conflict("You named this student yourself"):
        workflow.open_requested_case(actor=staff.counsel, request=row, case=case.pk, at=now)
    with conflict("You named this student yourself"):
        workflow.answer_records_request(
            actor=staff.counsel, request=row, outcome="refused", reason="Unsafe.", at=now
        )
    assert "Legal counsel named the student of a request" in home(staff.liaison)
    assert "name them as well" in signed_in(staff.liaison).get(row.get_absolute_url()).content.decode()
    workflow.match_records_request(
        actor=staff.liaison, request=row, student=staff.student, before=staff.student.pk, at=now
    )
    assert "Legal counsel named the student of a request" not in home(staff.liaison)
    assert case.number in client.get(row.get_absolute_url()).content.decode()
    workflow.open_requested_case(actor=staff.counsel, request=row, case=case.pk, at=now)
    assert make.as_seen(case, staff.counsel).my_role == "counsel"


def test_another_counsel_opens_it_for_a_student_whom_the_first_one_named() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = make.records_request(staff, by=staff.counsel)
    second = make.user("Cal Counsel", Role.COUNSEL)
    workflow.open_requested_case(actor=second, request=row, case=case.pk, at=database_now())
    assert make.as_seen(case, second).my_role == "counsel"


def test_postgresql_tells_counsel_nothing_by_their_own_word_and_keeps_whose_word_it_is() -> None:
    staff = make.Staff()
    make.case(staff)
    own, others = make.records_request(staff, by=staff.counsel), make.records_request(staff)

    def found(request: RecordsRequest) -> int:
        with acting_as(staff.counsel.pk):
            return len(requested_cases(request))

    assert [found(own), found(others)] == [0, 1]
    for row, change in (
        (own, {"student_by": staff.liaison}),
        (own, {"student": make.student(staff.school, "Robin", "Reed"), "student_by": staff.liaison}),
        (others, {"student": make.student(staff.school, "Kim", "Kane")}),
    ):
        with (
            pytest.raises(DatabaseError, match="named by somebody else"),
            acting_as(staff.counsel.pk),
            transaction.atomic(),
        ):
            RecordsRequest.objects.filter(pk=row.pk).update(**change)


def test_of_a_student_with_two_rows_on_the_roster_each_row_is_that_student() -> None:
    staff = make.Staff()
    case = make.case(staff)
    alias = make.student(staff.school, "Avie", "Brook")
    row = make.records_request(staff, student=alias)
    given = {"request": row, "case": case.pk, "at": database_now()}
    with invalid("case"):
        workflow.open_requested_case(actor=staff.counsel, **given)
    with acting_as(staff.counselor.pk):
        assert not RecordsRequest.objects.visible_to(staff.counselor).exists()
    merge_students(actor=staff.administrator, kept=staff.student, alias=alias, at=database_now())
    with acting_as(staff.counselor.pk):
        seen = RecordsRequest.objects.visible_to(staff.counselor).select_related("key").get()
        assert seen.words()["wants"] == "Everything in the file."
    workflow.open_requested_case(actor=staff.counsel, **given)


def test_postgresql_lets_counsel_into_no_case_without_such_a_request() -> None:
    staff = make.Staff()
    case = make.case(staff)
    for_another = make.records_request(staff, student=make.student(staff.school, "Jules", "Marsh"))
    for opened_for in (None, uuid4(), for_another.pk):
        row = CasePerson(case_id=case.pk, person=staff.counsel, role="counsel", since=AT, until=AT + DAY)
        row.opened_for = opened_for
        with (
            pytest.raises(DatabaseError, match="row-level"),
            transaction.atomic(),
            acting_as(staff.counsel.pk),
        ):
            row.save(force_insert=True)


def test_the_preview_is_without_report_reporter_counseling_and_other_students_and_is_logged() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    make.record(case, staff.administrator, "impact", values=FOUND)
    values = {"limits_explained": True, "student_view": "Afraid of the stepfather."}
    make.record(case, staff.counselor, "consult", values=values)
    decided(case, staff.counselor, "withhold", **{**ADVISED, "parent_suspected": "unsure", **PLANTED})
    make.asked_in(case, staff.counselor, staff.sro)
    make.released(case, staff.counselor)
    make.released(case, staff.counselor, recipient="Detective Moss", recipient_kind="law_enforcement")
    make.released(
        case, staff.counselor, recipient="Investigator Ruiz", basis="report", recipient_kind="other"
    )
    row = make.records_request(staff)
    client = Client()
    client.force_login(staff.counsel)
    path = reverse("cases:preview_records", args=[case.pk])
    assert client.get(path).status_code == 404
    opening = reverse("cases:open_requested_case", args=[row.pk])
    assert case.number in client.get(opening).content.decode()
    assert client.post(opening, {"case": uuid4()}).status_code == 422
    with logged() as events:
        page = client.post(opening, {"case": case.pk}, follow=True)
    assert page.redirect_chain[-1][0] == path
    assert events == [("requested_case_opened", "done"), ("records_previewed", "done")]
    text = page.content.decode()
    assert "Dr. Rivera" in text
    assert "Ask the SRO" in text
    for word in (
        "Afraid of the stepfather",
        "Jules Marsh",
        *PLANTED.values(),
        "Decide whether to contact",
        "in the home, be involved?",
        "Picked up by a car",
        "Terry Teacher",
        "Casey Counselor",
        "Detective Moss",
        "Investigator Ruiz",
        "What was seen fits",
        "Report to Child Welfare Services",
    ):
        assert word not in text, word
    for person in (staff.counselor, staff.administrator):
        client.force_login(person)
        assert client.get(path).status_code == 403
    readings = client.get(reverse("cases:case_readings", args=[case.pk])).content.decode()
    assert "Lou Counsel" in readings
