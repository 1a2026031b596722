"""A concern that becomes no case ends with a reason, and stays."""

import pytest

from cases import workflow
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def test_it_stays_with_its_reason_and_who_ended_it() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    workflow.close_concern(actor=staff.counselor, concern=concern, reason="An aunt’s car.", at=AT)
    kept = make.reload(concern, staff.counselor)
    assert (kept.status, kept.ended_by_id, kept.ended_at, kept.case_id) == (
        "closed",
        staff.counselor.pk,
        AT,
        None,
    )
    assert kept.accepted_by_id == staff.counselor.pk
    with acting_as(staff.counselor.pk):
        assert kept.ending() == {"reason": "An aunt’s car."}


@pytest.mark.parametrize("reason", ["", " \n", "x" * 5001, "\x07"])
def test_it_does_not_end_without_a_reason_that_can_be_read(reason: str) -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    with invalid("reason"):
        workflow.close_concern(actor=staff.counselor, concern=concern, reason=reason, at=AT)
    assert make.reload(concern, staff.counselor).status == "received"


def test_the_backup_who_comes_second_reads_who_closed_it() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    workflow.close_concern(actor=staff.counselor, concern=concern, reason="An aunt’s car.", at=AT)
    with conflict("Casey Counselor closed this concern on Fri, Nov 20, 2:50 PM."):
        workflow.close_concern(actor=staff.social_worker, concern=concern, reason="Nothing.", at=AT)
