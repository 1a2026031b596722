"""The work sheet for a report: what the agency asks, in its order, from what was typed, for its reader alone."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Concern
from cases.reading.readers import readings
from csec.accounts.models import User
from csec.identity import acting_as
from tests import around, make
from tests.accounts.at_the_door import logged

pytestmark = pytest.mark.django_db

ACCOUNT, OWN_WORDS = "Picked up by a car of strangers.", "He said I owe him."


@pytest.fixture
def staff() -> make.Staff:
    return make.Staff()


def told(staff: make.Staff) -> Concern:
    staff.student.birth_date = date(2011, 3, 4)
    staff.student.save(update_fields=["birth_date"])
    return make.concern(staff, account=ACCOUNT, words=OWN_WORDS)


def read(person: User, name: str, *ids: object, status: int = 200) -> str:
    client = Client()
    client.force_login(person)
    answer = client.get(reverse(f"cases:{name}", args=ids))
    assert answer.status_code == status
    page = answer.content.decode()
    return page[page.index("<main") : page.index("</main>")] if status == 200 else page


def test_it_has_what_is_known_in_the_order_of_the_form(staff: make.Staff) -> None:
    case = make.case(staff, about=told(staff))
    part = make.part(case, staff.counselor, "report")
    with logged() as events:
        page = read(staff.counselor, "report_sheet", case.pk, part.pk)
    assert re.findall(r'<h2 id="part-(\w)">', page) == ["A", "B", "C", "D", "E"]
    sheet = page[page.index('id="part-A"') :]
    known = [staff.counselor.name, "Avery Brook", "March 4, 2011 (", ACCOUNT, OWN_WORDS]
    assert [sheet.index(one) for one in known] == sorted(sheet.index(one) for one in known)
    assert sheet.count("To be written by hand") > 15
    assert [verb for verb, _result in events] == ["report_sheet_opened"]


def test_whoever_opened_one_has_opened_the_case(staff: make.Staff) -> None:
    case = make.case(staff, about=told(staff))
    part = make.part(case, staff.counselor, "report")
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    read(staff.social_worker, "report_sheet", case.pk, part.pk)
    with acting_as(staff.counselor.pk):
        assert [row.name for row in readings(case)] == [staff.social_worker.name]


def test_a_teacher_has_one_of_what_they_wrote_and_learns_nothing_by_it(staff: make.Staff) -> None:
    concern = told(staff)
    other = make.student(staff.school, given_name="Robin", family_name="Vale")
    workflow.match_concern(
        actor=staff.counselor, concern=concern, student=other, reason="Another.", corrections=0, at=make.AT
    )
    before = read(staff.teacher, "concern_sheet", concern.pk)
    make.case(staff, about=concern)
    assert read(staff.teacher, "concern_sheet", concern.pk) == before
    assert ACCOUNT in before
    assert "Avery Brook" in before
    assert "Robin Vale" not in before
    assert "November 20, 2026" in before


@pytest.mark.parametrize("by", ["matched", "attached"])
def test_whoever_only_described_a_student_does_not_learn_who_it_was(staff: make.Staff, by: str) -> None:
    told(staff)
    concern = make.concern(staff, student=None, student_described="Avery Brook")
    before = read(staff.teacher, "concern_sheet", concern.pk)
    given = {"actor": staff.counselor, "concern": concern, "reason": "She is.", "at": make.AT}
    if by == "matched":
        workflow.match_concern(**given, student=staff.student, corrections=0)
    else:
        workflow.attach_concern(**given, case=make.case(staff), additions=0)
    assert read(staff.teacher, "concern_sheet", concern.pk) == before
    assert "March 4, 2011" not in before


def test_when_somebody_else_first_knew_is_not_put_into_the_readers_mouth(staff: make.Staff) -> None:
    concern = told(staff)
    assert "November 20, 2026" not in read(staff.counselor, "concern_sheet", concern.pk)


def test_it_is_of_a_report_alone(staff: make.Staff) -> None:
    case = make.case(staff, about=told(staff))
    impact = make.part(case, staff.administrator, "impact")
    read(staff.administrator, "report_sheet", case.pk, impact.pk, status=404)


def test_the_step_and_the_concern_lead_to_it(staff: make.Staff) -> None:
    concern = told(staff)
    page = read(staff.teacher, "concern", concern.pk)
    assert reverse("cases:concern_sheet", args=[concern.pk]) in page
    case = make.case(staff, about=concern)
    part = make.part(case, staff.counselor, "report")
    page = read(staff.counselor, "record_outcome", case.pk, part.pk)
    assert reverse("cases:report_sheet", args=[case.pk, part.pk]) in page
    impact = make.part(case, staff.administrator, "impact")
    assert "/sheet/" not in read(staff.administrator, "record_outcome", case.pk, impact.pk)


def test_it_names_the_parents_who_are_entered_in_the_case_and_never_to_the_author(staff: make.Staff) -> None:
    concern = told(staff)
    case = make.case(staff, about=concern)
    around.contact(case, staff.counselor, "Ana Brook")
    around.contact(case, staff.counselor, "Fay Foster", "caregiver")
    around.contact(case, staff.counselor, "Al Attorney", "attorney")
    off = around.contact(case, staff.counselor, "Gus Guardian", "guardian")
    workflow.end_contact(actor=staff.counselor, case=case, contact=off, reason="Moved.", at=make.AT)
    part = make.part(case, staff.counselor, "report")
    page = read(staff.counselor, "report_sheet", case.pk, part.pk)
    others = page[page.index('id="part-D"') : page.index('id="part-E"')]
    assert "Ana Brook, Parent, 555-0142, Spanish" in others
    assert "Fay Foster, Caregiver" in others
    assert "Al Attorney" not in page
    assert "Gus Guardian" not in page
    assert "Ana Brook" not in read(staff.teacher, "concern_sheet", concern.pk)
