"""A case is kept from somebody who is implicated in it, or related to the student."""

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, CasePerson, Concern, SroRequest
from csec.accounts.models import User
from csec.errors import NotPermitted
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def exclude(staff: make.Staff, case: Case, person: User, *, by: User | None = None) -> None:
    workflow.exclude_person(actor=by or staff.counselor, case=case, person=person, reason="Her uncle.", at=AT)


def sees(person: User, case: Case) -> bool:
    with acting_as(person.pk):
        return (
            Case.objects.visible_to(person).filter(pk=case.pk).exists()
            or Case.objects.filter(pk=case.pk).exists()
        )


@pytest.mark.parametrize("who", ["administrator", "liaison"])
def test_for_them_it_no_longer_exists_nor_do_its_concerns(who: str) -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    case = make.case(staff, about=concern)
    person = getattr(staff, who)
    assert sees(person, case)
    exclude(staff, case, person)
    assert not sees(person, case)
    with acting_as(person.pk):
        assert not Concern.objects.filter(pk=concern.pk).exists()
    decision, words = make.decided(case, staff.counselor, "person_excluded")
    assert (decision.by, words) == (staff.counselor, {"reason": "Her uncle.", "who": person.name})


def test_a_concern_that_comes_later_goes_past_them_as_well() -> None:
    staff = make.Staff()
    case = make.case(staff)
    exclude(staff, case, staff.administrator)
    later = make.concern(staff)
    workflow.attach_concern(actor=staff.counselor, concern=later, case=case, reason="Same.", at=AT)
    with acting_as(staff.administrator.pk):
        assert not Concern.objects.filter(pk=later.pk).exists()


def test_an_officer_is_off_the_case_and_no_longer_asked() -> None:
    staff = make.Staff()
    case = make.case(staff)
    request = make.asked_in(case, staff.counselor, staff.sro)
    exclude(staff, case, staff.sro)
    assert not sees(staff.sro, case)
    with acting_as(staff.counselor.pk):
        assert SroRequest.objects.get(pk=request.pk).answer == "withdrawn"


def test_the_last_who_carries_it_cannot_be_kept_from_it_before_somebody_else_does() -> None:
    staff = make.Staff()
    case = make.case(staff)
    with conflict("Nobody else carries this case."):
        exclude(staff, case, staff.counselor, by=staff.administrator)


def test_nobody_is_kept_away_twice_nor_by_themselves() -> None:
    staff = make.Staff()
    case = make.case(staff)
    exclude(staff, case, staff.administrator)
    with conflict("This case is kept from Ada Administrator since Fri, Nov 20, 2:50 PM."):
        exclude(staff, case, staff.administrator)
    with invalid("person"):
        exclude(staff, case, staff.counselor)


def test_it_needs_a_reason_and_somebody_who_carries_or_answers_for_the_case() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    with invalid("reason"):
        workflow.exclude_person(actor=staff.counselor, case=case, person=staff.sro, reason=" ", at=AT)
    with pytest.raises(NotPermitted):
        exclude(staff, make.as_seen(case, staff.sro), staff.administrator, by=staff.sro)


def test_who_is_kept_away_stands_on_the_case_for_those_who_decide_it_alone() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    client = Client()
    client.force_login(staff.counselor)
    form = client.get(reverse("cases:exclude_person", args=[case.pk])).content.decode()
    assert "Lee Liaison" in form
    assert "Casey Counselor</option>" not in form
    typed = {"person": str(staff.administrator.pk), "reason": "Her uncle."}
    assert client.post(reverse("cases:exclude_person", args=[case.pk]), typed).status_code == 302
    for person, told in ((staff.counselor, True), (staff.sro, False)):
        client = Client()
        client.force_login(person)
        page = client.get(case.get_absolute_url()).content.decode()
        assert ("Kept from" in page) is told
    with acting_as(staff.sro.pk):
        assert not CasePerson.objects.filter(excluded=True).exists()
