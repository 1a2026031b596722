"""Only what was found ends an alert; taking it over puts one's name there, and leaves it where it is."""

import pytest
from django.test import Client

from cases import workflow
from cases.models import Alert, Case
from csec.errors import Absent
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db


def unsafe(staff: make.Staff) -> tuple[Case, Alert]:
    case = make.case(staff)
    make.record(case, staff.counselor, "regular_contact", values={"student_safe": "no"})
    with acting_as(staff.counselor.pk):
        return case, Alert.objects.get(case=case)


def test_what_was_found_is_kept_under_the_cases_key_and_ends_it() -> None:
    staff = make.Staff()
    case, alert = unsafe(staff)
    workflow.end_alert(actor=staff.administrator, case=case, alert=alert, reason="With her aunt.", at=AT)
    ended = make.reload(alert, staff.counselor)
    assert (ended.ended_by_id, ended.ended_at) == (staff.administrator.pk, AT)
    assert ended.found(case.key) == "With her aunt."
    assert b"aunt" not in bytes(ended.sealed)


def test_what_was_found_stays_on_the_page_for_those_who_answer_for_it_and_not_for_the_officer() -> None:
    staff = make.Staff()
    case, alert = unsafe(staff)
    make.helper(case, staff.counselor, staff.sro, "sro")
    workflow.end_alert(actor=staff.administrator, case=case, alert=alert, reason="With her aunt.", at=AT)
    for person, reads in ((staff.counselor, True), (staff.administrator, True), (staff.sro, False)):
        client = Client()
        client.force_login(person)
        page = client.get(case.get_absolute_url()).content.decode()
        assert ("With her aunt." in page) is reads
        assert ("What could not wait" in page) is reads


def test_the_second_is_told_who_wrote_it_down() -> None:
    staff = make.Staff()
    case, alert = unsafe(staff)
    workflow.end_alert(actor=staff.administrator, case=case, alert=alert, reason="With her aunt.", at=AT)
    with conflict("Ada Administrator wrote down on"):
        workflow.end_alert(actor=staff.counselor, case=case, alert=alert, reason="At home.", at=AT)


@pytest.mark.parametrize("reason", ["", "x" * 5001], ids=["empty", "too-long"])
def test_it_does_not_end_without_words(reason: str) -> None:
    staff = make.Staff()
    case, alert = unsafe(staff)
    with invalid("reason"):
        workflow.end_alert(actor=staff.counselor, case=case, alert=alert, reason=reason, at=AT)
    assert make.reload(alert, staff.counselor).ended_at is None


def test_somebody_elsewhere_finds_no_such_case() -> None:
    staff = make.Staff()
    case, alert = unsafe(staff)
    with pytest.raises(Absent):
        workflow.end_alert(actor=staff.elsewhere, case=case, alert=alert, reason="Fine.", at=AT)


def test_whoever_took_it_over_and_is_excluded_is_no_longer_the_one_who_sees_to_it() -> None:
    staff = make.Staff()
    case, alert = unsafe(staff)
    workflow.take_over(actor=staff.administrator, case=case, subject=alert.pk, at=AT)
    implicating = make.concern(staff, implicated=[staff.administrator])
    workflow.attach_concern(actor=staff.counselor, concern=implicating, case=case, reason="Same.", at=AT)
    assert make.reload(alert, staff.counselor).taken_by_id is None
