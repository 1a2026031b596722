"""A student with an open case who leaves or changes school by the roster is told, until somebody says who goes on."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from cases import workflow
from cases.models import Case, RosterNote
from cases.workflow.roster import roster_mark
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from csec.directory.models import Student
from csec.identity import acting_as
from tests import make
from tests.cases.reminders.test_sweep_others import MONDAY
from tests.cases.reminders.worker import told, wanted
from tests.cases.test_asked_of_district import sees
from tests.cases.test_nobodys import first_screen, signed_in
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def student_with_a_case() -> tuple[make.Staff, Case]:
    """Of this moment of PostgreSQL's, so that nothing else in it is asked of the district."""
    staff = make.Staff()
    Student.objects.update(local_id="7", birth_date=date(2011, 3, 4))
    return staff, make.case(staff, at=database_now())


def loaded(folder: Path, *rows: str) -> None:
    """The night's roster file, in which everybody is."""
    file = folder / "students.csv"
    file.write_text("\n".join(["local_id,given_name,family_name,birth_date,school", *rows]))
    call_command("load_students", str(file), whole=True, at_most_leave=5)


def moved(person: User) -> int:
    return len(first_screen(person).elsewhere.shown)


def note(staff: make.Staff, case: Case, seen: str = "", **given: Any) -> RosterNote:
    mark = seen or roster_mark(Student.objects.get(pk=case.student_id))
    values = {"actor": staff.counselor, "reason": "Birch Middle goes on.", "at": AT} | given
    return workflow.note_roster_change(case=case, seen=mark, **values)


@pytest.mark.parametrize("rows", [["7,Avery,Brook,2011-03-04,Birch Middle"], ["8,Kim,Kerr,,Alder High"]])
def test_whoever_carries_or_answers_for_the_case_is_asked_until_somebody_says_who_goes_on(
    rows: list[str], tmp_path: Path
) -> None:
    staff, case = student_with_a_case()
    everybody = (staff.counselor, staff.administrator, staff.liaison)
    assert [moved(person) for person in everybody] == [0, 0, 0]
    assert not sees(staff.liaison, case)
    loaded(tmp_path, *rows)
    assert [moved(person) for person in everybody] == [1, 1, 1]
    assert sees(staff.liaison, case)
    assert moved(staff.social_worker) == 0
    words = note(staff, case)
    assert [moved(person) for person in everybody] == [0, 0, 0]
    with acting_as(staff.counselor.pk):
        assert words.words(case.key) == "Birch Middle goes on."
    # Another change is asked again.
    loaded(tmp_path, "7,Avery,Brook,2011-03-04,Alder High")
    loaded(tmp_path, "9,Robin,Reed,,Birch Middle")
    assert moved(staff.counselor) == (0 if rows[0].startswith("8") else 1)


def test_the_wrong_student_corrected_or_a_case_closed_is_an_answer_too(tmp_path: Path) -> None:
    staff, case = student_with_a_case()
    other = make.student(staff.school, "Robin", "Reed")
    make.left_school(staff.student)
    workflow.correct_student(actor=staff.counselor, case=case, student=other, reason="Mixed up.", at=AT)
    assert moved(staff.counselor) == 0
    make.left_school(other)
    assert moved(staff.counselor) == 1
    make.reported(case, staff.counselor)
    make.closed(case, staff.counselor)
    assert moved(staff.counselor) == 0


def test_what_was_answered_already_or_has_changed_meanwhile_is_said() -> None:
    staff, case = student_with_a_case()
    with conflict("The roster says nothing else"):
        note(staff, case)
    before = roster_mark(staff.student)
    make.left_school(staff.student)
    with conflict("changed once more"):
        note(staff, case, seen=before)
    with invalid("reason"):
        note(staff, case, reason=" ")
    note(staff, case)
    with conflict("The roster says nothing else"):
        note(staff, case, actor=staff.administrator)


def test_the_page_says_what_the_roster_says_and_keeps_what_is_typed() -> None:
    staff, case = student_with_a_case()
    make.left_school(staff.student, school=staff.other_school)
    client = signed_in(staff.administrator)
    address = reverse("cases:note_roster_change", args=[case.pk])
    assert address in client.get(case.get_absolute_url()).content.decode()
    assert "at Birch Middle now" in client.get(address).content.decode()
    late = client.post(address, {"seen": "another", "reason": "Typed."})
    assert (late.status_code, "Typed." in late.content.decode()) == (409, True)
    sent = {"seen": roster_mark(Student.objects.get(pk=staff.student.pk)), "reason": "Typed."}
    assert client.post(address, sent).status_code == 302
    assert "Nothing is asked here" in client.get(address).content.decode()


@pytest.mark.django_db(transaction=True)
def test_it_is_told_once_a_week_and_again_for_the_next_change() -> None:
    staff = make.Staff()
    case = make.case(staff, at=MONDAY)
    make.helper(case, staff.counselor, staff.sro, "sro", at=MONDAY)
    make.left_school(staff.student)
    everybody = {("Casey", 0), ("Ada", 0), ("Lee", 0)}
    assert told(MONDAY, "elsewhere") == everybody
    assert {row for row in wanted(MONDAY) if row[0] == "elsewhere"} == {
        ("elsewhere", *row) for row in everybody
    }
    assert told(MONDAY + 2 * make.DAY, "elsewhere") == set()
    make.left_school(staff.student, school=staff.other_school, active=True)
    assert told(MONDAY + 3 * make.DAY, "elsewhere") == everybody
    note(staff, case, at=MONDAY)
    assert not [row for row in wanted(MONDAY) if row[0] == "elsewhere"]
    assert told(MONDAY + 7 * make.DAY, "elsewhere") == set()


def test_a_row_that_was_put_together_with_another_one_at_the_school_is_no_change() -> None:
    staff, case = student_with_a_case()
    other = make.student(staff.school, "Avery", "Brook")
    make.left_school(staff.student)
    assert moved(staff.counselor) == 1
    with acting_as(staff.administrator.pk):
        Student.objects.filter(pk=staff.student.pk).update(merged_into=other)
    assert moved(staff.counselor) == 0
    assert not sees(staff.liaison, case)
