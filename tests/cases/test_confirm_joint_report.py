"""Of several who know one can report for all; each of the others makes sure that it was made, for themselves alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from csec.accounts.models import User
from csec.errors import Absent
from csec.identity import acting_as
from tests import make
from tests.expect import conflict, invalid
from tests.make import AT

pytestmark = pytest.mark.django_db

SAID: dict[str, Any] = {"agency": "Child Welfare Services", "made_at": AT}


def confirm(person: User, **given: Any) -> Any:
    [duty] = make.duties(person)
    return workflow.confirm_joint_report(actor=person, duty=duty, at=AT, **(SAID | given))


def test_it_ends_ones_own_duty_alone_and_by_whom_stays_with_whoever_says_so() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    make.own_report(case, staff.counselor)
    duty = confirm(staff.social_worker, made_by="planted-name", reference="planted-reference")
    assert make.duties(staff.social_worker) == []
    assert len(make.duties(staff.teacher)) == 1
    client = Client()
    client.force_login(staff.social_worker)
    page = client.get(reverse("cases:report_duty", args=[duty.pk])).content.decode()
    assert "A joint report was made" in page
    assert "planted-name" in page
    for person in (staff.counselor, staff.administrator):
        client.force_login(person)
        for path in (case.get_absolute_url(), reverse("cases:case_reports", args=[case.pk])):
            assert "planted" not in client.get(path).content.decode()
    # It is no second report: what is known once is said once.
    with acting_as(staff.counselor.pk):
        assert case.entries.filter(part__kind="report").count() == 1


def test_one_that_nobody_recorded_here_stands_in_the_case_as_made() -> None:
    staff = make.Staff()
    case = make.case(staff)
    confirm(staff.teacher)
    assert make.part(case, staff.counselor, "report").outcome == "done"
    confirm(staff.counselor)
    make.closed(case, staff.counselor)


def test_it_says_to_which_agency_and_when_and_only_its_person_does() -> None:
    staff = make.Staff()
    make.concern(staff)
    for field, wrong in (
        ("agency", " "), ("agency", "\x00"), ("made_by", "\x00"), ("made_at", AT + timedelta(minutes=1)),
        ("made_at", AT.replace(year=1999)),
    ):  # fmt: skip
        with invalid(field):
            confirm(staff.teacher, **{field: wrong})
    [duty] = make.duties(staff.teacher)
    with pytest.raises(Absent):
        workflow.confirm_joint_report(actor=staff.counselor, duty=duty, at=AT, **SAID)
    confirm(staff.teacher)
    with conflict("You recorded this already"):
        workflow.confirm_joint_report(actor=staff.teacher, duty=duty, at=AT, **SAID)


def test_one_that_was_made_after_the_track_or_the_student_changed_is_not_taken_for_the_one_before() -> None:
    staff = make.Staff()
    case = make.case(staff)
    confirm(staff.teacher)
    confirm(staff.counselor)
    robin = make.student(staff.school, "Robin", "Reed")
    workflow.correct_student(actor=staff.counselor, case=case, student=robin, reason="The twin.", at=AT)
    confirm(staff.counselor)
    assert make.part(case, staff.counselor, "report").outcome == "done"
    workflow.reclassify(
        actor=staff.counselor, case=case, to="confirmed_victim", reason="Told so.", at=AT, basis="disclosure",
        decided_by="Both.",
    )  # fmt: skip
    confirm(staff.counselor)
    assert make.part(case, staff.counselor, "report").outcome == "done"
