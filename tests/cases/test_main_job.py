"""The whole main job through the verbs, one after the other."""

from datetime import date, timedelta

import pytest

from cases import workflow
from tests import make
from tests.make import AT

pytestmark = pytest.mark.django_db


def test_a_concern_becomes_a_case_that_is_walked_confirmed_and_closed() -> None:
    staff = make.Staff()
    case = make.case(staff)
    later = AT + timedelta(minutes=10)
    asked = make.part(case, staff.counselor, "notify")
    request = workflow.request_sro(
        actor=staff.counselor, part=asked, version=asked.version, officer=staff.sro, at=later
    )
    workflow.accept_request(actor=staff.sro, request=request, at=later)
    answer = make.part(case, staff.sro, "respond")
    workflow.report_back(
        actor=staff.sro,
        request=request,
        version=answer.version,
        values={"report_back": "investigating"},
        at=later,
    )
    report = make.part(case, staff.counselor, "report")
    workflow.record_outcome(
        actor=staff.counselor,
        part=report,
        version=0,
        outcome="done",
        happened_at=later,
        values={"phoned_at": later, "written_at": later, "agency": "Child Welfare Services"},
        at=later,
    )
    contact = make.part(case, staff.counselor, "regular_contact")
    workflow.record_checkin(
        actor=staff.counselor,
        part=contact,
        version=0,
        seen=True,
        happened_at=later,
        next_on=date(2026, 11, 25),
        at=later,
    )
    workflow.reclassify(
        actor=staff.counselor,
        case=case,
        to="confirmed_victim",
        basis="law_enforcement",
        decided_by="Ada",
        reason="Police confirmed.",
        at=later,
    )
    assert make.part(case, staff.counselor, "regular_contact").next_on == date(2026, 11, 25)
    report = make.part(case, staff.counselor, "report")
    workflow.record_outcome(
        actor=staff.counselor,
        part=report,
        version=0,
        outcome="done",
        happened_at=later,
        values={
            "phoned_at": later,
            "written_at": later,
            "agency": "Child Welfare Services",
            "against_earlier": "new_report",
        },
        at=later,
    )
    make.confirmed(case, at=later)
    left = {
        part.pk: "Handed to the receiving district."
        for part in make.parts(case, staff.counselor, run__ended_at__isnull=True, outcome="")
    }
    workflow.close_case(
        actor=staff.counselor,
        case=case,
        outcome="left",
        reason="Moved.",
        left_open=left,
        last_look="Well.",
        acknowledged="Ms. Okafor, Birch Middle, by telephone.",
        at=later,
    )
    assert make.as_seen(case, staff.counselor).status == "closed"
    assert make.part(case, staff.counselor, "regular_contact").next_on is None
