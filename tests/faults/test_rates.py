"""How fast the sweep is, beside the bare SQL that claims and marks the same rows: 1,000,000 planned, 50,000 due."""

import resource
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from cases.reminders.checkins import BATCH
from cases.reminders.sweep import sweep
from csec.delivery.ticks import database_now
from tests.faults.checkins import plan_check_ins

AS_OWNER = True

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

PLANNED, DUE, TURNS = 1_000_000, 50_000, 5

_BARE = """
WITH due AS MATERIALIZED (
    SELECT id FROM cases_checkin WHERE state = 'waiting' AND remind_at <= %(at)s
    ORDER BY remind_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED
)
UPDATE cases_checkin k SET level = level + 1, remind_at = %(later)s FROM due WHERE k.id = due.id
"""


def ask(sql: str, values: Any = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def test_a_sweep_of_50000_among_a_million_beside_the_bare_sql() -> None:
    """By turns in one database, so that what else the machine does slows both. It prints; it asserts on counts."""
    at = database_now()
    with connection.cursor() as cursor:
        plan_check_ins(cursor, PLANNED, first=at - timedelta(hours=1))
    ask("UPDATE cases_checkin SET remind_at = %s", [at + timedelta(days=30)])
    ask("ANALYZE")
    sweep(at)  # what goes by the morning is looked through now, and not again for a while

    def come_due(turn: int) -> None:
        ask("DELETE FROM delivery_message")
        ask(
            "UPDATE cases_checkin SET remind_at = %s, level = 1 WHERE id IN (SELECT id FROM cases_checkin"
            " ORDER BY id OFFSET %s LIMIT %s)",
            [at, turn * DUE, DUE],
        )

    def bare() -> None:
        values = {"at": at, "batch": BATCH, "later": at + timedelta(days=30)}
        while ask(_BARE, values):
            pass

    ratios = []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for turn in range(TURNS):
        seconds = {}
        for name in ("sweep", "bare") if turn % 2 else ("bare", "sweep"):
            come_due(turn)
            seconds[name] = timed(bare if name == "bare" else lambda: sweep(at))
            if name == "sweep":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT count(*) FROM delivery_message")
                    assert cursor.fetchone() == (DUE,)
        ratios.append(seconds["bare"] / seconds["sweep"])
        print({name: round(DUE / spent) for name, spent in seconds.items()}, "rows/s")  # noqa: T201
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    empty = sorted(timed(lambda: sweep(at)) * 1000 for _n in range(20))
    print(  # noqa: T201
        f"ratios {[round(one, 3) for one in ratios]}, median {statistics.median(ratios):.3f};"
        f" an empty sweep {empty[10]:.2f} ms; peak memory {before // 1024} MB before, {after // 1024} MB after"
    )
    assert not ask("SELECT FROM cases_checkin WHERE state = 'waiting' AND remind_at <= %s", [at])
