"""Sent is not acknowledged: somebody at the new school or at Child Welfare says that they know, and is written down."""

from datetime import timedelta

import pytest

from cases import workflow
from cases.models import Transfer
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db

KNOWS = {"acknowledged_by": "Ms. Okafor, Cypress High", "acknowledged_at": AT, "at": AT}


def test_who_and_when_is_kept_under_the_cases_key() -> None:
    staff = make.Staff()
    case = make.case(staff)
    sent = make.sent(case, staff.counselor)
    workflow.acknowledge_transfer(actor=staff.administrator, case=case, transfer=sent, **KNOWS)
    kept = make.reload(sent, staff.counselor)
    assert (kept.state, kept.answered_by) == (Transfer.State.ACKNOWLEDGED, staff.administrator)
    assert kept.answer(case.key)["acknowledged_by"] == "Ms. Okafor, Cypress High"
    with conflict("Acknowledged: Ada Administrator"):
        workflow.acknowledge_transfer(actor=staff.counselor, case=case, transfer=sent, **KNOWS)


def test_it_names_somebody_and_no_time_to_come() -> None:
    staff = make.Staff()
    case = make.case(staff)
    left = make.left(case, staff.counselor)
    with invalid("acknowledged_by", "acknowledged_at"):
        workflow.acknowledge_transfer(
            actor=staff.counselor,
            case=case,
            transfer=left,
            acknowledged_by="",
            acknowledged_at=AT + timedelta(minutes=1),
            at=AT,
        )


def test_an_offer_within_the_district_is_answered_by_its_receiver_alone() -> None:
    staff = make.Staff()
    case = make.case(staff)
    offered = make.offered(case, staff.counselor, staff.elsewhere)
    with conflict("answered by the person to whom it was made"):
        workflow.acknowledge_transfer(actor=staff.counselor, case=case, transfer=offered, **KNOWS)


def test_a_case_closes_over_a_student_who_left_only_when_somebody_knows() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    values = {
        "outcome": "left",
        "reason": "Moved.",
        "left_open": make.left_open(case, staff.counselor),
        "last_look": "Well.",
        "at": AT,
    }
    with invalid("acknowledged"):
        workflow.close_case(actor=staff.counselor, case=case, **values)
    left = make.left(case, staff.counselor)
    workflow.acknowledge_transfer(actor=staff.counselor, case=case, transfer=left, **KNOWS)
    workflow.close_case(actor=staff.counselor, case=case, **values)
