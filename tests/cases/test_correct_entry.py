"""What was entered wrongly is entered again: both stay, and only the latest can be corrected."""

from typing import Any

import pytest

from cases import workflow
from cases.models import Case, Entry
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db

IMPACT = {"areas_checked": ["recruitment"], "impact_found": False}


def entered(staff: make.Staff) -> tuple[Case, Entry]:
    case = make.case(staff)
    return case, make.record(case, staff.administrator, "impact", values=IMPACT)


def correct(actor: Any, entry: Entry, outcome: str = "done", **given: Any) -> Entry:
    values: dict[str, Any] = (
        {"values": IMPACT | {"impact_found": True}, "reason": "Overlooked."} if outcome == "done" else {}
    )
    return workflow.correct_entry(
        actor=actor, entry=entry, outcome=outcome, happened_at=AT, at=AT, **(values | given)
    )


def test_the_correction_names_its_entry_and_the_earlier_one_is_unchanged() -> None:
    staff = make.Staff()
    _case, entry = entered(staff)
    correction = correct(staff.administrator, entry)
    assert (correction.corrects_id, correction.number) == (entry.pk, 2)
    assert make.evidence(entry, staff.administrator)["impact_found"] is False
    assert make.evidence(correction, staff.administrator)["impact_found"] is True


def test_a_part_that_never_ended_is_open_again() -> None:
    staff = make.Staff()
    case, entry = entered(staff)
    correct(staff.administrator, entry, "reopened", reason="It was another case.")
    part = make.part(case, staff.administrator, "impact")
    assert (part.outcome, part.is_open, part.version) == ("", True, 2)


@pytest.mark.parametrize(
    ("outcome", "given", "fields"),
    [
        ("done", {"reason": " "}, {"reason"}),
        ("reopened", {"reason": ""}, {"reason"}),
        ("reopened", {"reason": "x" * 5001}, {"reason"}),
        ("reopened", {"reason": "Mistake.", "values": IMPACT}, {"areas_checked", "impact_found"}),
        ("superseded", {"reason": "Away."}, {"outcome"}),
        ("declined", {"reason": "No."}, {"outcome"}),
        ("unable", {"reason": "Not yet."}, {"review_on"}),
        ("done", {"values": {}}, {"areas_checked", "impact_found"}),
    ],
)
def test_what_cannot_be_taken_leaves_the_part_as_it_was(
    outcome: str, given: dict[str, Any], fields: set[str]
) -> None:
    staff = make.Staff()
    case, entry = entered(staff)
    with invalid(*fields):
        correct(staff.administrator, entry, outcome, **given)
    assert make.part(case, staff.administrator, "impact").version == 1


def test_an_entry_that_was_corrected_already_is_not_corrected_again() -> None:
    staff = make.Staff()
    _case, entry = entered(staff)
    correct(staff.administrator, entry)
    with conflict("Ada Administrator recorded “Done” on Fri, Nov 20, 2:50 PM."):
        correct(staff.administrator, entry)


def test_the_parts_actors_correct_each_other_and_nobody_else_does() -> None:
    staff = make.Staff()
    _case, entry = entered(staff)
    colleague = make.user("Addi Second", "administrator", staff.school)
    assert correct(colleague, entry).actor == colleague
    for person, refusal in ((staff.counselor, NotPermitted), (staff.elsewhere, Absent)):
        with pytest.raises(refusal):
            correct(person, entry)


def test_a_report_is_corrected_by_its_author_alone_and_opened_again_by_whoever_carries_the_duty_too() -> None:
    staff = make.Staff()
    case = make.case(staff)
    entry = make.reported(case, staff.counselor)
    given: dict[str, Any] = {
        "values": {"phoned_at": AT, "written_at": AT, "agency": "Child Welfare Services", "reference": "R-2"}
    }
    with invalid("outcome"):
        correct(staff.administrator, entry, **given)
    with pytest.raises(NotPermitted):
        correct(staff.liaison, entry, outcome="reopened", reason="A mistake.")
    corrected = correct(staff.counselor, entry, **given)
    assert corrected.corrects_id == entry.pk
    opened = correct(staff.administrator, corrected, outcome="reopened", reason="I know of it too.")
    assert (opened.actor, make.part(case, staff.counselor, "report").outcome) == (None, "")
    assert make.evidence(opened, staff.counselor) == {}


def test_in_a_closed_case_nothing_is_corrected() -> None:
    staff = make.Staff()
    case, entry = entered(staff)
    make.reported(case, staff.counselor)
    make.closed(case, staff.counselor)
    with conflict("Casey Counselor closed this case"):
        correct(staff.administrator, entry)
    with acting_as(staff.administrator.pk):
        assert Entry.objects.filter(part=entry.part_id).count() == 1
