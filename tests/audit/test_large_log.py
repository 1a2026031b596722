"""Half a million events: sealed, and checked in one stream with little memory; how fast is told and never asserted."""

import time
import tracemalloc
from collections.abc import Callable

import pytest
from django.db import connections

from csec.audit import checking, sealing
from csec.audit.anchors import path
from tests.audit.ledger import as_owner, seal
from tests.told import SAID

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]

EVENTS = 500_000
MEGABYTES = 60


def test_half_a_million_events_are_checked_in_little_memory(
    record_property: Callable[[str, object], None],
) -> None:
    with connections["owner"].cursor() as owner:
        owner.execute(
            "INSERT INTO audit_event (id, at, actor, role, verb, subject, case_id, request, result)"
            " SELECT gen_random_uuid(), now(), gen_random_uuid(), 'counselor', 'case_viewed', c, c,"
            " gen_random_uuid(), 'done' FROM (SELECT gen_random_uuid() AS c FROM generate_series(1, %s)) AS made",
            [EVENTS],
        )
    began = time.monotonic()
    done = seal()
    sealed_in = time.monotonic() - began
    assert (done.events, done.seals) == (EVENTS, EVENTS // sealing.IN_ONE_SEAL)
    began = time.monotonic()
    verdict = checking.check(path())
    checked_in = time.monotonic() - began
    assert (verdict.events, verdict.bad) == (EVENTS, None)
    tracemalloc.start()
    checking.check(path())
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    record_property(
        SAID,
        f"{EVENTS / sealed_in:,.0f} sealed and {EVENTS / checked_in:,.0f} checked a second, {peak:.1f} MB at most",
    )
    assert peak < MEGABYTES
    as_owner("UPDATE audit_event SET result = 'denied' WHERE number = (SELECT max(number) FROM audit_event)")
    assert str(checking.check(path()).bad).split(" (")[0].endswith("was changed")
