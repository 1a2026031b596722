"""Which tests look at a mutant: those of the routes and verbs that the changed function serves."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.mutation.calls import Calls, is_form
from tests.mutation.code import ROOT, SIGN_IN, SIGN_IN_ROUTES, Mutant
from tests.mutation.database import Alteration

#: Every page of every state, by everybody.
A_ROUTE = "tests/matrix/test_every_route.py::test_every_method_by_everybody_in_every_state[{route}]"
FURTHER = "tests/matrix/test_every_route.py::test_every_method_by_the_others_and_in_further_states[{route}]"
POSTED = "tests/matrix/test_posted.py::{test}[{route}]"
POSTED_TESTS = (
    "test_an_id_that_is_not_for_its_sender_is_refused_like_one_that_does_not_exist",
    "test_a_field_that_the_form_does_not_have_changes_nothing",
)
NESTED = "tests/matrix/test_parents.py::test_a_thing_of_another_case_is_as_absent_as_one_that_does_not_exist[{route}]"
A_PAGE = (
    "tests/matrix/test_pages.py::test_a_page_leads_to_no_case_and_no_concern_that_is_not_its_readers[{route}]"
)
HISTORY = (
    "tests/matrix/test_pages.py::test_the_history_of_the_reminders_shows_the_messages_that_one_may_know_of"
)
#: What is found and listed without an address of its own: as well past row-level security.
LISTED = (
    "tests/matrix/test_searched.py",
    "tests/cases/test_review_case.py"
    "::test_the_list_is_of_ones_own_school_for_the_liaison_of_all_and_keeps_what_is_kept_from_one",
)
OF_THE_DISTRICT = "tests/district/test_by_everybody.py"
OFFERED = "tests/matrix/test_offered.py"
ROUTES = "tests/test_routes.py"
DECLARED = (
    ROUTES + "::test_who_may_use_a_route_stands_here_once_more",
    ROUTES + "::test_every_route_is_declared_or_one_of_the_sign_in_pages",
    ROUTES + "::test_only_these_routes_open_without_sign_in",
    ROUTES + "::test_every_verb_has_a_route_a_view_and_a_template_of_its_name",
)
#: Asserts nothing that another test does not, and takes minutes.
ONLY_TIMED = {"test_how_long.py"}
#: The pages of sign-in, each by every method and everybody.
OF_SIGN_IN = "tests/accounts/test_sign_in_routes.py"
BY_EVERYBODY = "tests/cases/test_matrix.py"
A_STATE = BY_EVERYBODY + "::test_each_verb_on_a_{thing}_in_each_state_by_everybody[{state}-{verb}]"
FOR_THEMSELVES = (
    BY_EVERYBODY
    + "::test_what_everybody_does_for_themselves_is_the_same_whether_there_is_a_case_or_not[none-{verb}]"
)
OF_ANOTHER_CASE = "tests/matrix/test_verbs.py"
#: Of what was typed and kept, in a drill that is over as well.
DRAFTS = (
    "tests/drafts/test_of_each_form.py",
    "tests/drafts/test_drafts.py",
    "tests/drills/test_dropped_out.py",
    "tests/drills/test_apart.py",
)
#: Of whom a name finds.
FINDING = ("tests/cases/test_find_student.py", "tests/district/test_merge_students.py")
#: What each of the two gates lets through by itself, of every row for everybody.
EACH_GATE = "tests/matrix/test_need_to_know.py"
#: Of whoever sees a thing, or enters one, and may not do this: looked at for each verb.
NOT_THEIRS = "tests/cases/test_not_theirs.py"
#: Of somebody who loses sight of a case while they wait for it.
WAITED = "tests/cases/test_told_and_open.py::test_a_liaison_who_waited_while_the_case_was_kept_from_them"
#: Of somebody from whom a case is kept; these hold past row-level security as well.
KEPT_FROM_ONE = (
    "tests/cases/test_none_applies.py"
    "::test_whoever_may_not_open_it_goes_by_what_they_know_and_ends_nothing_of_the_case",
    "tests/cases/test_excluded.py::test_their_own_duty_stays_and_says_nothing_of_the_concern_it_came_from",
    "tests/cases/test_settle_second_case.py"
    "::test_the_page_of_two_does_not_exist_for_one_who_is_kept_from_the_other_or_where_there_is_none",
)
OF_THE_DATABASE = (
    "tests/test_roles_in_time.py",
    "tests/cases/test_case_role_rows.py",
    "tests/test_refused_changes.py",
    "tests/cases/test_definer_rows.py",
    "tests/cases/test_told_by_definers.py",
    "tests/test_database_roles.py",
    "tests/test_row_security.py",
)


#: What tests tell of who sees and does what, beside those of one verb.
OF_ACCESS = tuple(
    f"tests/cases/test_{name}.py"
    for name in (
        "own_words", "excluded", "nobodys", "told_too_much", "asked_of_district", "officers_change", "remove_person",
        "correct_entry", "not_theirs",
    )
)  # fmt: skip


#: What serves more routes than that is looked at as a whole, and on these pages.
MANY = 20
WORD = re.compile(r"\w+")
EVERYBODYS = ("home", "cases:cases", "cases:case", "cases:concerns", "cases:concern", "cases:reminders")


@dataclass(frozen=True)
class Served:
    """The routes (by their full names) and verbs that a function has a part in."""

    routes: tuple[str, ...]
    verbs: tuple[str, ...]


class Serving:
    def __init__(self, routes: dict[str, str], verbs: set[str], root: Path = ROOT) -> None:
        """`routes` are their full names by the names of their views."""
        self.routes, self.verbs, self.root = routes, verbs, root
        self.calls = Calls(root)

    def of(self, where: str) -> Served:
        """Whatever leads to the function, the method or the class."""
        todo = [named(where)]
        owner = where.split(".")[0]
        if owner[:1].isupper():
            # A method that is called as a view is: whatever names its class.
            todo = [owner] if todo[0] in self.routes else [owner, *todo]
        reached: set[str] = set()
        while todo:
            name = todo.pop()
            if name not in reached:
                reached.add(name)
                # Nothing calls a view; a verb is called by the view of its name, and of nothing else is it a part.
                ends = name in self.routes or name in self.verbs
                todo += () if ends else self.calls.callers[name]
        routes = tuple(full for name, full in self.routes.items() if name in reached)
        return Served(routes, tuple(sorted(self.verbs & reached)))

    def tests_of(self, mutant: Mutant | Alteration) -> list[str]:
        """In the order in which they are asked: what is quick and near first."""
        if isinstance(mutant, Alteration):
            rows = list(self._of_rows)
            # Whoever names it is near; the world of the matrix takes longest to build.
            near = [one for one, text in self._of_rows.items() if mutant.where in text]
            named = [one for one in self._named(mutant.where) if one != EACH_GATE]
            return [
                *OF_THE_DATABASE,
                *near,
                *named,
                *rows,
                *self._of_drills(),
                *OF_ACCESS,
                EACH_GATE,
                BY_EVERYBODY,
            ]
        if mutant.path == SIGN_IN_ROUTES:
            return [OF_SIGN_IN, *self._of_accounts()]
        if mutant.path in SIGN_IN:
            served = self.of(mutant.where)
            drafts = self._there(DRAFTS) if mutant.path.startswith("csec/drafts") else []
            return [
                *drafts,
                *self._of_accounts(),
                *self._named(mutant.where),
                *self._tests_of_verbs(served),
            ]
        served = self.of(mutant.where)
        if mutant.kind in ("decorator", "roles") and "/views/" in mutant.path:
            return [*DECLARED, *self._pages(served)]
        if len(served.routes) > MANY:
            waits = [WAITED] if mutant.where.startswith("lock_") else []
            whole = [*waits, EACH_GATE, OF_ANOTHER_CASE, OF_THE_DISTRICT, *OF_ACCESS, BY_EVERYBODY, ROUTES]
            pages = tuple(dict.fromkeys((*self._asking(mutant.where), *EVERYBODYS)))
            return [*whole, *self._named(mutant.where), *self._pages(Served(pages, ()))]
        pages = self._pages(served)
        posted = self._posted(served)
        nested = [NESTED.format(route=one) for one in served.routes if self._is_nested(one)]
        verbs = [*self._tables(served), *self._tests_of_verbs(served), OF_ANOTHER_CASE]
        if mutant.kind in ("decorator", "roles"):
            return [*DECLARED, *verbs]
        if mutant.path.startswith(("csec/routes", "csec/accounts")):
            return [ROUTES, *self._of_accounts(), *self._of_drills(), EACH_GATE, *verbs, *pages]
        if "/forms/" in mutant.path:
            finding = self._there(FINDING) if mutant.path == "cases/forms/students.py" else []
            return [*finding, OFFERED, *posted, *self._tests_of_verbs(served), *self._named(mutant.where)]
        if "/views/" in mutant.path:
            # A page of no verb has tests of its own.
            of_its_own = [] if served.verbs else self._named(mutant.where)
            return [*nested, *pages, *posted, OFFERED, *self._tests_of_verbs(served), *of_its_own]
        if "/reading/" in mutant.path:
            return [*pages, HISTORY, *LISTED, *verbs, *self._named(mutant.where)]
        if "/workflow/" in mutant.path:
            return [*verbs, NOT_THEIRS, *nested, *posted]
        if mutant.path == "cases/querysets.py" or mutant.where.endswith(".visible_to"):
            return [EACH_GATE, *verbs, *self._named(mutant.where), *pages]
        drills = self._of_drills() if mutant.path.startswith("drills/") else []
        return [*verbs, *self._named(mutant.where), *pages, *drills]

    def _asking(self, where: str) -> tuple[str, ...]:
        """Every rule of who sees what has one name: the routes that ask the one of this table, where they are few."""
        owner, _, rule = where.partition(".")
        asked = f"{owner.removesuffix('QuerySet')}.objects.{rule}("
        found = [
            self.of(name) for name, texts in self.calls.texts.items() if any(asked in text for text in texts)
        ]
        routes = tuple(dict.fromkeys(route for served in found for route in served.routes))
        return routes if len(routes) <= MANY else ()

    def _tables(self, served: Served) -> list[str]:
        """Of the table of verbs, states and people a state in which each verb is done, and one in which it is not."""
        from tests.cases.test_matrix import BY_EVERYBODY as for_themselves
        from tests.cases.test_matrix import ON_CASE, ON_CONCERN

        of_the_district = any(
            (self.root / f"tests/district/test_{verb}.py").exists() for verb in served.verbs
        )
        found = [OF_THE_DISTRICT] if of_the_district else []
        found += [FOR_THEMSELVES.format(verb=verb) for verb in served.verbs if verb in for_themselves]
        for thing, table in (("case", ON_CASE), ("concern", ON_CONCERN)):
            for name, (_may, results) in table.items():
                if name.split()[0] in served.verbs:
                    done = [state for state, result in results.items() if result == "done"]
                    found += [
                        A_STATE.format(thing=thing, state=state, verb=name)
                        for state in (done or list(results))[:1]
                    ]
        return list(dict.fromkeys(found))

    def _pages(self, served: Served) -> list[str]:
        from tests.matrix.test_pages import PAGES

        return [
            test.format(route=one)
            for one in served.routes
            for test in ((A_ROUTE, A_PAGE, FURTHER) if one in PAGES else (A_ROUTE, FURTHER))
        ]

    def _posted(self, served: Served) -> list[str]:
        return [
            POSTED.format(test=test, route=one)
            for one in served.routes
            if one.split(":")[-1] in self.verbs
            for test in POSTED_TESTS
        ]

    def _is_nested(self, route: str) -> bool:
        from tests.matrix.test_parents import NESTED as routes

        return route in routes

    def _tests_of_verbs(self, served: Served) -> list[str]:
        return self._there(
            f"tests/{room}/test_{verb}.py"
            for verb in served.verbs
            for room in ("cases", "district", "drills")
        )

    def _of_accounts(self) -> list[str]:
        tests = self.root.glob("tests/accounts/test_*.py")
        return sorted(str(path.relative_to(self.root)) for path in tests if path.name not in ONLY_TIMED)

    def _of_drills(self) -> list[str]:
        return sorted(str(path.relative_to(self.root)) for path in self.root.glob("tests/drills/test_*.py"))

    def _named(self, where: str) -> list[str]:
        """Tests that name what was changed."""
        found = self._naming[named(where)]
        # A word that stands everywhere says nothing.
        return found if len(found) <= 15 else []

    @cached_property
    def _of_rows(self) -> dict[str, str]:
        """What tests of PostgreSQL's rules say, by their path."""
        tests = sorted(self.root.glob("tests/*/test_*rows.py"))
        return {str(path.relative_to(self.root)): path.read_text() for path in tests}

    @cached_property
    def _naming(self) -> defaultdict[str, list[str]]:
        """By word the tests in which it stands: read once, and asked for each of two thousand mutants."""
        naming: defaultdict[str, list[str]] = defaultdict(list)
        for path in sorted(self.root.glob("tests/**/test_*.py")):
            if not _is_slow(path):
                for word in set(WORD.findall(path.read_text())):
                    naming[word].append(str(path.relative_to(self.root)))
        return naming

    def _there(self, paths: Iterable[str]) -> list[str]:
        return [path for path in paths if (self.root / path).exists()]


def named(where: str) -> str:
    """The name by which others call it: of a method its own, of a function in a function the outer one's."""
    first, *rest = where.split(".")
    method = first[:1].isupper() and rest and not is_form(first)
    return rest[0] if method and not rest[0].startswith("__") else first


def _is_slow(path: Path) -> bool:
    return bool({"browser", "launcher", "faults", "mutation"} & set(path.parts))
