"""
What is measured runs here, in a process of its own, as the worker: `python -m tests.faults.rates WHAT AT`.

Prints one line of JSON: how many rows, in how many seconds, of which so many PostgreSQL was asked; how long its process
had a processor, which others on the machine change least; and the most memory that this one had, in kilobytes.
"""

import json
import os
import re
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import django

# What a sweep of check-ins does to the rows that are due, and nothing else of it.
CLAIM_AND_MARK = """
WITH due AS MATERIALIZED (
    SELECT id, due_at FROM cases_checkin WHERE state = 'waiting' AND remind_at <= %(at)s
    ORDER BY remind_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED
)
UPDATE cases_checkin k SET level = 2, remind_at = due.due_at FROM due WHERE k.id = due.id
"""


def bare(at: datetime) -> int:
    """Claim and mark what is due, by the batches of the sweep."""
    from django.db import connection

    from cases.reminders.checkins import BATCH

    marked = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(CLAIM_AND_MARK, {"at": at, "batch": BATCH})
            if not cursor.rowcount:
                return marked
            marked += cursor.rowcount


def sweep(at: datetime) -> int:
    """A sweep as it is in 14 of 15 minutes: all open cases were looked through lately ."""
    from cases.reminders import sweep

    return sweep.sweep(at)


WHAT: dict[str, Callable[[datetime], int]] = {"bare": bare, "sweep": sweep}
#: As a worker that lives on, and not one that has just begun.
WARM_UP, EMPTY = 5, 40


class Asked:
    """The time that PostgreSQL took for all statements."""

    seconds = 0.0

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*statement)
        finally:
            self.seconds += time.perf_counter() - began


Figures = dict[str, float]


def measured(what: str, at: datetime) -> Figures:
    from django.db import connection

    asked = Asked()
    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    with connection.execute_wrapper(asked):
        processor, began = processor_of(backend), time.perf_counter()
        rows = WHAT[what](at)
        seconds = time.perf_counter() - began
    busy = processor_of(backend) - processor
    return {"rows": rows, "seconds": seconds, "asked": asked.seconds, "processor": busy}


def processor_of(process: int) -> float:
    """The seconds for which it has had a processor."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def empty(at: datetime) -> Figures:
    """Sweeps that find nothing, one after the other: all rows, and the times of the one in the middle."""
    turns = [measured("sweep", at) for _n in range(WARM_UP + EMPTY)]
    found = {name: median(one[name] for one in turns[WARM_UP:]) for name in turns[0]}
    return found | {"rows": sum(one["rows"] for one in turns)}


def most_memory() -> int:
    """Since the process began to run this program; `getrusage` goes back to the one that it was forked from."""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(found.group(1)) if found else 0


def main(what: str, at: datetime) -> None:
    django.setup()
    figures = empty(at) if what == "empty" else measured(what, at)
    print(json.dumps(figures | {"memory": most_memory()}))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], datetime.fromisoformat(sys.argv[2]))
