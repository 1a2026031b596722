"""A case is not closed, and not made void, over a student whom nobody has seen."""

from datetime import timedelta
from typing import Any

import pytest

from cases import workflow
from cases.models import Alert
from csec.identity import acting_as
from tests import make
from tests.expect import conflict
from tests.make import AT

pytestmark = pytest.mark.django_db

LATE = AT + timedelta(days=5)


def ready(staff: make.Staff) -> Any:
    case = make.case(staff)
    make.reported(case, staff.counselor)
    return case


def close(staff: make.Staff, case: Any, outcome: str) -> None:
    workflow.close_case(
        actor=staff.counselor,
        case=case,
        outcome=outcome,
        reason="Over.",
        left_open=make.left_open(case, staff.counselor),
        last_look="Asked once more.",
        at=LATE,
    )


def test_a_late_check_in_holds_it_open_until_the_student_was_seen() -> None:
    staff = make.Staff()
    case = ready(staff)
    with conflict("A check-in is late."):
        close(staff, case, "no_longer_needed")
    make.record(case, staff.counselor, "regular_contact", at=LATE)
    close(staff, case, "no_longer_needed")
    assert make.as_seen(case, staff.counselor).status == "closed"


def test_a_student_who_left_cannot_be_seen_any_more() -> None:
    staff = make.Staff()
    case = ready(staff)
    close(staff, case, "left")
    assert make.as_seen(case, staff.counselor).status == "closed"


def test_an_alert_holds_it_open_until_what_was_found_is_written_down() -> None:
    staff = make.Staff()
    case = ready(staff)
    make.record(case, staff.counselor, "regular_contact", at=LATE, values={"student_safe": "no"})
    with conflict("Write down first what was found"):
        close(staff, case, "no_longer_needed")
    with conflict("Write down first what was found"):
        workflow.void_case(actor=staff.liaison, case=case, reason="By mistake.", at=LATE)
    with acting_as(staff.counselor.pk):
        alert = Alert.objects.get(case=case)
    workflow.end_alert(actor=staff.counselor, case=case, alert=alert, reason="Safe with her aunt.", at=LATE)
    close(staff, case, "no_longer_needed")
