"""The student is back from an officer: contact with parents is asked as before, on hold."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.kinds import OF_PARENTS, parent_contact
from cases.models import Case, Custody, StepPart
from csec.accounts.models import User
from csec.errors import Absent
from csec.identity import acting_as
from tests import make
from tests.cases.parents import consulted, contacted, decided, later, taken_along
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def back(case: Case, by: User, custody: Custody, **given: object) -> None:
    values: dict[str, object] = {"back_at": later(60), "reason": "With her aunt.", "at": later(61)}
    workflow.end_custody(actor=by, case=case, custody=custody, **values | given)  # type: ignore[arg-type]


def test_contact_with_a_parent_is_on_hold_again_and_decided_anew() -> None:
    staff = make.Staff()
    case = make.case(staff)
    consulted(case, staff.counselor)
    decided(case, staff.counselor)
    custody = taken_along(case, staff.counselor)
    back(case, staff.administrator, custody)
    row = make.reload(custody, staff.counselor)
    assert (row.ended_at, row.came_back(case.key)) == (later(60), "With her aunt.")
    with conflict("Contact with parents is on hold"):
        contacted(case, staff.counselor, at=later(62))
    decided(case, staff.counselor, at=later(63))
    contacted(case, staff.counselor, at=later(64))
    taken_along(case, staff.counselor, at=later(65))


def test_what_concerns_parents_is_frozen_no_longer() -> None:
    staff = make.Staff()
    case = make.case(staff)
    consulted(case, staff.counselor)

    def frozen() -> set[str]:
        with acting_as(staff.counselor.pk):
            return {one.kind for one in StepPart.objects.filter(case=case).with_frozen() if one.frozen}

    custody = taken_along(case, staff.counselor)
    assert set() < frozen() <= {parent_contact.KIND, *OF_PARENTS}
    back(case, staff.administrator, custody)
    assert frozen() == set()


def test_the_second_is_told_who_wrote_it_down() -> None:
    staff = make.Staff()
    case = make.case(staff)
    custody = taken_along(case, staff.counselor)
    back(case, staff.administrator, custody)
    with conflict("Ada Administrator wrote down that the student was back on Fri, Nov 20, 3:50 PM"):
        back(case, staff.counselor, custody)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"reason": ""}, {"reason"}),
        ({"back_at": AT - timedelta(minutes=1)}, {"back_at"}),
        ({"back_at": later(62)}, {"back_at"}),
    ],
    ids=["no-words", "before-it-began", "in-the-future"],
)
def test_it_says_when_and_with_whom(given: dict[str, object], wrong: set[str]) -> None:
    staff = make.Staff()
    case = make.case(staff)
    custody = taken_along(case, staff.counselor)
    with invalid(*wrong):
        back(case, staff.counselor, custody, **given)


def test_one_of_another_case_is_not_found_under_this_one() -> None:
    staff = make.Staff()
    case, other = make.case(staff), make.case(staff)
    custody = taken_along(other, staff.counselor)
    with pytest.raises(Absent):
        back(case, staff.counselor, custody)


def test_the_page_asks_for_it_where_it_was_recorded() -> None:
    staff = make.Staff()
    case = make.case(staff)
    client = Client()
    client.force_login(staff.counselor)
    record = reverse("cases:record_custody", args=[case.pk])
    typed = {"taken_at": "2026-11-20T14:00", "agency": "City police", "officer_named": "R. Roe"}
    assert client.get(record).status_code == 200
    assert client.post(record, typed | {"agency": ""}).status_code == 422
    assert client.post(record, typed).status_code == 302
    shown = client.get(reverse("cases:parents_of_case", args=[case.pk]))
    custody = shown.context["page"].open_custody.row
    end = reverse("cases:end_custody", args=[case.pk, custody.pk])
    assert end in shown.content.decode()
    assert "City police" in client.get(end).content.decode()
    assert client.post(end, {"back_at": "2026-11-20T14:30", "reason": "Home."}).status_code == 302
