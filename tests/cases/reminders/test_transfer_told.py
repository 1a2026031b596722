"""Who is told that a transfer waits: its receiver, then who answers for their school, then the district's liaison."""

from datetime import timedelta

import pytest

from cases import workflow
from csec.accounts.models import User
from csec.delivery.ticks import database_now
from tests import make
from tests.cases.reminders.worker import told, wanted
from tests.make import DAY

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_receiver_then_the_administrator_there_then_the_liaison_and_nobody_once_it_is_answered() -> None:
    staff = make.Staff()
    make.user("Olga Overseer", "administrator", staff.other_school)
    now = database_now()
    case = make.case(staff, at=now)
    transfer = make.offered(case, staff.counselor, staff.elsewhere, at=now)
    assert transfer.climbs_at is not None
    assert told(now + timedelta(minutes=1), "transfer") == {("Ellis", 0)}
    assert told(now + timedelta(minutes=2), "transfer") == set()
    late = transfer.climbs_at + timedelta(minutes=1)
    assert told(late, "transfer") == {("Ellis", 1), ("Olga", 1)}
    assert told(late + DAY, "transfer") == {("Ellis", 2), ("Olga", 2), ("Lee", 2)}
    workflow.refuse_transfer(actor=staff.elsewhere, transfer=transfer, reason="No place.", at=now)
    assert told(late + 2 * DAY, "transfer") == set()
    assert not [row for row in wanted(late + 2 * DAY) if row[0] == "transfer"]


def test_a_receiver_who_has_gone_is_passed_over_at_once_and_never_whoever_the_case_is_kept_from() -> None:
    staff = make.Staff()
    uncle = make.user("Uri Uncle", "administrator", staff.other_school)
    now = database_now()
    case = make.case(staff, about=make.concern(staff, implicated=[uncle], at=now), at=now)
    make.offered(case, staff.counselor, staff.elsewhere, at=now)
    User.objects.using("owner").filter(pk=staff.elsewhere.pk).update(is_active=False)
    assert told(now + timedelta(minutes=1), "transfer") == {("Lee", 1)}


def test_of_a_student_who_left_the_liaison_is_told_until_somebody_has_acknowledged_them() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now)
    left = make.left(case, staff.counselor, at=now)
    assert told(now + timedelta(minutes=1), "transfer") == {("Lee", 0)}
    assert told(now + 8 * DAY, "transfer") == {("Lee", 1)}
    workflow.acknowledge_transfer(
        actor=staff.counselor, case=case, transfer=left, acknowledged_by="Intake", acknowledged_at=now, at=now
    )
    assert told(now + 15 * DAY, "transfer") == set()
