"""Somebody who was kept from a case by mistake is let in again, by the liaison."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from cases import workflow
from cases.models import Case, CasePerson, Concern
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT
from tests.test_routes import signed_in

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(days=1)


def kept_away(staff: make.Staff) -> tuple[Case, Concern, CasePerson]:
    """A case that a concern keeps from the administrator, who only has the name of somebody related."""
    concern = make.concern(staff, implicated=[staff.administrator])
    case = make.case(staff, about=concern)
    with acting_as(staff.liaison.pk):
        row = CasePerson.objects.get(case=case, excluded=True)
    return case, concern, row


def readmit(staff: make.Staff, case: Case, row: CasePerson, reason: str = "A namesake.") -> None:
    workflow.readmit_person(actor=staff.liaison, case=case, person=row, reason=reason, at=LATER)


def test_the_case_and_its_concerns_are_open_to_their_role_again() -> None:
    """By `concern_access`, too: what was lifted keeps nobody away."""
    staff = make.Staff()
    case, concern, row = kept_away(staff)
    readmit(staff, case, row)
    assert make.as_seen(case, staff.administrator).my_role == "administrator"
    with acting_as(staff.administrator.pk):
        assert Concern.objects.visible_to(staff.administrator).filter(pk=concern.pk).exists()
    decision, words = make.decided(case, staff.counselor, "person_readmitted")
    assert (decision.by, words) == (staff.liaison, {"reason": "A namesake.", "who": "Ada Administrator"})


def test_they_can_be_kept_away_once_more() -> None:
    staff = make.Staff()
    case, concern, row = kept_away(staff)
    readmit(staff, case, row)
    workflow.exclude_person(
        actor=staff.counselor, case=case, person=staff.administrator, reason="Related after all.", at=LATER
    )
    with acting_as(staff.administrator.pk):
        assert not Case.objects.filter(pk=case.pk).exists()
        assert not Concern.objects.filter(pk=concern.pk).exists()


def test_only_the_liaison_lets_somebody_in_again() -> None:
    staff = make.Staff()
    case, _concern, row = kept_away(staff)
    with pytest.raises(NotPermitted):
        workflow.readmit_person(actor=staff.counselor, case=case, person=row, reason="A namesake.", at=LATER)


def test_the_database_lets_nobody_else_lift_it() -> None:
    """Neither from the concern nor from the case, whether it is said to be over, or never to have been."""
    staff = make.Staff()
    case, concern, row = kept_away(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    with acting_as(staff.counselor.pk):
        assert concern.exclusions.count() == 1
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            concern.exclusions.update(lifted_at=LATER)
        assert row in CasePerson.objects.filter(case=case)
    for change in ({"until": LATER}, {"excluded": False}, {"person": staff.teacher}):
        with (
            acting_as(staff.counselor.pk),
            pytest.raises(DatabaseError, match=r"row-level security|permission denied"),
            transaction.atomic(),
        ):
            CasePerson.objects.filter(pk=row.pk).update(**change)
    # To the officer, and to whom it keeps away, it is not even there.
    for person in (staff.sro, staff.administrator):
        with acting_as(person.pk):
            assert CasePerson.objects.filter(pk=row.pk).update(until=LATER) == 0


def test_it_needs_a_reason_and_happens_once() -> None:
    staff = make.Staff()
    case, _concern, row = kept_away(staff)
    with invalid("reason"):
        readmit(staff, case, row, reason="")
    readmit(staff, case, row)
    with conflict("is no longer kept from this case since Sat, Nov 21"):
        readmit(staff, case, row)


def test_somebody_who_is_on_the_case_is_not_let_in() -> None:
    staff = make.Staff()
    case, _concern, _row = kept_away(staff)
    with acting_as(staff.liaison.pk):
        on_it = CasePerson.objects.get(case=case, excluded=False)
    with pytest.raises(Absent):
        readmit(staff, case, on_it)
    page = reverse("cases:readmit_person", args=[case.pk, on_it.pk])
    assert signed_in(staff.liaison).get(page).status_code == 404
