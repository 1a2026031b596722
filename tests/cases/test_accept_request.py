"""The officer who was asked, and nobody else, takes it on: which is not yet investigating."""

import pytest

from cases import workflow
from csec.accounts.roles import Role
from csec.errors import Absent, NotPermitted
from tests import make
from tests.expect import conflict
from tests.make import AT

pytestmark = pytest.mark.django_db


def test_accepting_is_not_investigating() -> None:
    staff = make.Staff()
    case = make.case(staff)
    request = make.asked_in(case, staff.counselor, staff.sro)
    workflow.accept_request(actor=staff.sro, request=request, at=AT)
    kept = make.reload(request, staff.counselor)
    assert (kept.answer, kept.answered_at) == ("accepted", AT)
    assert make.part(case, staff.counselor, "respond").is_open


def test_it_is_answered_once() -> None:
    staff = make.Staff()
    request = make.asked_in(make.case(staff), staff.counselor, staff.sro)
    workflow.decline_request(actor=staff.sro, request=request, reason="On leave.", at=AT)
    again = make.asked_in(make.as_seen(request.case, staff.counselor), staff.counselor, staff.sro)
    workflow.accept_request(actor=staff.sro, request=again, at=AT)
    for earlier, words in ((again, "Accepted"), (request, "Declined")):
        with conflict(f"This was answered on Fri, Nov 20, 2:50 PM: {words}."):
            workflow.accept_request(actor=staff.sro, request=earlier, at=AT)


def test_nobody_answers_for_the_officer() -> None:
    staff = make.Staff()
    case = make.case(staff)
    request = make.asked_in(case, staff.counselor, staff.sro)
    partner = make.user("Pat Partner", Role.SRO, staff.school)
    with pytest.raises(Absent):
        workflow.accept_request(actor=partner, request=request, at=AT)
    workflow.add_person(
        actor=staff.counselor, case=case, person=partner, role="sro", reason="On duty too.", at=AT
    )
    for person in (partner, staff.counselor, staff.administrator):
        with pytest.raises(NotPermitted):
            workflow.accept_request(actor=person, request=request, at=AT)
