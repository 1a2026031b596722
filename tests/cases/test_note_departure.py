"""The student leaves and nobody knows where to: the case stays with the liaison until somebody acknowledges."""

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def test_the_case_stays_open_its_check_in_goes_on_and_the_liaison_has_it_until_somebody_acknowledges() -> (
    None
):
    staff = make.Staff()
    case = make.case(staff)
    make.reported(case, staff.counselor)
    due = make.check_in(case, staff.counselor)
    transfer = make.left(case, staff.counselor)
    assert make.as_seen(case, staff.liaison).is_open
    assert make.check_in(case, staff.counselor) == due
    client = Client()
    client.force_login(staff.liaison)
    assert f"Case {case.number}: the student left" in client.get(reverse("home")).content.decode()
    with conflict("A transfer of this student is not over yet"):
        make.closed(case, staff.counselor)
    workflow.acknowledge_transfer(
        actor=staff.counselor,
        case=case,
        transfer=transfer,
        acknowledged_by="Intake worker, Child Welfare Services, 555-0150",
        acknowledged_at=AT,
        at=AT,
    )
    workflow.close_case(
        actor=staff.counselor,
        case=case,
        outcome="left",
        reason="She lives with her aunt in another county.",
        left_open=make.left_open(case, staff.counselor),
        last_look="Child Welfare goes on.",
        at=AT,
    )
    assert not make.as_seen(case, staff.counselor).is_open


def test_what_is_known_is_written_down() -> None:
    staff = make.Staff()
    case = make.case(staff)
    with invalid("reason"):
        workflow.note_departure(actor=staff.counselor, case=case, reason="", at=AT)
    transfer = make.left(case, staff.counselor)
    assert make.reload(transfer, staff.administrator).words(case.key) == {"reason": "Her locker is empty."}
    assert b"locker" not in bytes(transfer.sealed or b"")
