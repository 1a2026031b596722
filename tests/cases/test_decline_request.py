"""The officer who cannot take it on says why; the step asks again, and the officer is off the case."""

import pytest

from cases import workflow
from cases.models import CasePerson
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def test_whoever_asked_reads_why_and_asks_again() -> None:
    staff = make.Staff()
    case = make.case(staff)
    request = make.asked_in(case, staff.counselor, staff.sro)
    workflow.decline_request(actor=staff.sro, request=request, reason="On leave until Monday.", at=AT)
    part = make.part(case, staff.counselor, "notify")
    assert (part.outcome, part.version) == ("", 2)
    with acting_as(staff.counselor.pk):
        first, second = part.entries.order_by("number")
        ended = CasePerson.objects.get(case=case, person=staff.sro)
    assert (second.corrects_id, second.actor_id) == (first.pk, staff.sro.pk)
    assert make.evidence(second, staff.counselor) == {"reason": "On leave until Monday."}
    assert ended.until == AT
    assert make.asked_in(case, staff.counselor, staff.sro).answer == ""


def test_it_is_not_declined_without_a_reason() -> None:
    staff = make.Staff()
    request = make.asked_in(make.case(staff), staff.counselor, staff.sro)
    with invalid("reason"):
        workflow.decline_request(actor=staff.sro, request=request, reason=" ", at=AT)
    assert make.reload(request, staff.sro).answer == ""


def test_what_was_accepted_is_not_declined() -> None:
    staff = make.Staff()
    request = make.asked_in(make.case(staff), staff.counselor, staff.sro)
    workflow.accept_request(actor=staff.sro, request=request, at=AT)
    with conflict("This was answered on Fri, Nov 20, 2:50 PM: Accepted."):
        workflow.decline_request(actor=staff.sro, request=request, reason="No time.", at=AT)


def test_nobody_declines_for_the_officer_and_the_officer_who_did_is_out() -> None:
    staff = make.Staff()
    request = make.asked_in(make.case(staff), staff.counselor, staff.sro)
    with pytest.raises(NotPermitted):
        workflow.decline_request(actor=staff.counselor, request=request, reason="No.", at=AT)
    workflow.decline_request(actor=staff.sro, request=request, reason="On leave.", at=AT)
    with pytest.raises(Absent):
        workflow.decline_request(actor=staff.sro, request=request, reason="On leave.", at=AT)
