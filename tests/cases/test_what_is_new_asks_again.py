"""What is new of a student asks each again whose own report is made, with a clock of its own, and once."""

from datetime import timedelta
from typing import Any

import pytest

from cases import workflow
from cases.models import Case
from csec.identity import acting_as
from tests import make
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db

LATER = AT + 3 * DAY
FOUND = {"areas_checked": ["recruitment"], "impact_found": True}


@pytest.fixture
def staff() -> make.Staff:
    return make.Staff()


@pytest.fixture
def case(staff: make.Staff) -> Case:
    """Two carry it, and each has reported; a third who does not any more."""
    case = make.case(staff)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    make.reported(case, staff.counselor)
    return case


def asked(staff: make.Staff, at: Any = LATER) -> list[int]:
    """How often each of the two is asked by now; the latest since that moment, as long as before."""
    numbers = []
    for person in (staff.counselor, staff.social_worker):
        for duty in make.duties(person):
            assert (duty.learned_at, duty.due_at) == (at, at + timedelta(hours=36))
            numbers.append(duty.number)
    return numbers


def test_that_the_student_is_missing_by_whoever_enters_it(staff: make.Staff, case: Case) -> None:
    make.missing(staff.teacher, staff.student, at=LATER)
    assert asked(staff) == [2, 2]
    # The same again, while they are asked: not once more.
    make.missing(staff.teacher, staff.student, since=LATER, at=LATER + timedelta(hours=1))
    assert asked(staff) == [2, 2]
    # Whoever has no place on the case learns nothing by it.
    assert make.duties(staff.teacher) == []


def test_that_the_student_is_not_safe(staff: make.Staff, case: Case) -> None:
    make.record(case, staff.counselor, "regular_contact", values={"student_safe": "no"}, at=LATER)
    assert asked(staff) == [2, 2]


def test_what_somebody_found_at_the_school_and_not_its_correction(staff: make.Staff, case: Case) -> None:
    nothing = make.record(
        case, staff.administrator, "impact", values=FOUND | {"impact_found": False}, at=LATER
    )
    assert asked(staff) == []
    given: dict[str, Any] = {
        "actor": staff.administrator,
        "outcome": "done",
        "happened_at": LATER,
        "at": LATER,
    }
    found = workflow.correct_entry(entry=nothing, values=FOUND, reason="A flyer.", **given)
    assert asked(staff) == [2, 2]
    make.confirmed(case, at=LATER)
    more = FOUND | {"areas_checked": ["recruitment", "other_students"]}
    workflow.correct_entry(entry=found, values=more, reason="One more.", **given)
    assert asked(staff) == []


def test_what_came_of_it_with_the_police_each_word_once(staff: make.Staff, case: Case) -> None:
    request = make.asked_in(case, staff.counselor, staff.sro)
    workflow.accept_request(actor=staff.sro, request=request, at=AT)
    for version, (word, again) in enumerate(
        [("cannot_share", []), ("investigating", [2, 2]), ("investigating", []), ("referred", [3, 3])]
    ):
        at = LATER + version * DAY
        values = {"report_back": word}
        workflow.report_back(actor=staff.sro, request=request, version=version, values=values, at=at)
        assert asked(staff, at) == again
        make.confirmed(case, at=at)


def test_that_a_report_which_others_rested_on_was_not_made(staff: make.Staff, case: Case) -> None:
    with acting_as(staff.social_worker.pk):
        entry = make.part(case, staff.social_worker, "report").entries.get()
    opened: dict[str, Any] = {
        "outcome": "reopened",
        "happened_at": LATER,
        "reason": "Was not made.",
        "at": LATER,
    }
    workflow.correct_entry(actor=staff.social_worker, entry=entry, **opened)
    assert asked(staff) == [2, 2]
    # What each has answered meanwhile is theirs: one that stands is not open again, and asks nobody.
    make.own_report(case, staff.social_worker, at=LATER)
    entry = make.own_report(case, staff.counselor, at=LATER, against_earlier="new_report")
    workflow.correct_entry(actor=staff.counselor, entry=entry, **opened)
    assert asked(staff) == [2]


def test_that_a_report_is_open_again_with_a_case_which_was_closed(staff: make.Staff) -> None:
    concern = make.concern(staff)
    case = make.case(staff, about=concern)
    make.closed(case, staff.counselor)
    workflow.supplement_concern(actor=staff.teacher, concern=concern, account="Bruises.", at=LATER - DAY)
    workflow.accept_concern(actor=staff.counselor, concern=concern, at=LATER - DAY)
    make.opted_out(case, at=LATER - DAY)
    workflow.reopen_case(actor=staff.counselor, case=case, reason="New facts.", at=LATER)
    assert make.part(case, staff.counselor, "report").outcome == ""
    assert asked(staff) == [3]
