"""Closing: an outcome, a reason, and a word on each part that is left open."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from cases import workflow
from cases.models import Case
from cases.reading.case import CasePage
from cases.workflow.cases import parts_left_open
from csec.accounts.models import User
from csec.directory.models import Student
from csec.identity import acting_as
from tests import make
from tests.cases.parents import taken_along
from tests.expect import conflict, invalid
from tests.make import AT
from tests.papers import read
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


def shown(case: Case, reader: User) -> dict[str, tuple[str, str, str]]:
    """Of each part of the open track its state, the word, and why it was left open, as the page of its case says it."""
    with acting_as(reader.pk):
        views = CasePage(make.as_seen(case, reader), reader, AT).parts
        return {view.row.part: (view.state, str(view.word), str(view.left_open)) for view in views}


def test_a_closed_case_says_what_was_left_open_and_why_and_nothing_waits() -> None:
    staff = make.Staff()
    case, left = ready(staff)
    make.record(
        case, staff.counselor, "consult", "unable", reason="Away today.", review_on=AT.date() + make.DAY
    )
    make.record(case, staff.counselor, "regular_contact", values={"student_safe": "yes"})
    before = shown(case, staff.counselor)
    close(staff, case, left_open=left)
    after = shown(case, staff.counselor)
    assert "left_open" not in {state for state, _word, _why in before.values()}
    open_ones = {"consult", *(part for part, (state, *_rest) in before.items() if state == "waiting")}
    assert {part for part, (state, *_rest) in after.items() if state == "left_open"} == (
        open_ones - {"regular_contact"}
    )
    assert after["consult"] == ("left_open", "Left open", "The next school goes on.")
    assert (before["regular_contact"][1], after["regular_contact"][:2]) == ("Goes on", ("done", "Done"))
    page = signed_in(staff.counselor).get(case.get_absolute_url()).content.decode()
    assert page.count('<p class="part-meta">The next school goes on.</p>') == len(open_ones) - 1
    assert "state-waiting" not in page
    assert "step-now" not in page
    workflow.reopen_case(actor=staff.counselor, case=case, reason="She is back.", at=AT)
    assert shown(case, staff.counselor) == before


def test_the_record_that_is_kept_after_a_transfer_says_that_another_school_goes_on() -> None:
    staff = make.Staff()
    case, _left = ready(staff)
    transfer = make.offered(case, staff.counselor, staff.elsewhere)
    workflow.accept_transfer(actor=staff.elsewhere, transfer=transfer, at=AT)
    why = "Another school has taken the student over, and goes on"
    assert shown(case, staff.counselor)["impact"] == ("left_open", "Left open", why)


def test_a_report_that_is_still_to_be_made_goes_on_waiting_in_a_case_that_has_ended() -> None:
    staff = make.Staff()
    case = make.case(staff)
    transfer = make.offered(case, staff.counselor, staff.elsewhere)
    workflow.accept_transfer(actor=staff.elsewhere, transfer=transfer, at=AT)
    assert shown(case, staff.counselor)["report"][0] == "waiting"


def test_papers_of_a_closed_case_say_what_was_left_open_and_no_day() -> None:
    staff = make.Staff()
    case, left = ready(staff)
    before = read(make.paper(case, staff.counselor, sections=["track"]).content).text
    assert "Waiting, due" in before
    close(staff, case, left_open=left)
    after = read(make.paper(case, staff.counselor, sections=["track"]).content).text
    assert "Left open" in after
    assert "Waiting" not in after
    assert ", due " not in after
