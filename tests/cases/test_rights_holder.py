"""The decision on a school placement asks for that of the holder of educational rights, where it is not a parent."""

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case
from tests import around, make
from tests.expect import invalid
from tests.make import AT

pytestmark = pytest.mark.django_db
STAYS = {"placement_decision": "remain", "placement_options": "This school.", "student_wish": "To stay."}


def decide(case: Case, staff: make.Staff, **values: str) -> None:
    make.record(case, staff.administrator, "placement", values=STAYS | values)


def test_somebody_who_decides_in_a_parents_place_is_asked_before_the_placement_is_decided() -> None:
    staff = make.Staff()
    case = make.case(staff, "confirmed_victim")
    around.contact(case, staff.counselor, "Hal Holder", "rights_holder", decides_education="yes")
    part = make.part(case, staff.administrator, "placement")
    client = Client()
    client.force_login(staff.administrator)
    form = client.get(reverse("cases:record_outcome", args=[case.pk, part.pk])).content.decode()
    assert "Decides on education in a parent’s place: Hal Holder." in form
    with invalid("rights_holder_decision"):
        decide(case, staff)
    # An attempt is one all the same.
    make.record(
        case, staff.administrator, "placement", "unable", reason="Not reached yet.", review_on=AT.date()
    )
    decide(case, staff, rights_holder_decision="Agrees that she stays.")


@pytest.mark.parametrize(
    ("relation", "decides"), [("parent", "yes"), ("rights_holder", "unknown"), ("guardian", "no")]
)
def test_where_nobody_is_entered_who_decides_in_a_parents_place_nothing_more_is_asked(
    relation: str, decides: str
) -> None:
    staff = make.Staff()
    case = make.case(staff, "confirmed_victim")
    around.contact(case, staff.counselor, "Pat", relation, decides_education=decides)
    decide(case, staff)


def test_somebody_who_was_taken_off_the_list_or_no_longer_decides_is_not_asked() -> None:
    staff = make.Staff()
    case = make.case(staff, "confirmed_victim")
    gone, changed = (
        around.contact(case, staff.counselor, name, "guardian", decides_education="yes")
        for name in ("Gia", "Gus")
    )
    workflow.end_contact(actor=staff.counselor, case=case, contact=gone, reason="A court decided.", at=AT)
    with invalid("rights_holder_decision"):
        decide(case, staff)
    workflow.change_contact(
        actor=staff.counselor,
        case=case,
        contact=changed,
        at=AT,
        **around.person("Gus", "guardian", decides_education="no"),
    )
    decide(case, staff)
