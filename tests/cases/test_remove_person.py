"""Taking somebody off a case: they no longer see it, and what they did stays."""

import pytest
from django.urls import reverse

from cases import workflow
from cases.models import Case, CasePerson
from csec.errors import Absent
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db


def with_helper(staff: make.Staff) -> tuple[Case, CasePerson]:
    case = make.case(staff)
    row = workflow.add_person(
        actor=staff.counselor,
        case=case,
        person=staff.social_worker,
        role="social_worker",
        reason="Helps.",
        at=AT,
    )
    return case, row


def remove(staff: make.Staff, case: Case, row: CasePerson, reason: str = "On leave.") -> None:
    workflow.remove_person(actor=staff.counselor, case=case, person=row, reason=reason, at=AT)


def test_the_case_no_longer_exists_for_them_and_their_entries_stay() -> None:
    staff = make.Staff()
    case, row = with_helper(staff)
    entry = make.record(case, staff.social_worker, "offer_referral", "declined", reason="Not now.")
    contact = make.part(case, staff.social_worker, "regular_contact")
    remove(staff, case, row)
    assert make.reload(row, staff.counselor).until == AT
    with acting_as(staff.social_worker.pk):
        assert not Case.objects.filter(pk=case.pk).exists()
    assert make.reload(entry, staff.counselor).actor_id == staff.social_worker.pk
    decision, words = make.decided(case, staff.counselor, "person_removed")
    assert (decision.code, words) == ("social_worker", {"reason": "On leave.", "who": "Sam Socialworker"})
    with pytest.raises(Absent):
        workflow.record_outcome(
            actor=staff.social_worker,
            part=contact,
            version=0,
            outcome="unable",
            happened_at=AT,
            reason="Not there.",
            review_on=AT.date(),
            at=AT,
        )


def test_the_second_reads_when_they_were_taken_off() -> None:
    staff = make.Staff()
    case, row = with_helper(staff)
    remove(staff, case, row)
    with conflict("Sam Socialworker was taken off this case on Fri, Nov 20, 2:50 PM."):
        remove(staff, case, row)


@pytest.mark.parametrize("reason", ["", "x" * 5001, "\x07"])
def test_it_needs_a_reason_that_can_be_read(reason: str) -> None:
    staff = make.Staff()
    case, row = with_helper(staff)
    with invalid("reason"):
        remove(staff, case, row, reason)
    assert make.reload(row, staff.counselor).until is None


def test_somebody_on_another_case_cannot_be_taken_off_this_one() -> None:
    staff = make.Staff()
    case, _row = with_helper(staff)
    _other, foreign = with_helper(staff)
    with pytest.raises(Absent):
        remove(staff, case, foreign)


def test_nobody_whom_the_concern_goes_past_is_let_in_by_taking_the_exclusion_off() -> None:
    staff = make.Staff()
    case = make.case(staff, about=make.concern(staff, implicated=[staff.administrator]))
    with acting_as(staff.counselor.pk):
        excluded = CasePerson.objects.get(case=case, excluded=True)
    with pytest.raises(Absent):
        remove(staff, case, excluded)
    page = reverse("cases:remove_person", args=[case.pk, excluded.pk])
    assert signed_in(staff.counselor).get(page).status_code == 404
