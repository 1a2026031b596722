"""Closing: an outcome, a reason, and a word on each part that is left open."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from cases import workflow
from cases.models import Case
from cases.workflow.cases import parts_left_open
from csec.directory.models import Student
from csec.identity import acting_as
from tests import make
from tests.cases.parents import taken_along
from tests.expect import conflict, invalid
from tests.make import AT
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db


def close(staff: make.Staff, case: Case, **given: Any) -> None:
    values: dict[str, Any] = {
        "actor": staff.counselor,
        "outcome": "left",
        "reason": "Moved.",
        "last_look": "Well, and the next school looks after her.",
        "acknowledged": "Ms. Okafor, Birch Middle, by telephone.",
        "at": AT,
    }
    workflow.close_case(case=case, **(values | given))


def ready(staff: make.Staff) -> tuple[Case, dict[Any, str]]:
    """A case whose report is made, and an explanation for the rest."""
    case = make.case(staff)
    make.reported(case, staff.counselor)
    return case, make.left_open(case, staff.counselor, "The next school goes on.")


def test_the_decision_keeps_the_outcome_the_reason_and_each_explanation() -> None:
    staff = make.Staff()
    case, left = ready(staff)
    with acting_as(staff.counselor.pk):
        waiting = {str(part.pk) for part in parts_left_open(case, AT)}
    close(staff, case, left_open=left)
    decision, words = make.decided(case, staff.counselor, "closed")
    assert (decision.code, decision.by, words["reason"]) == ("left", staff.counselor, "Moved.")
    assert words["last_look"] == "Well, and the next school looks after her."
    assert words["left_open"] == dict.fromkeys(waiting, "The next school goes on.")
    assert make.as_seen(case, staff.counselor).status == "closed"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 5001}, "reason"),
        ({"reason": "\x07"}, "reason"),
        ({"last_look": ""}, "last_look"),
        ({"last_look": " "}, "last_look"),
        ({"last_look": "x" * 5001}, "last_look"),
        ({"outcome": ""}, "outcome"),
        ({"outcome": "solved"}, "outcome"),
    ],
)
def test_what_cannot_be_taken_leaves_the_case_open(given: dict[str, str], field: str) -> None:
    staff = make.Staff()
    case, left = ready(staff)
    with invalid(field):
        close(staff, case, left_open=left, **given)
    assert make.as_seen(case, staff.counselor).is_open


@pytest.mark.parametrize("words", ["", " ", "x" * 5001, "\x07"])
def test_one_part_without_an_explanation_that_can_be_read_is_named(words: str) -> None:
    staff = make.Staff()
    case, left = ready(staff)
    impact = make.part(case, staff.counselor, "impact")
    with invalid(f"left_open_{impact.pk}"):
        close(staff, case, left_open=left | {impact.pk: words})


def test_a_report_that_could_not_be_made_yet_holds_the_case_open_too() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.record(case, staff.counselor, "report", "unable", reason="Line busy.", review_on=AT.date())
    with conflict("It cannot be explained away"):
        close(staff, case, left_open=make.left_open(case, staff.counselor))


def test_the_second_reads_who_closed_it_and_when() -> None:
    staff = make.Staff()
    case, left = ready(staff)
    close(staff, case, left_open=left)
    with conflict("Casey Counselor closed this case on Fri, Nov 20, 2:50 PM."):
        close(staff, case, actor=staff.administrator, left_open=left)
    assert make.decided(case, staff.counselor, "closed")[0].by == staff.counselor


def test_a_case_on_which_all_has_ended_needs_no_explanation() -> None:
    staff = make.Staff()
    case, _left = ready(staff)
    unable: dict[str, Any] = {"reason": "For the test.", "review_on": AT.date()}
    for part in make.parts(case, staff.counselor):
        if not part.is_open or part.part in ("respond", "website", "notify"):
            continue
        person = staff.administrator if part.part == "impact" else staff.counselor
        make.record(case, person, part.part, "unable", **unable)
    with acting_as(staff.counselor.pk):
        still = {part.part for part in parts_left_open(case, AT)}
    assert "report" not in still
    assert "impact" in still


def test_a_case_without_a_schedule_closes_without_a_last_look() -> None:
    staff = make.Staff()
    case = make.case(staff, "suspected_recruiter")
    make.opted_out(case)
    close(staff, case, left_open=make.left_open(case, staff.counselor), last_look="")
    assert make.as_seen(case, staff.counselor).status == "closed"


def test_a_word_for_a_part_of_another_case_is_nowhere_on_the_page() -> None:
    staff = make.Staff()
    case, _left = ready(staff)
    entry = make.reported(make.case(staff), staff.counselor)
    name = f"left_open_{entry.part_id}"
    page = signed_in(staff.counselor).post(reverse("cases:close_case", args=[case.pk]), {name: "Typed."})
    assert name not in page.context["form"].fields
    assert name not in page.content.decode()


def test_what_nobody_is_asked_about_parents_needs_no_word() -> None:
    staff = make.Staff()
    case, left = ready(staff)
    taken_along(case, staff.counselor)
    asked = [make.part(case, staff.counselor, name) for name in ("decide_contact", "contact_guardian")]
    page = signed_in(staff.counselor).get(reverse("cases:close_case", args=[case.pk])).content.decode()
    for part in asked:
        assert str(part.pk) not in page
        left.pop(part.pk, None)
        left.pop(str(part.pk), None)
    close(staff, case, left_open=left)


def test_of_a_student_who_is_18_the_decision_alone_needs_no_word() -> None:
    staff = make.Staff()
    case, _left = ready(staff)
    found = []
    for born in (date(2015, 1, 1), date(2000, 1, 1)):
        Student.objects.filter(pk=staff.student.pk).update(birth_date=born)
        seen = make.as_seen(case, staff.counselor)
        with acting_as(staff.counselor.pk):
            found.append({part.part for part in parts_left_open(seen, AT)})
    assert found[0] - found[1] == {"decide_contact"}
