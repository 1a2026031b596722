"""A transfer is taken back by the school that offers it: what was offered can no longer be read there."""

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Transfer, TransferSection
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def test_whoever_it_was_offered_to_is_told_and_reads_nothing_more() -> None:
    staff = make.Staff()
    case = make.case(staff)
    transfer = make.offered(case, staff.counselor, staff.elsewhere)
    workflow.withdraw_transfer(
        actor=staff.administrator, case=case, transfer=transfer, reason="She stays.", at=AT
    )
    client = Client()
    client.force_login(staff.elsewhere)
    shown = client.get(reverse("cases:transfer", args=[transfer.pk])).content.decode()
    assert "Withdrawn: Ada Administrator" in shown
    assert "She stays." not in shown
    assert staff.student.full_name not in shown
    assert "A transfer waits" not in client.get(reverse("home")).content.decode()
    with acting_as(staff.elsewhere.pk):
        assert not TransferSection.objects.exists()
    with conflict("Withdrawn: Ada Administrator"):
        workflow.accept_transfer(actor=staff.elsewhere, transfer=transfer, at=AT)
    with conflict("Withdrawn: Ada Administrator"):
        workflow.withdraw_transfer(actor=staff.counselor, case=case, transfer=transfer, reason="Too.", at=AT)


def test_it_takes_a_reason_and_the_case_can_close_afterwards() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    transfer = make.offered(case, staff.counselor, staff.elsewhere)
    with invalid("reason"):
        workflow.withdraw_transfer(actor=staff.counselor, case=case, transfer=transfer, reason="", at=AT)
    workflow.withdraw_transfer(
        actor=staff.counselor, case=case, transfer=transfer, reason="She stays.", at=AT
    )
    kept = make.reload(transfer, staff.counselor)
    assert (kept.state, kept.answer(case.key)) == (Transfer.State.WITHDRAWN, {"reason": "She stays."})
    make.closed(case, staff.counselor)
