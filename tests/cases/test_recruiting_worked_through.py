"""Two cases of students suspected of recruiting, worked through: the screen, those targeted, an arrest."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from cases import workflow
from cases.models import Case, CasePerson
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.identity import acting_as
from tests import make
from tests.expect import conflict

pytestmark = pytest.mark.django_db

#: Tuesday 10 November 2026, 9:00 in California.
TUESDAY = datetime(2026, 11, 10, 17, 0, tzinfo=UTC)
WEDNESDAY, THURSDAY = TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=2)
AREAS = {"areas_checked": ["recruitment", "other_students"], "impact_found": True}
SUSPENDED = {"consequence": "Two days at home", "consequence_reason": "Agreed with the family"}


def seen_by(person: User) -> set[object]:
    with acting_as(person.pk):
        return set(Case.objects.visible_to(person).values_list("pk", flat=True))


def test_a_student_of_16_recruits_classmates() -> None:
    staff = make.Staff()
    jordan = make.student(staff.school, "Jordan", "Kay", birth_date=date(2010, 5, 4))
    ana, bea = (make.student(staff.school, name, "Classmate") for name in ("Ana", "Bea"))
    concern = make.concern(staff, student=jordan, at=TUESDAY)
    case = make.case(staff, "suspected_recruiter", about=concern, at=TUESDAY)
    make.record(case, staff.administrator, "impact", values=AREAS, at=TUESDAY)

    # No consequence before somebody has considered whether Jordan could be a victim.
    with conflict("First consider whether the student could be a victim too."):
        make.record(case, staff.administrator, "consequence", values=SUSPENDED, at=TUESDAY)
    make.record(case, staff.counselor, "screen", values={"could_be_victim": "unsure"}, at=WEDNESDAY)
    page = page_of(case, staff.counselor)
    assert "Record a concern for this student" in page
    assert f"{case.get_absolute_url()}links/targeted/?same_student=1" in page
    himself = make.targeted(case, staff.counselor, jordan, at=WEDNESDAY)
    assert himself is not None
    make.record(case, staff.administrator, "consequence", values=SUSPENDED, at=WEDNESDAY)

    # A suspected victim's case for each classmate, each with other people, each with its own clock.
    social_worker = make.user("Cam Carrier", Role.SOCIAL_WORKER, staff.school)
    opened = [make.targeted(case, staff.counselor, one, at=WEDNESDAY) for one in (ana, bea)]
    anas, beas = (one for one in opened if one)
    for one in (anas, beas, himself):
        assert make.part(one, staff.counselor, "report").due_at == WEDNESDAY + timedelta(hours=36)
    make.helper(anas, staff.counselor, staff.social_worker, Role.SOCIAL_WORKER, at=WEDNESDAY)
    make.helper(beas, staff.counselor, social_worker, Role.SOCIAL_WORKER, at=WEDNESDAY)
    for one in (anas, beas):
        with acting_as(staff.counselor.pk):
            mine = CasePerson.objects.get(case=one, person=staff.counselor)
        workflow.remove_person(
            actor=staff.counselor, case=one, person=mine, reason="Handed over.", at=THURSDAY
        )
    # The viewers of each cannot see the others.
    assert seen_by(staff.counselor) == {case.pk, himself.pk}
    assert seen_by(staff.social_worker) == {anas.pk}
    assert seen_by(social_worker) == {beas.pk}
    for person, own, others in (
        (staff.counselor, case, (anas, beas)),
        (staff.social_worker, anas, (case, beas, himself)),
        (social_worker, beas, (case, anas, himself)),
    ):
        shown = page_of(own, person) + page_of(own, person, "links/")
        assert not [other for other in others if other.number in shown], person.name
    assert "Jordan" not in page_of(anas, staff.social_worker)


def test_an_arrest_is_a_category_and_the_agencys_number() -> None:
    staff = make.Staff()
    case = make.case(staff, "suspected_recruiter", at=TUESDAY)
    make.record(case, staff.administrator, "screen", values={"could_be_victim": "no_sign"}, at=TUESDAY)
    assert "Record a concern for this student" not in page_of(case, staff.counselor)
    arrest = {
        "agency_action": "acted",
        "law_enforcement_agency": "City police",
        "agency_case_number": "26-10442",
    }
    entry = make.record(
        case,
        staff.administrator,
        "consequence",
        values={"consequence": "None by the school"} | arrest,
        at=THURSDAY,
    )
    kept = make.evidence(entry, staff.administrator)
    assert kept == {"consequence": "None by the school"} | arrest
    page = page_of(case, staff.administrator)
    assert "Took action, an arrest among others" in page
    assert "26-10442" in page
    # There is a category, an agency and a number, and no place for anything of a criminal history.
    asked = case.protocol.definition.field_sets["consequence"]
    assert {field.name: field.type for field in asked} == {
        "consequence": "text",
        "consequence_reason": "note",
        "agency_action": "choice",
        "law_enforcement_agency": "text",
        "agency_case_number": "text",
    }


def page_of(case: Case, person: User, room: str = "") -> str:
    client = Client()
    client.force_login(person)
    answer = client.get(f"{case.get_absolute_url()}{room}")
    assert answer.status_code == 200
    return answer.content.decode()
