"""Which tests look at each mutant, under which login."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tests.mutation.code import Mutant
from tests.mutation.database import Alteration
from tests.mutation.nearest import nearest
from tests.mutation.serving import BY_EVERYBODY, KEPT_FROM_ONE, LISTED, WAITED, Serving

#: As the application, behind row-level security; and as the owner, past it, to see what the queries do alone.
APPLICATION, OWNER = "application", "owner"
QUERYSETS = "cases/querysets.py"


@dataclass(frozen=True)
class Task:
    """A mutant, and the tests that look at it, by the login under which they do; before all those nearest to it."""

    mutant: Mutant | Alteration
    tests: dict[str, list[str]]
    near: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self.mutant.id

    def lines(self) -> list[str]:
        return [f"{login}: {test}" for login, tests in self.tests.items() for test in tests]


def tasks(mutants: Iterable[Mutant | Alteration]) -> list[Task]:
    serving = Serving(*_named())
    return [Task(one, by_login(one, serving.tests_of(one)), tuple(nearest(one.id))) for one in mutants]


def by_login(mutant: Mutant | Alteration, tests: list[str]) -> dict[str, list[str]]:
    """What row-level security would hide is looked at past it; a rule of its own, behind it."""
    tests = list(dict.fromkeys(tests))
    alone = [
        one
        for one in tests
        if one.startswith(("tests/matrix/", "tests/cases/test_matrix.py", *LISTED, WAITED))
    ]
    if isinstance(mutant, Alteration):
        return {APPLICATION: tests}
    if mutant.kind == "seen":
        return {OWNER: [*alone, *KEPT_FROM_ONE]}
    if "permissions" in mutant.path:
        # Past row-level security somebody sees what they may not do this to.
        return {APPLICATION: tests, OWNER: [one for one in tests if one.startswith(BY_EVERYBODY)]}
    looks_up = mutant.path == QUERYSETS or any(
        f"/{room}/" in mutant.path for room in ("views", "workflow", "reading")
    )
    weaker = mutant.kind in ("filter", "condition") or ": never" in mutant.id
    # What row-level security hides is noticed past it, if at all: that is asked first.
    return {OWNER: alone, APPLICATION: tests} if looks_up and weaker else {APPLICATION: tests}


def _named() -> tuple[dict[str, str], set[str]]:
    """The routes by the names of their views, and the verbs."""
    import django

    django.setup()
    import district.workflow
    from cases.workflow import VERBS
    from tests.matrix.cells import routes

    views = {pattern.callback.__name__: name for name, pattern in routes()}
    return views, {*VERBS, *district.workflow.VERBS}
