"""Of a device only its custody is kept: in whose hands, which officer took it when, where it is now."""

from datetime import timedelta
from typing import Any

import pytest

from cases import workflow
from cases.models import DeviceRecord
from csec.errors import Absent
from csec.identity import acting_as
from tests import around, make
from tests.expect import invalid
from tests.make import AT

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
TAKEN = {"handed_over_at": AT, "officer": "Officer Okafor", "agency": "City police", "reference": "55-1187"}


def test_each_hand_it_goes_through_is_another_row_and_the_officer_writes_and_reads_them_too() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    given: dict[str, Any] = {"case": case, "at": AT}
    workflow.record_device(actor=staff.administrator, **given, **around.device(AT - HOUR))
    taken = workflow.record_device(
        actor=staff.sro, **given, **around.device(AT - HOUR, where_now="Evidence room.", **TAKEN)
    )
    assert (taken.held_since, taken.handed_over_at, taken.by) == (AT - HOUR, AT, staff.sro)
    assert taken.words(case.key) == {
        "held_by": "Ada Administrator",
        "officer": "Officer Okafor",
        "agency": "City police",
        "reference": "55-1187",
        "where_now": "Evidence room.",
    }
    assert b"Okafor" not in bytes(taken.sealed)
    for person in (staff.counselor, staff.sro):
        with acting_as(person.pk):
            assert DeviceRecord.objects.filter(case=case).count() == 2


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"held_by": " "}, ["held_by"]),
        ({"where_now": ""}, ["where_now"]),
        ({"where_now": "x" * 201}, ["where_now"]),
        ({"held_since": AT + HOUR}, ["held_since"]),
        ({"held_since": AT.replace(year=1999)}, ["held_since"]),
        ({"handed_over_at": AT}, ["officer", "agency"]),
        (TAKEN | {"handed_over_at": AT + HOUR}, ["handed_over_at"]),
        (TAKEN | {"handed_over_at": AT - HOUR}, ["handed_over_at"]),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(wrong: dict[str, Any], fields: list[str]) -> None:
    staff = make.Staff()
    case = make.case(staff)
    with invalid(*fields):
        workflow.record_device(actor=staff.counselor, case=case, at=AT, **(around.device() | wrong))


def test_somebody_elsewhere_finds_no_such_case() -> None:
    staff = make.Staff()
    case = make.case(staff)
    with pytest.raises(Absent):
        workflow.record_device(actor=staff.elsewhere, case=case, at=AT, **around.device())
