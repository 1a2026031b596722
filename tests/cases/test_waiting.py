"""Whoever waits for a case finds it as it is when the wait is over, and themselves where they are then."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from django.db import connections, transaction

from cases import workflow
from cases.models import Case, Entry
from csec.audit.models import Event
from csec.errors import Absent
from tests import make
from tests.cases.test_races import ending
from tests.make import AT

pytestmark = pytest.mark.django_db(transaction=True)


def while_the_first_is_open(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """What the second returned or raised that began before the first was committed, and had to wait for it."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(second())
        except Exception as error:  # looked at below
            results.append(error)
        finally:
            connections.close_all()

    thread = Thread(target=run)
    with transaction.atomic():
        first()
        thread.start()
        while thread.is_alive() and not somebody_waits():
            pass
    thread.join()
    return results[0]


def somebody_waits() -> bool:
    """Somebody in this database: another test's wait, in the database beside it, is not the one awaited here."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database())"
        )
        return bool(cursor.fetchone()[0])


DECISIONS: dict[str, Callable[[make.Staff, Case], Any]] = {
    "close_case": lambda staff, case: workflow.close_case(
        actor=staff.social_worker,
        case=case,
        outcome="other",
        reason="Over.",
        left_open=make.left_open(case, staff.counselor),
        last_look="Well.",
        at=AT,
    ),
    "reclassify": lambda staff, case: workflow.reclassify(
        actor=staff.social_worker,
        case=case,
        to="confirmed_victim",
        basis="disclosure",
        decided_by="Both",
        reason="Told us.",
        at=AT,
    ),
    "correct_student": lambda staff, case: workflow.correct_student(
        actor=staff.social_worker,
        case=case,
        student=make.student(staff.school, "Robin", "Reed"),
        reason="Mixed up.",
        at=AT,
    ),
    "add_person": lambda staff, case: workflow.add_person(
        actor=staff.social_worker, case=case, person=staff.counsel, role="counsel", reason="Asks.", at=AT
    ),
    "record_outcome": lambda staff, case: make.record(
        case, staff.social_worker, "offer_referral", "declined", reason="Not now."
    ),
}


@pytest.mark.parametrize("verb", DECISIONS)
def test_whoever_is_taken_off_a_case_while_they_wait_for_it_is_off_it(verb: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    row = workflow.add_person(
        actor=staff.counselor, case=case, person=staff.social_worker, role="social_worker", reason="H.", at=AT
    )
    result = while_the_first_is_open(
        lambda: workflow.remove_person(actor=staff.counselor, case=case, person=row, reason="Moved.", at=AT),
        lambda: DECISIONS[verb](staff, case),
    )
    assert isinstance(result, Absent)
    assert not Event.objects.using("owner").filter(actor=staff.social_worker.pk).exists()


def test_whoever_is_implicated_while_they_wait_for_a_case_records_nothing_in_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    concern = make.concern(staff, implicated=[staff.administrator])
    result = while_the_first_is_open(
        lambda: workflow.attach_concern(
            actor=staff.counselor, concern=concern, case=case, reason="Same student.", at=AT
        ),
        ending(staff, case, staff.administrator),
    )
    assert isinstance(result, Absent)
    assert Entry.objects.using("owner").count() == 0
