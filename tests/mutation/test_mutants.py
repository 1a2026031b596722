"""The mutation run itself: what it takes out, and that nothing is explained that is not there any more."""

import os
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.db import connections

from tests.mutation.__main__ import explanations, matches
from tests.mutation.code import GUARDED, RULES, SIGN_IN, SIGN_IN_ROUTES, Mutant, mutants
from tests.mutation.copies import Outcome
from tests.mutation.database import alterations, without_conditions
from tests.mutation.exchange import decorated, exchanged, redecorate
from tests.mutation.hints import NO_START, Hints
from tests.mutation.nearest import NEAREST, OF_POSTGRESQL
from tests.mutation.tasks import Task
from tests.mutation.unfiltered import opened

SOURCE = '''
def visible_to(self, user):
    return self.filter(Q(open=True) & Q(person=user), since__lte=day)

@verb("case_closed")
def close_case(*, actor, case):
    """Close it."""
    require(can_close_case(actor, case), "close_case")
    row = Row.objects.filter(pk=case.pk, case=case).first()
    if row is None:
        raise Absent("row")
'''


def changed(folder: Path, path: str, source: str = SOURCE) -> set[str]:
    """What is taken out of a source when it stands at that path."""
    for one in ("cases/permissions", "district", "drills", "csec/accounts/views", "csec/drafts"):
        (folder / one).mkdir(parents=True, exist_ok=True)
    for one in {*GUARDED, *RULES, SIGN_IN_ROUTES, *SIGN_IN}:
        if one.endswith(".py"):
            (folder / one).parent.mkdir(parents=True, exist_ok=True)
            (folder / one).write_text("")
    (folder / path).write_text(source)
    return {mutant.id.partition(": ")[2] for mutant in mutants(folder)}


def test_guards_decorators_and_the_case_of_a_row_are_taken_out_of_a_verb(tmp_path: Path) -> None:
    assert changed(tmp_path, "cases/close.py") == {
        "without @verb",
        "without require(can_close_case(actor, case), 'close_case')",
        "filter without case=case",
        "never row is None",
    }


def test_of_the_rules_of_access_every_condition_is_taken_out(tmp_path: Path) -> None:
    assert changed(tmp_path, "cases/querysets.py") >= {
        "filter without since__lte=day",
        "without & Q(person=user)",
        "without & Q(open=True)",
    }


def test_nobody_is_sent_to_show_a_second_factor_and_any_was_just_shown() -> None:
    found = {mutant.id for mutant in mutants()}
    assert "csec.accounts.gate.prove_again: always None" in found
    assert "csec.accounts.second_factor.is_fresh: always True" in found


def test_a_page_of_sign_in_is_put_behind_each_wider_gate_and_given_every_method(tmp_path: Path) -> None:
    routes = """
ROUTES = [
    path("keys/", for_proven(again(view), "GET"), name="keys"),
    path("in/", for_anybody(login), name="in"),
]
"""
    assert changed(tmp_path, "csec/accounts/urls.py", routes) == {
        "keys for_signed_in",
        "keys for_anybody",
        "keys without again",
        "keys without its methods",
    }


def test_of_sign_in_each_condition_that_turns_away_is_taken_out(tmp_path: Path) -> None:
    source = """
def begin(person, code):
    if tries > MOST or person is None:
        record("denied")
        raise Refused
    return Code.objects.filter(person=person)
"""
    assert changed(tmp_path, "csec/accounts/tries.py", source) == {
        "never tries > MOST or person is None",
        "never tries > MOST",
        "never person is None",
        "filter without person=person",
    }


def test_the_forms_of_sign_in_links_passwords_providers_and_drafts_are_looked_at_too() -> None:
    found = {mutant.id for mutant in mutants()}
    assert found >= {
        "csec.accounts.forms._CountedCode.clean_code: never self.authenticator is None",
        "csec.accounts.passwords.has_second_factor: always True",
        "csec.accounts.resets.send: filter without sent_at__isnull=True",
        "csec.accounts.views.elsewhere.Provider.openid_config: never not isinstance(told, dict)",
        "csec.drafts.store.form_of: never owner != person",
    }


def test_a_mutant_is_one_change_and_the_rest_of_its_file() -> None:
    found = {mutant.id: mutant for mutant in mutants()}
    one = next(
        one for id, one in found.items() if id.startswith("cases.workflow.cases.close_case: without require")
    )
    before = (Path(__file__).parents[2] / one.path).read_text().splitlines()
    assert len(set(before) - set(one.text.splitlines())) == 1
    assert len(found) > 500


