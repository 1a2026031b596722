"""Suspected becomes confirmed by a decision that says what it rests on; see also test_correspondences."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from cases import workflow
from cases.models import Case, TrackRun
from cases.reading.work import waiting_for
from csec.accounts.models import User
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(days=2)


def confirm(actor: User, case: Case, **given: Any) -> TrackRun:
    values: dict[str, Any] = {
        "to": "confirmed_victim",
        "basis": "law_enforcement",
        "decided_by": "Both",
        "reason": "The police confirmed it.",
    }
    return workflow.reclassify(actor=actor, case=case, **({"at": LATER} | values | given))


def test_the_decision_keeps_its_basis_who_decided_and_why() -> None:
    staff = make.Staff()
    case = make.case(staff)
    run = confirm(staff.administrator, case)
    decision, words = make.decided(case, staff.counselor, "reclassified")
    assert (decision.code, decision.by, decision.at) == ("law_enforcement", staff.administrator, LATER)
    assert words == {
        "reason": "The police confirmed it.",
        "decided_by": "Both",
        "to": "confirmed_victim",
    }
    assert make.as_seen(case, staff.counselor).track == run.track == "confirmed_victim"
    with acting_as(staff.counselor.pk):
        before, after = case.runs.all()
    assert (before.ended_at, after.started_at, after.after_id) == (LATER, LATER, before.pk)


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"reason": ""}, {"reason"}),
        ({"reason": "\x07"}, {"reason"}),
        ({"decided_by": "x" * 5001}, {"decided_by"}),
        ({"basis": "", "decided_by": ""}, {"basis", "decided_by"}),
        ({"basis": "a_feeling"}, {"basis"}),
        ({"to": "suspected_recruiter"}, {"to"}),
        ({"to": "closed"}, {"to"}),
    ],
)
def test_what_cannot_be_taken_leaves_the_track_as_it_was(given: dict[str, str], fields: set[str]) -> None:
    staff = make.Staff()
    case = make.case(staff)
    with invalid(*fields):
        confirm(staff.counselor, case, **given)
    assert make.as_seen(case, staff.counselor).track == "suspected_victim"
    assert all(part.version == 0 for part in make.parts(case, staff.counselor))


def test_the_second_reads_who_did_it_already() -> None:
    staff = make.Staff()
    case = make.case(staff)
    confirm(staff.administrator, case)
    with conflict("Ada Administrator already did this on Sun, Nov 22, 2:50 PM."):
        confirm(staff.counselor, case)


def test_who_did_it_is_not_whoever_decided_something_else_since() -> None:
    staff = make.Staff()
    case = make.case(staff, "confirmed_victim")
    workflow.add_person(
        actor=staff.administrator,
        case=case,
        person=staff.social_worker,
        role="social_worker",
        reason="Helps.",
        at=AT + timedelta(hours=1),
    )
    with conflict("Casey Counselor already did this on Fri, Nov 20, 2:50 PM."):
        confirm(staff.counselor, case)


def test_there_and_back_again_loses_nothing() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    confirm(staff.counselor, case)
    back = {"to": "suspected_victim", "basis": "", "decided_by": "", "reason": "It was a misunderstanding."}
    confirm(staff.counselor, case, at=LATER + timedelta(days=1), **back)
    with acting_as(staff.counselor.pk):
        runs = list(case.runs.values_list("track", flat=True))
        done = case.parts.filter(outcome="done").values_list("part", flat=True)
        assert runs == ["suspected_victim", "confirmed_victim", "suspected_victim"]
        assert list(done) == ["report"]


def test_an_officer_who_had_not_answered_is_asked_anew_and_waits_no_longer() -> None:
    staff = make.Staff()
    case = make.case(staff)
    request = make.asked_in(case, staff.counselor, staff.sro)
    confirm(staff.counselor, case)
    with acting_as(staff.sro.pk):
        assert waiting_for(staff.sro, LATER).requests == []
    with conflict("This case was reclassified."):
        workflow.accept_request(actor=staff.sro, request=request, at=LATER)
    again = make.asked_in(case, staff.counselor, staff.sro, at=LATER)
    with acting_as(staff.sro.pk):
        assert [one.pk for one in waiting_for(staff.sro, LATER).requests] == [again.pk]


@pytest.mark.parametrize("posted", [{}, {"to": "suspected_recruiter"}])
def test_a_case_that_becomes_nothing_else_has_no_page_for_it(posted: dict[str, str]) -> None:
    staff = make.Staff()
    case = make.case(staff, "suspected_recruiter")
    client = signed_in(staff.counselor)
    path = reverse("cases:reclassify", args=[case.pk])
    assert client.get(path).status_code == client.post(path, posted).status_code == 404
