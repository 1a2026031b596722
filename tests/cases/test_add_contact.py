"""The people around a student: each in one relation, with permissions of their own, and nothing taken for granted."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from cases import parents, workflow
from cases.models import Case, Contact
from cases.workflow.around import OWN_CHILD
from csec.accounts.models import User
from csec.directory.models import School, Student
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import around, make
from tests.cases.parents import taken_along
from tests.expect import invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(case: Case, person: User) -> str:
    answer = signed_in(person).get(reverse("cases:safety", args=[case.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_somebody_is_entered_with_what_they_may_and_their_name_is_sealed() -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = around.contact(
        case, staff.administrator, may_pick_up="yes", may_be_contacted="no", rests_on="Card."
    )
    assert (row.set_by, row.set_at, row.relation) == (staff.administrator, AT, "parent")
    assert row.answers == around.answers(may_pick_up="yes", may_be_contacted="no")
    assert row.words(case.key) == {
        "name": "Ana Brook",
        "telephone": "555-0142",
        "language": "Spanish",
        "rests_on": "Card.",
    }
    assert b"Ana" not in bytes(row.sealed)


def test_the_four_people_of_a_foster_student_are_four_with_permissions_of_their_own() -> None:
    staff = make.Staff()
    case = make.case(staff)
    for name, relation, may in (
        ("Wanda Worker", "child_welfare_worker", {"gets_case": "yes", "may_be_contacted": "yes"}),
        ("Hal Holder", "rights_holder", {"decides_education": "yes", "gets_education": "yes"}),
        ("Fay Foster", "caregiver", {"may_pick_up": "yes", "lives_in_home": "yes"}),
        ("Al Attorney", "attorney", {"may_be_contacted": "yes", "may_pick_up": "no"}),
    ):
        around.contact(case, staff.counselor, name, relation, **may)
    with acting_as(staff.counselor.pk):
        rows = {row.relation: row for row in Contact.objects.in_force().filter(case=case)}
    assert {row.who for row in rows.values()} == {row.who for row in set(rows.values())}
    assert len(rows) == 4
    assert [name for name, row in rows.items() if row.may_pick_up == "yes"] == ["caregiver"]
    assert [name for name, row in rows.items() if row.decides_education == "yes"] == ["rights_holder"]
    text = page(case, staff.administrator)
    for name in ("Wanda Worker", "Hal Holder", "Fay Foster", "Al Attorney"):
        assert name in text


def test_the_team_reads_them_the_counselors_section_its_notes_and_the_officer_nothing() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    around.contact(case, staff.administrator, may_pick_up="yes", note="Cries on the telephone.")
    for person, reads, section in (
        (staff.counselor, True, True),
        (staff.administrator, True, False),
        (staff.sro, False, False),
    ):
        text = page(case, person)
        assert ("Ana Brook" in text, "Cries on the telephone." in text) == (reads, section), person
    with acting_as(staff.sro.pk):
        assert not Contact.objects.exists()


def test_a_number_is_there_to_be_called_only_when_it_was_decided_that_they_may_be_contacted() -> None:
    staff = make.Staff()
    case = make.case(staff)
    for answer, called in (("yes", True), ("no", False), ("unknown", False)):
        row = around.contact(case, staff.counselor, may_be_contacted=answer)
        text = page(case, staff.counselor)
        assert ("tel:5550142" in text.replace("-", ""), "555-0142" in text) == (called, True), answer
        workflow.end_contact(actor=staff.counselor, case=case, contact=row, reason="Next.", at=AT)


def test_somebody_who_may_be_involved_is_told_nothing_and_the_page_says_what_holds_at_dismissal() -> None:
    staff = make.Staff()
    case = make.case(staff)
    for name in ("may_be_contacted", "gets_schedule", "gets_education", "gets_case"):
        with invalid(name):
            around.contact(case, staff.counselor, may_be_involved="yes", **{name: "yes"})
    around.contact(case, staff.counselor, may_be_involved="yes", may_pick_up="yes")
    assert "do not refuse to hand the student to a parent with custody without lawful authority" in page(
        case, staff.counselor
    )
    stored = Contact(case=case, relation="parent", set_at=AT, set_by=staff.counselor, sealed=b"x")
    stored.may_be_involved = stored.gets_case = "yes"
    with (
        pytest.raises(IntegrityError, match="involved_is_told_nothing"),
        transaction.atomic(),
        acting_as(staff.counselor.pk),
    ):
        stored.save(force_insert=True)


@pytest.mark.parametrize(
    ("relation", "answers", "frozen"),
    [
        ("parent", {"may_be_involved": "yes"}, True),
        ("caregiver", {"may_be_involved": "yes"}, True),
        ("other_adult", {"may_be_involved": "yes", "lives_in_home": "yes"}, True),
        ("other_adult", {"may_be_involved": "yes"}, False),
        ("parent", {"may_be_involved": "unknown"}, False),
    ],
)
def test_somebody_of_the_home_who_may_be_involved_freezes_contact_with_parents(
    relation: str, answers: dict[str, str], frozen: bool
) -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = around.contact(case, staff.counselor, "Robin", relation, **(answers | {"may_be_involved": "no"}))
    with acting_as(staff.counselor.pk):
        assert not parents.frozen(case)
    workflow.change_contact(
        actor=staff.counselor, case=case, contact=row, at=AT, **around.person("Robin", relation, **answers)
    )
    with acting_as(staff.counselor.pk):
        assert parents.frozen(case) is frozen


def test_the_students_own_child_is_a_concern_of_its_own_to_which_the_page_leads() -> None:
    staff = make.Staff()
    case = make.case(staff)
    with invalid("relation"):
        around.contact(case, staff.counselor, "Baby", OWN_CHILD)
    client, path = signed_in(staff.counselor), reverse("cases:add_contact", args=[case.pk])
    answer = client.post(path, {"relation": OWN_CHILD, "name": "Baby", **around.answers()})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "record a new concern" in text
    assert 'value="Baby"' in text
    link = f"{reverse('cases:new_concern')}?school={case.school_id}"
    assert link in text
    assert f"{reverse('cases:log_concern')}?school={case.school_id}" in client.get(link).content.decode()


def test_a_new_concern_from_a_case_begins_with_its_school_and_nothing_else_of_it() -> None:
    staff = make.Staff()
    aspen = School.objects.create(name="Aspen High")
    staff.counselor.memberships.create(role="counselor", school=aspen, since=make.SINCE)
    client, path = signed_in(staff.counselor), reverse("cases:log_concern")
    form = client.get(f"{path}?school={staff.school.pk}").context["form"]
    assert form.initial["school"] == staff.school.pk
    assert not form.initial.get("student")
    # Another school than one's own is none.
    assert "school" not in client.get(f"{path}?school={staff.other_school.pk}").context["form"].initial


def test_what_cannot_be_taken_is_said_at_its_field() -> None:
    staff = make.Staff()
    case = make.case(staff)
    for wrong, field in (
        ({"name": " "}, "name"),
        ({"relation": "friend"}, "relation"),
        ({"telephone": "5" * 201}, "telephone"),
        ({"language": "\x00"}, "language"),
        ({"rests_on": "x" * 5001}, "rests_on"),
        ({"note": "x" * 5001}, "note"),
        ({"answers": around.answers(may_pick_up="perhaps")}, "may_pick_up"),
        ({"answers": {}}, ""),
    ):
        with invalid(*([field] if field else around.answers())):
            workflow.add_contact(actor=staff.counselor, case=case, at=AT, **(around.person() | wrong))


def test_the_officer_enters_nobody_and_for_somebody_elsewhere_there_is_no_case() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    with pytest.raises(NotPermitted):
        around.contact(case, staff.sro)
    with pytest.raises(Absent):
        around.contact(case, staff.elsewhere)


def test_what_was_entered_of_another_student_says_so_after_the_case_was_corrected() -> None:
    staff = make.Staff()
    case = make.case(staff)
    around.contact(case, staff.counselor)
    around.safety_plan(case, staff.counselor)
    workflow.correct_student(
        actor=staff.counselor,
        case=case,
        student=make.student(staff.school, "Robin", "Reed"),
        reason="Mixed up.",
        at=AT + timedelta(hours=1),
    )
    around.contact(case, staff.counselor, "Rosa Reed", at=AT + timedelta(hours=2))
    assert page(case, staff.counselor).count("Entered before this case was named or corrected") == 2


@pytest.mark.parametrize("why", ["frozen", "of_age", "custody"])
def test_while_the_home_is_not_called_no_page_offers_it_and_the_page_and_its_form_say_why(why: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    for name, relation in (("Ana Brook", "parent"), ("Al Attorney", "attorney")):
        around.contact(case, staff.counselor, name, relation, may_be_contacted="yes")
    kin = around.contact(
        case, staff.counselor, "Ray", "other_adult", may_be_contacted="yes", lives_in_home="yes"
    )
    assert page(case, staff.counselor).count('href="tel:5550142"') == 3
    if why == "frozen":
        workflow.suspect_parent(actor=staff.counselor, case=case, reason="Bruises.", at=AT)
    elif why == "custody":
        taken_along(case, staff.counselor)
    else:
        Student.objects.filter(pk=staff.student.pk).update(birth_date=date(2000, 1, 1))
    words = {
        "frozen": "Contact with parents is frozen",
        "custody": "The peace officer notifies the parent",
        "of_age": "The student is 18 since",
    }
    text = page(case, staff.counselor)
    assert text.count('href="tel:5550142"') == 1
    assert text.count("no call for now") == 2
    client = signed_in(staff.counselor)
    forms = [
        reverse("cases:add_contact", args=[case.pk]),
        reverse("cases:change_contact", args=[case.pk, kin.pk]),
    ]
    for shown in (text, *(client.get(form).content.decode() for form in forms)):
        assert words[why] in shown
