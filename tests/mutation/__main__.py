"""
Take one guard out after the other, and see whether a test notices.

Run by `python3 manage.py test --mutate`, which gives it servers; what follows goes here.
"""

import argparse
import fnmatch
import json
import os
import re
import signal
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from csec.database import with_database
from tests.mutation.code import Mutant, mutants
from tests.mutation.copies import Copy, Outcome
from tests.mutation.database import Alteration, alterations
from tests.mutation.hints import Hints
from tests.mutation.run import Run, last
from tests.mutation.tasks import Task, tasks
from tests.mutation.template import template
from tests.mutation.waiting import OF_THE_SESSION

EXPLAINED = Path(__file__).with_name("explained.toml")
#: Which test noticed each mutant, so that it is asked first; kept with the tests by `--learn`.
NOTICED = Path(__file__).with_name("noticed.json")


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    began = time.monotonic()
    with copies(options.processes) as every_copy:
        every = tasks(found(every_copy[0]))
        # Those first that few tests look at: what nobody notices is known soon.
        wanted = sorted(chosen(every, options), key=lambda task: len(task.lines()))
        if options.list:
            for task in wanted:
                print(task.id, *(f"\n    {line}" for line in task.lines()) if options.verbose else ())
            return 0
        with template(every_copy[0].database):
            trying = [task for task in wanted if options.explained or not reason_for(task.id)]
            hints = Hints(every, noticed())
            try:
                outcomes = Run(trying, every_copy, hints).outcomes()
            finally:
                if options.learn:
                    new = NOTICED.with_suffix(".new")
                    new.write_text(hints.text())
                    new.replace(NOTICED)
    return report(outcomes, len(wanted) - len(trying), time.monotonic() - began)


@contextmanager
def copies(processes: int) -> Iterator[list[Copy]]:
    made: list[Copy] = []
    try:
        for number in range(processes):
            made.append(Copy(number))
        yield made
    finally:
        for copy in made:
            copy.close()


def found(copy: Copy) -> list[Mutant | Alteration]:
    """Of the program; and of PostgreSQL, in a database as the tests make it."""
    done = copy.pytest([OF_THE_SESSION], copy.environment, "--create-db", "--reuse-db", "-n", "0")
    if done.returncode:
        sys.exit(done.stdout)
    with psycopg.connect(with_database(os.environ["DATABASE_URL"], copy.database)) as connection:
        return [*mutants(), *alterations(connection)]


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py test --mutate", description=__doc__, allow_abbrev=False)
    parser.add_argument("--list", action="store_true", help="print the mutants and run none")
    parser.add_argument(
        "--verbose", action="store_true", help="with --list: also the tests that look at each"
    )
    parser.add_argument("--only", default="", help="those whose id has this regular expression in it")
    parser.add_argument("--again", action="store_true", help="those that survived last time")
    parser.add_argument(
        "--rest", action="store_true", help="those not tried yet: goes on after an interruption"
    )
    parser.add_argument(
        "--unknown",
        action="store_true",
        help="those of which it is not kept yet by which test they are noticed",
    )
    parser.add_argument("--slice", default="1/1", help="2/5: the second fifth of them")
    parser.add_argument(
        "--explained", action="store_true", help="try those too whose survival is explained: is it still so?"
    )
    parser.add_argument(
        "--learn", action="store_true", help="keep which test noticed each, to be asked first the next time"
    )
    parser.add_argument("--processes", type=int, default=2)
    return parser.parse_args(arguments)


def chosen(every: list[Task], options: argparse.Namespace) -> list[Task]:
    wanted = [task for task in every if re.search(options.only, task.id)]
    if options.again:
        wanted = [task for task in wanted if last().get(task.id) == "survived"]
    if options.rest:
        wanted = [task for task in wanted if task.id not in last()]
    if options.unknown:
        known = noticed()
        wanted = [task for task in wanted if task.id not in known]
    number, of = map(int, options.slice.split("/"))
    return wanted[number - 1 :: of]


def noticed() -> dict[str, str]:
    """By id a login and a test. What stands there for a mutant that is no more does no harm."""
    return dict(json.loads(NOTICED.read_text())) if NOTICED.exists() else {}


def report(outcomes: dict[str, Outcome], not_tried: int, seconds: float) -> int:
    """Say what was not noticed; 1 when that is not explained. What is explained is not tried again unless asked."""
    survived = [id for id, outcome in outcomes.items() if outcome.word == "survived"]
    reasons = {id: reason_for(id) for id in survived}
    for id in survived:
        print(f"survived: {id}\n    {reasons[id] or 'NOT EXPLAINED'}")
    unexplained = [id for id, reason in reasons.items() if not reason]
    unsure = [id for id, outcome in outcomes.items() if outcome.word == "unsure"]
    for id in unsure:
        print(f"unsure: {id}\n    {outcomes[id].by} fails here without it too")
    count = Counter(outcome.word for outcome in outcomes.values())
    print(
        f"Mutants: {len(outcomes) + not_tried}; killed: {count['killed']}, of which did not start: "
        f"{sum(outcome.by == 'does not start' for outcome in outcomes.values())}; explained: "
        f"{len(survived) - len(unexplained) + not_tried}; not explained: {len(unexplained)}; unsure: {len(unsure)}; "
        f"{seconds / 60:.1f} minutes"
    )
    return 1 if unexplained or unsure else 0


def explanations() -> list[tuple[str, str]]:
    """The patterns of ids, each with why no test can, or need, notice."""
    rows = tomllib.loads(EXPLAINED.read_text()).get("because", [])
    return [(pattern, row["reason"]) for row in rows for pattern in row["mutants"]]


def reason_for(id: str) -> str:
    return next((reason for pattern, reason in explanations() if matches(pattern, id)), "")


def matches(pattern: str, id: str) -> bool:
    """With `*` for anything; brackets mean themselves."""
    return fnmatch.fnmatchcase(id, pattern.replace("[", "[[]"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
