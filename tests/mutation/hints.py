"""Which test noticed a mutant last, or one beside it: asked first, so that most need one test and no more."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from tests.mutation.code import Mutant
from tests.mutation.database import Alteration

if TYPE_CHECKING:
    from tests.mutation.copies import Outcome
    from tests.mutation.tasks import Task

#: In place of a login: the test asks in a world from which one rule after the other is taken (without_rules.py).
WORLD = "world"
#: In place of a test: what was changed keeps the tests from being found.
NO_START = "does not start"
#: What is asked of one route, or of one person, in the world of the matrix, which they share.
OF_MATRIX = tuple(
    f"tests/matrix/test_{name}.py::"
    for name in (
        "every_route",
        "parents",
        "posted",
        "pages",
        "need_to_know",
        "conditions",
        "verbs",
        "searched",
    )
)
#: Each test of these is short, and asks one thing in that world.
OF_MATRIX_WHOLE = "tests/matrix/test_offered.py::"
#: What is asked of one verb in a scene, which those of one state share.
OF_SCENES = "tests/cases/test_matrix.py::"
#: What asks the same there.
OF_WORLD = "tests/matrix/test_need_to_know.py::test_postgresql_"


class Hints:
    """By id a login, a space, and a test. What stands there for a mutant that is no more is left out."""

    #: So many are asked of those that noticed others in the same function or at the same table.
    AT_MOST = 3

    def __init__(self, tasks: list[Task], noticed: dict[str, str]) -> None:
        where = {task.id: task.mutant.where for task in tasks}
        self.noticed = {id: by for id, by in noticed.items() if id in where}
        self.beside: dict[str, Counter[str]] = defaultdict(Counter)
        for id, by in self.noticed.items():
            if not by.startswith(WORLD) and not by.endswith(NO_START):
                self.beside[where[id]][by] += 1

    def in_world(self, task: Task) -> bool:
        """Whether it is tried in the world first: what was noticed there last, and a table's rule that nobody knows."""
        if not isinstance(task.mutant, Alteration):
            return False
        known = self.noticed.get(task.id)
        of_a_table = task.id.startswith(f"{task.mutant.where}: ")
        return known.startswith(WORLD) if known else of_a_table or task.mutant.is_asked

    def together(self, task: Task) -> tuple[str, str] | None:
        """
        By which login and test it is likely to be noticed, of those whose world takes longer to make than to ask.

        Only where the change is in the program, and one test of one route, or of one verb in one state, is known.
        """
        login, _, test = self.noticed.get(task.id, "").partition(" ")
        of_one = test.startswith(OF_MATRIX_WHOLE) or (
            test.startswith((*OF_MATRIX, OF_SCENES)) and "[" in test
        )
        return (login, test) if of_one and not isinstance(task.mutant, Alteration) else None

    @staticmethod
    def shared(test: str) -> str:
        """What those tests have in common that can be asked in one world."""
        return test.partition("-")[0] if test.startswith(OF_SCENES) else OF_MATRIX[0].rpartition("/")[0]

    def of_world(self, task: Task) -> str:
        return self.noticed.get(task.id, "").removeprefix(f"{WORLD} ")

    def of(self, task: Task) -> dict[str, list[str]]:
        """By login. The one that noticed it; else those that noticed its neighbors, the most frequent first."""
        known = self.noticed.get(task.id)
        if known and known.endswith(NO_START):
            return {}
        if known and known.startswith(WORLD):
            known = ""
        if isinstance(task.mutant, Mutant) and task.mutant.kind in ("decorator", "roles"):
            # What is declared is asked first anyway, and at once; the world of a view's route takes long to make.
            of_route = (
                known and known.partition(" ")[2].startswith(OF_MATRIX) and "/views/" in task.mutant.path
            )
            if not known or of_route:
                return {}
        likely = [known] if known else [by for by, _times in self.beside[task.mutant.where].most_common()]
        found: dict[str, list[str]] = defaultdict(list)
        for by in likely[: self.AT_MOST]:
            login, _, test = by.partition(" ")
            found[login].append(test)
        return dict(found)

    def learn(self, task: Task, outcome: Outcome) -> None:
        if outcome.word == "killed" and outcome.by == NO_START:
            self.noticed[task.id] = f"{outcome.login} {NO_START}"
        elif "::" in outcome.by and outcome.word == "killed":
            rule = isinstance(task.mutant, Alteration)
            login = WORLD if rule and outcome.by.startswith(OF_WORLD) else outcome.login
            by = self.noticed[task.id] = f"{login} {outcome.by}"
            if login != WORLD:
                self.beside[task.mutant.where][by] += 1

    def text(self) -> str:
        return json.dumps(dict(sorted(self.noticed.items())), indent=0, ensure_ascii=False) + "\n"
