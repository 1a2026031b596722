"""Legal counsel alone releases contact with parents, with a reason; then it is decided anew, and counsel is gone."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from cases import parents, workflow
from cases.models import Case, CasePerson, ParentHold
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.cases.parents import consulted, contacted, decided, holds, later
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def held(staff: make.Staff, *, said: str = "decided") -> tuple[Case, ParentHold]:
    case = make.case(staff)
    consulted(case, staff.counselor)
    if said:
        decided(case, staff.counselor)
    hold = workflow.suspect_parent(actor=staff.counselor, case=case, reason="Afraid of home.", at=AT)
    return case, hold


def release(case: Case, by: User, hold: ParentHold, reason: str = "Child Welfare looked into it.") -> None:
    workflow.release_parent_hold(actor=by, case=case, hold=hold, reason=reason, at=later(9))


def test_after_it_contact_is_on_hold_until_it_is_decided_anew() -> None:
    staff = make.Staff()
    case, hold = held(staff)
    release(case, staff.counsel, hold)
    [row] = holds(case, staff.counselor)
    assert (row.ended_by, row.released(case.key)) == (staff.counsel, "Child Welfare looked into it.")
    with acting_as(staff.counselor.pk):
        assert not parents.frozen(case)
    with conflict("Still missing: Whether a parent or somebody in the home is suspected"):
        contacted(case, staff.counselor, at=later(10))
    decided(case, staff.counselor, at=later(10))
    contacted(case, staff.counselor, at=later(11))


def test_the_pages_have_one_name_for_it() -> None:
    """A release is what leaves the school."""
    staff = make.Staff()
    case, hold = held(staff)
    for person, name, args in (
        (staff.counsel, "release_parent_hold", (case.pk, hold.pk)),
        (staff.counsel, "parents_of_case", (case.pk,)),
        (staff.counselor, "case", (case.pk,)),
        (staff.counselor, "suspect_parent", (case.pk,)),
    ):
        client = Client()
        client.force_login(person)
        page = client.get(reverse(f"cases:{name}", args=args)).content.decode()
        main = page.partition("<main")[2].partition("</main>")[0]
        assert "freeze" in main, name
        for words in ("releases it", "Release contact", "released it"):
            assert words not in page, name
        if name in ("release_parent_hold", "suspect_parent"):
            assert ">Save</button>" not in main, name


def test_a_decision_to_contact_nobody_that_was_made_under_it_is_asked_anew() -> None:
    staff = make.Staff()
    case, hold = held(staff, said="")
    decided(case, staff.administrator, "withhold", at=later(2))
    release(case, staff.counsel, hold)
    assert make.part(case, staff.counselor, "decide_contact").outcome == ""


def test_with_it_counsels_access_ends_and_another_that_they_have_goes_on() -> None:
    staff = make.Staff()
    case, hold = held(staff)
    kept = make.case(staff)
    make.helper(kept, staff.counselor, staff.counsel, Role.COUNSEL)
    other = workflow.suspect_parent(actor=staff.counselor, case=kept, reason="Afraid.", at=AT)
    release(case, staff.counsel, hold)
    release(kept, staff.counsel, other)
    with acting_as(staff.counsel.pk):
        assert list(Case.objects.visible_to(staff.counsel)) == [kept]
    with acting_as(staff.counselor.pk):
        row = CasePerson.objects.get(case=case, role=Role.COUNSEL)
    assert row.until == later(9)


def test_counsel_who_was_taken_off_before_was_there_until_then_and_no_longer() -> None:
    staff = make.Staff()
    second = make.user("Cal Counsel", Role.COUNSEL)
    case, hold = held(staff)
    with acting_as(staff.counselor.pk):
        row = CasePerson.objects.get(case=case, person=second)
    workflow.remove_person(actor=staff.counselor, case=case, person=row, reason="Retired.", at=later(1))
    release(case, staff.counsel, hold)
    with acting_as(staff.counselor.pk):
        ends = dict(CasePerson.objects.filter(case=case, role=Role.COUNSEL).values_list("person", "until"))
    assert ends == {second.pk: later(1), staff.counsel.pk: later(9)}


def test_what_counsel_opened_for_a_records_request_stays_open_to_them() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    wanted = make.records_request(staff, at=database_now())
    workflow.open_requested_case(actor=staff.counsel, request=wanted, case=case.pk, at=database_now())
    hold = workflow.suspect_parent(
        actor=staff.counselor, case=case, reason="Afraid of home.", at=database_now()
    )
    workflow.release_parent_hold(
        actor=staff.counsel, case=case, hold=hold, reason="Looked into.", at=database_now()
    )
    with acting_as(staff.counsel.pk):
        assert Case.objects.visible_to(staff.counsel).get() == case


def test_nobody_else_releases_it() -> None:
    staff = make.Staff()
    case, hold = held(staff)
    make.with_liaison(case, staff)
    for person in (staff.counselor, staff.administrator, staff.liaison):
        with pytest.raises(NotPermitted):
            release(case, person, hold)
    for person in (staff.elsewhere, staff.teacher):
        with pytest.raises(Absent):
            release(case, person, hold)


def test_of_two_counsel_the_second_is_told_who_released_it() -> None:
    staff = make.Staff()
    second = make.user("Cal Counsel", Role.COUNSEL)
    case = make.case(staff)
    make.helper(case, staff.counselor, second, Role.COUNSEL)
    hold = workflow.suspect_parent(actor=staff.counselor, case=case, reason="Afraid.", at=AT)
    release(case, staff.counsel, hold)
    with conflict("Lou Counsel ended this on Fri, Nov 20, 2:59 PM"):
        release(case, second, hold)


def test_one_of_another_case_is_not_found_under_this_one() -> None:
    staff = make.Staff()
    (case, _hold), (_other, theirs) = held(staff, said=""), held(staff, said="")
    with pytest.raises(Absent):
        release(case, staff.counsel, theirs)


def test_there_is_no_page_under_another_case_nor_of_one_that_does_not_exist() -> None:
    staff = make.Staff()
    case, hold = held(staff)
    other = make.on_case_as_counsel(make.case(staff), staff)
    client = Client()
    client.force_login(staff.counsel)
    found = [
        client.get(reverse("cases:release_parent_hold", args=[under.pk, which])).status_code
        for under, which in ((case, hold.pk), (other, hold.pk), (case, uuid4()))
    ]
    assert found == [200, 404, 404]


@pytest.mark.parametrize("reason", ["", "x" * 5001], ids=["empty", "too-long"])
def test_it_is_not_released_without_a_reason(reason: str) -> None:
    staff = make.Staff()
    case, hold = held(staff)
    with invalid("reason"):
        release(case, staff.counsel, hold, reason)
    assert make.reload(hold, staff.counselor).ended_at is None


def test_of_the_page_sent_twice_the_second_goes_home_too() -> None:
    staff = make.Staff()
    case = make.case(staff)
    hold = workflow.suspect_parent(
        actor=staff.counselor, case=case, reason="Afraid of home.", at=database_now()
    )
    client = Client()
    client.force_login(staff.counsel)
    address = reverse("cases:release_parent_hold", args=[case.pk, hold.pk])
    assert "Afraid of home." in client.get(address).content.decode()
    for _twice in range(2):
        answer = client.post(address, {"reason": "Looked into."})
        assert (answer.status_code, answer["Location"]) == (302, reverse("home"))
    assert client.get(case.get_absolute_url()).status_code == 404
