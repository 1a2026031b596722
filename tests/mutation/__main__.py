"""
Take one guard out after the other, and see whether a test notices.

Run by `python3 manage.py test --mutate`, which gives it servers; what follows goes here.
"""

import argparse
import fnmatch
import json
import re
import signal
import sys
import time
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from threading import Lock

from tests.mutation.code import ROOT, mutants
from tests.mutation.copies import Copy, Outcome, Task, template
from tests.mutation.hints import Hints

EXPLAINED = Path(__file__).with_name("explained.toml")
#: Kept from one run to the next, which has servers of its own.
LAST = ROOT / "var" / "mutants.json"
#: Which test noticed each mutant, so that it is asked first; kept with the tests by `--learn`.
NOTICED = Path(__file__).with_name("noticed.json")


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    began = time.monotonic()
    with template() as database:
        every = database.tasks(mutants())
        # Those first that few tests look at: what nobody notices is known soon.
        tasks = sorted(chosen(every, options), key=lambda task: len(task.lines()))
        if options.list:
            for task in tasks:
                print(task.id, *(f"\n    {line}" for line in task.lines()) if options.verbose else ())
            return 0
        if not options.unchecked and not database.all_is_well(tasks, options.processes):
            print("The tests fail without any mutant: see to that first.", file=sys.stderr)
            return 2
        trying = [task for task in tasks if options.explained or not reason_for(task.id)]
        hints = Hints(every, noticed())
        try:
            outcomes = run(trying, options.processes, hints)
        finally:
            if options.learn:
                NOTICED.write_text(hints.text())
    return report(outcomes, len(tasks) - len(trying), time.monotonic() - began)


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
    parser.add_argument("--slice", default="1/1", help="2/5: the second fifth of them")
    parser.add_argument(
        "--unchecked", action="store_true", help="do not first see whether all is well without any"
    )
    parser.add_argument(
        "--explained", action="store_true", help="try those too whose survival is explained: is it still so?"
    )
    parser.add_argument(
        "--learn", action="store_true", help="keep which test noticed each, to be asked first the next time"
    )
    parser.add_argument("--processes", type=int, default=2)
    return parser.parse_args(arguments)


def chosen(tasks: list[Task], options: argparse.Namespace) -> list[Task]:
    wanted = [task for task in tasks if re.search(options.only, task.id)]
    if options.again:
        wanted = [task for task in wanted if last().get(task.id) == "survived"]
    if options.rest:
        wanted = [task for task in wanted if task.id not in last()]
    number, of = map(int, options.slice.split("/"))
    return wanted[number - 1 :: of]


def run(tasks: list[Task], processes: int, hints: Hints) -> dict[str, Outcome]:
    """Each process has a copy of the tree, and makes itself a database for each mutant."""
    all_of_them = [Copy(number) for number in range(processes)]
    copies: Queue[Copy] = Queue()
    for copy in all_of_them:
        copies.put(copy)
    kept = Lock()
    outcomes: dict[str, Outcome] = {}

    def one(task: Task) -> None:
        copy = copies.get()
        try:
            with kept:
                first = hints.of(task)
            outcomes[task.id] = outcome = copy.tried(task, first)
            with kept:
                keep(outcomes)
                hints.learn(task, outcome)
            by = f"  ({outcome.by.rpartition('/')[2]})" if outcome.by else ""
            print(
                f"{len(outcomes):4}/{len(tasks)} {outcome.word:9} {outcome.seconds:5.1f} s  {task.id}{by}",
                flush=True,
            )
        finally:
            copies.put(copy)

    pool = ThreadPoolExecutor(processes)
    try:
        list(pool.map(one, tasks))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for copy in all_of_them:
            copy.close()
    return outcomes


def last() -> dict[str, str]:
    """What became of each mutant when it was tried last."""
    return dict(json.loads(LAST.read_text())) if LAST.exists() else {}


def keep(outcomes: dict[str, Outcome]) -> None:
    LAST.parent.mkdir(parents=True, exist_ok=True)
    known = last() | {id: outcome.word for id, outcome in list(outcomes.items())}
    new = LAST.with_suffix(".new")
    new.write_text(json.dumps(known, indent=1))
    new.replace(LAST)


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
    count = Counter(outcome.word for outcome in outcomes.values())
    print(
        f"Mutants: {len(outcomes) + not_tried}; killed: {count['killed']}, of which did not start: "
        f"{sum(outcome.by == 'does not start' for outcome in outcomes.values())}; explained: "
        f"{len(survived) - len(unexplained) + not_tried}; not explained: {len(unexplained)}; "
        f"{seconds / 60:.1f} minutes"
    )
    return 1 if unexplained else 0


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
