"""Somebody takes a concern up while somebody else puts it into a case: the second is told who did what when."""

import time
from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from django.db import connections, transaction

from cases import workflow
from cases.models import CasePerson, Concern
from csec.identity import acting_as
from tests import make
from tests.cases.test_races import at_once
from tests.make import AT

pytestmark = pytest.mark.django_db


def waiting_for_a_lock(count: int) -> None:
    """Until so many wait for a row that somebody else has locked."""
    with connections["default"].cursor() as cursor:
        for _n in range(400):
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
                " WHERE NOT granted AND datname = current_database()"
            )
            if cursor.fetchone()[0] >= count:
                return
            time.sleep(0.01)
    raise AssertionError(f"Nobody waits: {count}")


@pytest.mark.parametrize("first", ["attached", "taken"])
@pytest.mark.django_db(transaction=True)
def test_whoever_is_second_at_the_same_moment_reads_who_was_first(first: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker")
    concern = make.concern(staff)
    # Whoever holds the concern is not on the case, and is told all the same.
    with acting_as(staff.counselor.pk):
        row = CasePerson.objects.get(case=case, person=staff.counselor)
    workflow.remove_person(actor=staff.social_worker, case=case, person=row, reason="Moved.", at=AT)
    acts: dict[str, Callable[[], Any]] = {
        "taken": lambda: workflow.accept_concern(actor=staff.counselor, concern=concern, at=AT),
        "attached": lambda: workflow.attach_concern(
            actor=staff.social_worker, concern=concern, case=case, reason="The same car.", at=AT
        ),
    }
    order = [first, *(set(acts) - {first})]
    results: dict[str, Any] = {}

    def run(name: str) -> None:
        [results[name]] = at_once(acts[name])

    threads = [Thread(target=run, args=(name,)) for name in order]
    # Both have looked at the concern, and wait for it in this order.
    with transaction.atomic(using="owner"):
        list(Concern.objects.using("owner").select_for_update().filter(pk=concern.pk))
        for n, thread in enumerate(threads):
            thread.start()
            waiting_for_a_lock(n + 1)
    for thread in threads:
        thread.join()
    now = Concern.objects.using("owner").get(pk=concern.pk)
    assert results["attached"] is None
    assert (now.status, now.case_id, now.ended_by_id) == ("attached", case.pk, staff.social_worker.pk)
    if first == "taken":
        # Taking it stands in nobody's way: putting it into a case is how it is dealt with.
        assert results["taken"] is None
        assert now.accepted_by_id == staff.counselor.pk
    else:
        assert isinstance(results["taken"], workflow.Conflict), results
        assert "Sam Socialworker put this concern into a case on Fri, Nov 20" in str(results["taken"].words)
        assert now.accepted_by_id == staff.social_worker.pk


def test_whoever_takes_it_from_a_page_of_before_reads_that_it_is_in_a_case() -> None:
    staff = make.Staff()
    case = make.case(staff)
    concern = make.concern(staff)
    workflow.attach_concern(actor=staff.counselor, concern=concern, case=case, reason="Same.", at=AT)
    with pytest.raises(workflow.Conflict) as told:
        workflow.accept_concern(actor=staff.administrator, concern=concern, at=AT)
    assert "Casey Counselor put this concern into a case on Fri, Nov 20" in str(told.value.words)
