"""A case opened from a concern: its first person, its track with every part open, and the clocks that run."""

import re
from datetime import timedelta

import pytest

from cases import workflow
from cases.models import CasePerson, Concern
from csec.errors import Absent
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("track", "steps"), [("suspected_recruiter", 4), ("suspected_victim", 7), ("confirmed_victim", 8)]
)
def test_every_step_of_the_track_is_open_in_printed_order(track: str, steps: int) -> None:
    staff = make.Staff()
    case = make.case(staff, track)
    parts = make.parts(case, staff.counselor)
    assert [part.step_number for part in parts] == sorted(part.step_number for part in parts)
    assert {part.step_number for part in parts} == set(range(1, steps + 1))
    assert all(part.is_open and part.version == 0 for part in parts)


def test_whoever_opens_it_is_the_first_on_it_and_the_concern_is_in_it() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    case = make.case(staff, about=concern)
    with acting_as(staff.counselor.pk):
        people = [(row.person_id, row.role, row.since) for row in CasePerson.objects.filter(case=case)]
        assert people == [(staff.counselor.pk, "counselor", AT)]
        assert Concern.objects.get(pk=concern.pk).case_id == case.pk
    assert (case.student_id, case.school_id) == (staff.student.pk, staff.school.pk)
    assert re.fullmatch(r"[2-9B-Y]{4}-[2-9B-Y]{4}", case.number)


def test_a_confirmation_keeps_what_it_rests_on_and_who_decided() -> None:
    staff = make.Staff()
    case = make.case(staff, "confirmed_victim")
    decision, words = make.decided(case, staff.counselor, "opened")
    assert decision.code == "disclosure"
    assert words == {
        "reason": "What was seen fits the indicators.",
        "decided_by": "Casey Counselor and Ada Administrator",
    }


def test_the_reports_hours_run_from_when_it_was_known_and_not_from_the_opening() -> None:
    staff = make.Staff()
    known = AT - timedelta(hours=20)
    case = make.case(staff, about=make.concern(staff, first_known_at=known))
    assert make.part(case, staff.counselor, "report").due_at == known + timedelta(hours=36)


def test_the_liaison_who_receives_it_last_opens_it_as_liaison() -> None:
    staff = make.Staff()
    everyone = [staff.counselor, staff.social_worker, staff.administrator]
    concern = make.concern(staff, implicated=everyone)
    case = workflow.open_case(
        actor=staff.liaison, concern=concern, track="suspected_victim", reason="It fits.", at=AT
    )
    assert make.as_seen(case, staff.liaison).my_role == "liaison"
    for person in everyone:
        with pytest.raises(Absent):
            workflow.close_case(actor=person, case=case, outcome="other", reason="No.", at=AT)


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"track": "victim"}, {"track"}),
        ({"reason": ""}, {"reason"}),
        ({"reason": "x" * 5001}, {"reason"}),
        ({"track": "confirmed_victim", "decided_by": "Both"}, {"basis"}),
        ({"track": "confirmed_victim", "basis": "a_feeling", "decided_by": "Both"}, {"basis"}),
        ({"track": "confirmed_victim", "basis": "disclosure", "decided_by": " "}, {"decided_by"}),
    ],
)
def test_what_cannot_be_taken_leaves_the_concern_as_it_was(given: dict[str, str], fields: set[str]) -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    values = {"track": "suspected_victim", "reason": "It fits."} | given
    with invalid(*fields):
        workflow.open_case(actor=staff.counselor, concern=concern, at=AT, **values)
    assert make.reload(concern, staff.counselor).status == "received"


def test_the_backup_who_comes_second_reads_that_it_is_in_a_case() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    make.case(staff, about=concern)
    with conflict("Casey Counselor put this concern into a case on Fri, Nov 20, 2:50 PM."):
        workflow.open_case(
            actor=staff.social_worker, concern=concern, track="suspected_victim", reason="It fits.", at=AT
        )
