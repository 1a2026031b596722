"""Whoever it is offered to says why they cannot take the student over: the case stays, and its people choose anew."""

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Transfer, TransferSection
from csec.errors import NotPermitted
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def test_the_case_stays_open_its_check_in_waits_and_the_reason_is_read_by_its_people() -> None:
    staff = make.Staff()
    case = make.case(staff)
    due = make.check_in(case, staff.counselor)
    transfer = make.offered(case, staff.counselor, staff.elsewhere)
    workflow.refuse_transfer(actor=staff.elsewhere, transfer=transfer, reason="We have no place.", at=AT)
    assert make.as_seen(case, staff.counselor).is_open
    assert make.check_in(case, staff.counselor) == due
    client = Client()
    client.force_login(staff.counselor)
    page = client.get(reverse("cases:transfers_of_case", args=[case.pk])).content.decode()
    assert "We have no place." in page
    client.force_login(staff.elsewhere)
    shown = client.get(reverse("cases:transfer", args=[transfer.pk])).content.decode()
    assert "Refused: Ellis Elsewhere" in shown
    assert staff.student.full_name not in shown
    with acting_as(staff.elsewhere.pk):
        assert not TransferSection.objects.exists()


def test_it_is_offered_to_somebody_else_then() -> None:
    staff = make.Staff()
    backup = make.user("Bo Backup", "social_worker", staff.other_school)
    case = make.case(staff)
    first = make.offered(case, staff.counselor, staff.elsewhere)
    workflow.refuse_transfer(actor=staff.elsewhere, transfer=first, reason="Bo knows her.", at=AT)
    second = make.offered(case, staff.counselor, backup)
    with conflict("Refused: Ellis Elsewhere"):
        workflow.accept_transfer(actor=staff.elsewhere, transfer=first, at=AT)
    workflow.accept_transfer(actor=backup, transfer=second, at=AT)
    assert make.reload(second, staff.counselor).state == Transfer.State.ACCEPTED


def test_it_takes_a_reason_and_the_one_person() -> None:
    staff = make.Staff()
    case = make.case(staff)
    transfer = make.offered(case, staff.counselor, staff.elsewhere)
    with invalid("reason"):
        workflow.refuse_transfer(actor=staff.elsewhere, transfer=transfer, reason=" ", at=AT)
    with pytest.raises(NotPermitted):
        workflow.refuse_transfer(actor=staff.administrator, transfer=transfer, reason="No.", at=AT)
