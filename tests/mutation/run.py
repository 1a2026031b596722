"""The tasks, shared out among the copies; what came of each is printed and kept at once."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from queue import Queue
from threading import Lock
from typing import Any

from tests.mutation.code import ROOT
from tests.mutation.copies import Copy, Outcome
from tests.mutation.database import Alteration
from tests.mutation.hints import WORLD, Hints
from tests.mutation.tasks import Task

#: Kept from one run to the next, which has servers of its own.
LAST = ROOT / "var" / "mutants.json"

#: So many are tried in one world of the matrix: what is printed is seldom older than a minute.
SOME = 30


class Run:
    def __init__(self, tasks: list[Task], copies: list[Copy], hints: Hints) -> None:
        self.tasks, self.copies, self.hints = tasks, copies, hints
        self.found: dict[str, Outcome] = {}
        self.lock = Lock()

    def outcomes(self) -> dict[str, Outcome]:
        """
        Of each task. First PostgreSQL's rules in a world that they share; then what is likely to be noticed in the
        world of the matrix, or in a scene of a case, some at a time; then what is left, one by one.
        """
        rules = [task for task in self.tasks if self.hints.in_world(task)]
        by_id = {task.id: task for task in rules}

        def in_world(number: int) -> None:
            given = [(task.mutant, self.hints.of_world(task)) for task in rules[number :: len(self.copies)]]
            known = [(one, likely) for one, likely in given if isinstance(one, Alteration)]
            for row in self.copies[number].without_rules(known) if known else ():
                if row["by"]:
                    self._note(by_id[row["id"]], Outcome("killed", float(row["seconds"]), row["by"], WORLD))

        self._each(in_world, range(len(self.copies)))
        free: Queue[Copy] = Queue()
        for copy in self.copies:
            free.put(copy)

        def at_once(some: tuple[str, list[tuple[Task, str]]]) -> None:
            copy = free.get()
            try:
                login, each = some
                tests = {task.id: (task, test) for task, test in each}
                for id, seconds in copy.together(login, each).items():
                    task, test = tests[id]
                    self._note(task, Outcome("killed", seconds, test, login))
            finally:
                free.put(copy)

        self._each(at_once, self._together())

        def one(task: Task) -> None:
            copy = free.get()
            try:
                with self.lock:
                    first = self.hints.of(task)
                self._note(task, copy.tried(task, first))
            finally:
                free.put(copy)

        self._each(one, [task for task in self.tasks if task.id not in self.found])
        return self.found

    def _together(self) -> list[tuple[str, list[tuple[Task, str]]]]:
        """Those that are likely to be noticed in one world, some at a time, with the login under which it is made."""
        by_world: dict[tuple[str, str], list[tuple[Task, str]]] = defaultdict(list)
        for task in self.tasks:
            if task.id not in self.found and (likely := self.hints.together(task)):
                login, test = likely
                by_world[login, self.hints.shared(test)].append((task, test))
        return [
            (login, each[begin : begin + SOME])
            for (login, _world), each in by_world.items()
            for begin in range(0, len(each), SOME)
        ]

    def _each(self, work: Callable[[Any], None], of: Iterable[Any]) -> None:
        pool = ThreadPoolExecutor(len(self.copies))
        try:
            list(pool.map(work, of))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _note(self, task: Task, outcome: Outcome) -> None:
        with self.lock:
            self.found[task.id] = outcome
            keep(self.found)
            self.hints.learn(task, outcome)
            by = f"  ({outcome.by.rpartition('/')[2]})" if outcome.by else ""
            print(
                f"{len(self.found):4}/{len(self.tasks)} {outcome.word:9} {outcome.seconds:5.1f} s  {task.id}{by}",
                flush=True,
            )


def last() -> dict[str, str]:
    """What became of each mutant when it was tried last."""
    return dict(json.loads(LAST.read_text())) if LAST.exists() else {}


def keep(outcomes: dict[str, Outcome]) -> None:
    LAST.parent.mkdir(parents=True, exist_ok=True)
    known = last() | {id: outcome.word for id, outcome in list(outcomes.items())}
    new = LAST.with_suffix(".new")
    new.write_text(json.dumps(known, indent=1))
    new.replace(LAST)