def test_what_everybody_would_see_keeps_what_it_adds_to_each_row() -> None:
    text = (Path(__file__).parents[2] / "cases" / "querysets.py").read_text()
    everything = opened(text)[len(text) :]
    assert opened(text).count("def as_if_visible_to") == text.count("def visible_to")
    assert "my_role" in opened(text)
    assert "as_if_visible_to" not in everything.replace("def as_if_visible_to", "")


def test_conditions_of_a_function_are_found_however_they_are_nested() -> None:
    text = "SELECT EXISTS (SELECT FROM a WHERE a.x = which AND (a.y IS NULL OR a.z BETWEEN 1 AND 2) ORDER BY a.x)"
    assert {what for what, _text in without_conditions(text)} == {
        "without a.x = which",
        "without (a.y IS NULL OR a.z BETWEEN 1 AND 2)",
    }


def test_the_condition_with_which_a_function_ends_is_one_of_them() -> None:
    found = dict(without_conditions("SELECT a.x FROM a WHERE a.y AND NOT hidden(a.x)\n"))
    assert found["without NOT hidden(a.x)"].strip().endswith("WHERE a.y AND true")


def test_the_body_of_a_function_is_exchanged_and_what_is_done_at_import_is_not() -> None:
    whole = "def kept(row):\n    return row\n\n@kept\ndef open_case(row):\n    require(row)\n    return row\n"
    body = whole.replace("require(row)", "pass")
    found = exchanged("cases/open.py", "open_case", whole, body)
    assert found
    assert found.name == "open_case"
    assert "require" not in found.code.co_names
    for instead in ("(lambda one: one)", "others"):
        assert exchanged("cases/open.py", "open_case", whole, whole.replace("@kept", f"@{instead}")) is None
    method = "class Form:\n    who = 1\n\n    def clean(self):\n        return self.who\n"
    assert exchanged("cases/form.py", "Form", method, method.replace("who = 1", "who = 2")) is None
    answered = exchanged("cases/form.py", "Form.clean", method, method.replace("self.who", "None"))
    assert answered
    assert answered.name == "Form.clean"


def test_a_function_that_is_decorated_otherwise_is_put_wherever_the_one_before_was() -> None:
    whole = "def kept(view):\n    return lambda row: view(row) + 1\n\n@kept\ndef open_case(row):\n    return row\n"
    without = whole.replace("@kept", "@(lambda one: one)")
    found = decorated("open_case", whole, without)
    assert found
    for instead in (without.replace("return row", "return 1"), whole):
        assert decorated("open_case", whole, instead) is None
    module: dict[str, Any] = {}
    exec(whole, module)  # noqa: S102
    pattern = SimpleNamespace(callback=module["open_case"])
    named = {"open_case": module["open_case"]}
    assert pattern.callback(1) == 2
    take_back = redecorate("cases/open.py", found, module)
    assert [one(1) for one in (module["open_case"], pattern.callback, named["open_case"])] == [1, 1, 1]
    take_back()
    assert [one(1) for one in (module["open_case"], pattern.callback, named["open_case"])] == [2, 2, 2]


def test_a_verb_whose_gate_was_taken_off_stands_in_the_list_of_verbs_as_before() -> None:
    from cases.workflow import cases, verbs

    def listed() -> list[tuple[str, Any]]:
        # Pairs: whatever holds a function by its name is given the other one.
        return [(name, one.run) for name, one in verbs._REGISTRY.items()]

    before = listed()
    verb = cases.close_case
    path = Path(cases.__file__)
    whole = path.read_text()
    [gate] = re.findall(r"@verb\(.+?\)(?=\ndef close_case)", whole)
    found = decorated("close_case", whole, whole.replace(gate, "@(lambda one: one)"))
    assert found
    take_back = redecorate(str(path), found, vars(cases))
    assert ("close_case", cases.close_case) in listed() != before
    take_back()
    assert cases.close_case is verb
    assert listed() == before


def test_what_one_route_of_the_matrix_noticed_is_tried_again_in_a_world_for_several() -> None:
    one = Task(Mutant("view: without allow", "cases/views/view.py", "view", "guard", ""), {})
    for by, together in (
        ("owner tests/matrix/test_every_route.py::test_all[cases:case]", True),
        ("owner tests/matrix/test_verbs.py::test_a_verb[close_case]", True),
        ("owner tests/matrix/test_offered.py::test_nobody_keeps_a_case_from_themselves", True),
        ("owner tests/cases/test_find_student.py::test_a_name[Avery]", False),
        ("owner tests/matrix/test_pages.py::test_history", False),
        ("application tests/cases/test_matrix.py::test_each_verb[open-close_case]", True),
    ):
        found = Hints([one], {one.id: by}).together(one)
        assert found == (tuple(by.split(" ", 1)) if together else None)
    assert Hints([one], {}).together(one) is None
    scenes = [
        f"tests/cases/test_matrix.py::test_each[{one}]"
        for one in ("open-close_case", "open-void_case", "left-x")
    ]
    assert Hints.shared(scenes[0]) == Hints.shared(scenes[1]) != Hints.shared(scenes[2])
    assert Hints.shared("tests/matrix/test_parents.py::test_a[cases:case]") == "tests/matrix"


