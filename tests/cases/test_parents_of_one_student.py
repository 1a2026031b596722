"""What stands between the school and the parents is of the student: in every case of theirs, telling of no other."""

import pytest
from django.test import Client
from django.urls import reverse

from cases import parents, workflow
from cases.models import Case
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.identity import acting_as
from tests import make
from tests.cases.parents import consulted, contacted, decided, holds, later, taken_along
from tests.expect import conflict

pytestmark = pytest.mark.django_db


def page(person: User, path: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(path).content.decode()


def second(staff: make.Staff, *, merged: bool) -> tuple[Case, Case, User]:
    """A suspected recruiter's case, and the same student's as a possible victim, with somebody on that one alone."""
    first = make.case(staff, "suspected_recruiter")
    student = make.student(staff.school, "Averie", "Brooke") if merged else staff.student
    if merged:
        make.merged(staff.administrator, staff.student, student)
    other = make.case(staff, about=make.concern(staff, student=student))
    alone = make.user("Nia New", Role.COUNSELOR, staff.school)
    make.helper(other, staff.counselor, alone, Role.COUNSELOR)
    consulted(other, alone)
    decided(other, alone)
    return first, other, alone


@pytest.mark.parametrize("merged", [False, True], ids=["one-row", "merged-rows"])
def test_a_hold_in_one_case_freezes_the_other_until_counsel_releases_it_and_says_nothing_of_it(
    *, merged: bool
) -> None:
    staff = make.Staff()
    first, other, alone = second(staff, merged=merged)
    make.asked_in(other, staff.counselor, staff.sro)
    room = reverse("cases:parents_of_case", args=[other.pk])
    assert "Contact with parents is frozen" not in page(alone, room)
    hold = workflow.suspect_parent(
        actor=staff.counselor, case=first, reason="Planted: the stepfather.", at=later(5)
    )
    with conflict("Contact with parents is frozen"):
        contacted(other, alone, at=later(6))
    for person in (alone, staff.sro):
        for path in (other.get_absolute_url(), room):
            shown = page(person, path)
            assert "Contact with parents is frozen" in shown
            assert "until legal counsel ends the freeze" in shown
            for word in ("Planted", first.number, first.get_absolute_url(), "No legal counsel has this case"):
                assert word not in shown
    assert holds(other, alone) == []
    workflow.release_parent_hold(
        actor=staff.counsel, case=first, hold=hold, reason="Her aunt has custody.", at=later(10)
    )
    with acting_as(alone.pk):
        assert not parents.frozen(other)
    contacted(other, alone, at=later(11))


def test_custody_in_one_case_holds_contact_in_the_other_until_the_student_is_back_also_when_it_closed() -> (
    None
):
    staff = make.Staff()
    first, other, alone = second(staff, merged=True)
    custody = taken_along(first, staff.counselor)
    make.closed(first, staff.counselor)
    with conflict("Contact with parents is frozen"):
        contacted(other, alone, at=later(6))
    shown = page(alone, reverse("cases:parents_of_case", args=[other.pk]))
    assert "Contact with parents is frozen" in shown
    assert "City police" not in shown
    assert "A peace officer has taken the student" not in shown
    workflow.end_custody(
        actor=staff.counselor, case=first, custody=custody, back_at=later(7), reason="Home.", at=later(8)
    )
    contacted(other, alone, at=later(9))


def test_what_counsel_releases_here_is_frozen_by_what_stands_in_the_other_case() -> None:
    staff = make.Staff()
    first, other, _alone = second(staff, merged=False)
    workflow.suspect_parent(actor=staff.counselor, case=first, reason="The stepfather.", at=later(5))
    own = workflow.suspect_parent(actor=staff.counselor, case=other, reason="Her uncle.", at=later(6))
    workflow.release_parent_hold(actor=staff.counsel, case=other, hold=own, reason="Not so.", at=later(7))
    with conflict("Contact with parents is frozen"):
        decided(other, staff.counselor, at=later(8))
