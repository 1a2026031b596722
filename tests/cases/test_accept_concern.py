"""The receiver or the backup says that a concern is read and dealt with."""

from datetime import timedelta

import pytest

from cases import workflow
from tests import make
from tests.expect import conflict
from tests.make import AT

pytestmark = pytest.mark.django_db


def test_it_names_who_took_it_and_when_and_it_still_waits_for_its_end() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    workflow.accept_concern(actor=staff.social_worker, concern=concern, at=AT + timedelta(minutes=5))
    kept = make.reload(concern, staff.counselor)
    assert (kept.accepted_by_id, kept.accepted_at) == (staff.social_worker.pk, AT + timedelta(minutes=5))
    assert kept.status == "received"


def test_the_second_reads_who_took_it_and_when() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    workflow.accept_concern(actor=staff.counselor, concern=concern, at=AT)
    with conflict("Casey Counselor took this concern on Fri, Nov 20, 2:50 PM."):
        workflow.accept_concern(actor=staff.social_worker, concern=concern, at=AT)


def test_one_that_was_closed_meanwhile_is_not_taken() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    workflow.close_concern(actor=staff.counselor, concern=concern, reason="Cleared up.", at=AT)
    with conflict("Casey Counselor closed this concern on Fri, Nov 20, 2:50 PM."):
        workflow.accept_concern(actor=staff.social_worker, concern=concern, at=AT)