def test_of_a_decorator_what_is_declared_is_asked_before_what_noticed_others_in_its_function() -> None:
    where, path = "view", "cases/views/view.py"
    decorator = Task(Mutant("view: without @route", path, where, "decorator", ""), {})
    guard = Task(Mutant("view: without allow", path, where, "guard", ""), {})
    beside = Task(Mutant("view: never row is None", path, where, "guard", ""), {})
    hints = Hints([decorator, guard, beside], {beside.id: "application tests/a.py::test_a"})
    assert hints.of(decorator) == {}
    assert hints.of(guard) == {"application": ["tests/a.py::test_a"]}
    of_route = "application tests/matrix/test_every_route.py::test_all[cases:view]"
    assert Hints([decorator], {decorator.id: of_route}).of(decorator) == {}


def test_of_what_did_not_start_no_test_is_asked_first() -> None:
    one = Task(Mutant("view: without @route", "cases/views/view.py", "view", "decorator", ""), {})
    hints = Hints([one], {})
    hints.learn(one, Outcome("killed", 1.0, NO_START, "application"))
    assert one.id in hints.text()
    assert hints.of(one) == {}
    assert Hints([one], hints.noticed).of(one) == {}


def test_whatever_is_nearest_to_a_rule_is_there_and_so_is_the_rule() -> None:
    ids = [mutant.id for mutant in mutants()]
    assert not [pattern for pattern in NEAREST if not any(re.match(pattern, id) for id in ids)]
    files = {
        test.partition("::")[0] for tests in [*NEAREST.values(), *OF_POSTGRESQL.values()] for test in tests
    }
    assert not [file for file in files if not (Path(__file__).parents[2] / file).exists()]


def test_every_explanation_is_of_a_mutant_that_is_there() -> None:
    ids = [mutant.id for mutant in mutants()]
    of_the_program = [
        pattern
        for pattern, _reason in explanations()
        if pattern.startswith(("cases.", "csec.", "district.", "drills."))
    ]
    assert not [pattern for pattern in of_the_program if not any(matches(pattern, id) for id in ids)]
    assert all(reason for _pattern, reason in explanations())


#: Of every rule what it says, but for how PostgreSQL writes down an array.
AS_THEY_ARE = r"""
SELECT 'policy', tablename, policyname, permissive, roles::text, cmd, regexp_replace(concat(qual, '|', with_check),
    '::character varying|::text|\[\]|[()]', '', 'g') FROM pg_policies WHERE schemaname = 'public'
UNION ALL SELECT 'table', relname, relrowsecurity::text, relforcerowsecurity::text, coalesce(relacl::text, ''), '', ''
    FROM pg_class WHERE relnamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, tgenabled::text, '', '', '' FROM pg_trigger
UNION ALL SELECT 'function', oid::regprocedure::text, prosrc, prosecdef::text, coalesce(proacl::text, ''), '', ''
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
ORDER BY 1, 2, 3
"""


@pytest.mark.matrix
@pytest.mark.django_db
def test_every_rule_that_is_taken_out_is_put_back_as_it_was() -> None:
    connections["owner"].ensure_connection()
    with psycopg.connect(
        os.environ["DATABASE_URL"], dbname=connections["owner"].settings_dict["NAME"]
    ) as owner:
        rules, before = alterations(owner), owner.execute(AS_THEY_ARE).fetchall()
        for rule in rules:
            owner.execute(rule.sql.encode())
            owner.execute(rule.back.encode())
        assert owner.execute(AS_THEY_ARE).fetchall() == before
        owner.rollback()


@pytest.mark.matrix
@pytest.mark.django_db
def test_every_explanation_of_a_rule_of_postgresql_is_of_one_that_is_there() -> None:
    connections["owner"].ensure_connection()
    with psycopg.connect(
        os.environ["DATABASE_URL"], dbname=connections["owner"].settings_dict["NAME"]
    ) as owner:
        ids = [one.id for one in alterations(owner)]
    of_the_program = ("cases.", "csec.", "district.", "drills.")
    patterns = [pattern for pattern, _reason in explanations() if not pattern.startswith(of_the_program)]
    assert not [pattern for pattern in patterns if not any(matches(pattern, id) for id in ids)]
