"""
A pytest that has collected the tests and waits: each request is a fork of it, which begins with the first test at once.

`Waiting` is asked; the rest of this module is the plugin of the pytest that is. A mutant that is the body or
the decorator of one function is put into that function of the fork (see exchange.py); nothing is imported again.
"""

from __future__ import annotations

import gc
import itertools
import json
import os
import select
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, TextIO

import pytest

from tests.emptied import commits
from tests.mutation.code import files
from tests.mutation.exchange import decorated, exchanged, redecorate

#: Where the plugin reads what is asked and writes what came of it: two open files, by number.
SPOKEN_BY = "LANTERN_MUTANTS"
#: Asked first: makes ready what lasts for a whole session, and commits nothing.
OF_THE_SESSION = "tests/matrix/test_need_to_know.py::test_every_table_with_rules_is_looked_at"
#: What serves no mutant, and needs more than a database.
LEFT_OUT = ("browser", "launcher", "faults", "mutation")


@dataclass(frozen=True)
class Answer:
    """How many tests were run, which failed or "", and whether any left behind a database that is not as before."""

    count: int
    failed: str
    committed: bool


@dataclass(frozen=True)
class Together:
    """Which mutants were noticed by their test, by their ids, and after how many seconds each."""

    noticed: dict[str, float]


class Waiting:
    """One that waits; it works on one request after the other."""

    def __init__(self, folder: Path, environment: Mapping[str, str], options: Sequence[str]) -> None:
        asked, self._ask = os.pipe()
        self._said, say = os.pipe()
        with (folder / "waiting.txt").open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pytest", "-p", __name__, *options, "tests"],
                cwd=folder,
                env={**environment, SPOKEN_BY: f"{asked} {say}"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=(asked, say),
                start_new_session=True,
            )
        os.close(asked)
        os.close(say)

    def run(self, tests: Sequence[str], seconds: float, **exchange: str) -> Answer:
        """
        Run the tests until one fails.

        `exchange` are `path`, `where`, `before` and `after` of a mutant. Raises `subprocess.TimeoutExpired` after
        `seconds`, and `RuntimeError` when the pytest is not there any more: this one is at an end then.
        """
        return Answer(**self._asked({"tests": list(tests), **exchange}, seconds))

    def together(self, each: Sequence[Mapping[str, str]], seconds: float) -> Together:
        """
        Put one mutant after the other into what its `test` asks: all of one world, which is made once.

        Raises as `run` does.
        """
        return Together(**self._asked({"each": list(each)}, seconds))

    def _asked(self, request: Mapping[str, object], seconds: float) -> dict[str, Any]:
        os.write(self._ask, (json.dumps(request) + "\n").encode())
        answer = b""
        while not answer.endswith(b"\n"):
            if not select.select([self._said], [], [], seconds)[0]:
                self.close()
                raise subprocess.TimeoutExpired("pytest", seconds)
            part = os.read(self._said, 65536)
            if not part:
                self.close()
                raise RuntimeError(f"Somebody ended the tests: {request}")
            answer += part
        return dict(json.loads(answer))

    def close(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, 9)
            self.process.wait()
            os.close(self._ask)
            os.close(self._said)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    return collection_path.name in LEFT_OUT or None


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    asked, say = (int(number) for number in os.environ[SPOKEN_BY].split())
    by_id = _by_id(session.items)
    functions = _functions()
    first = by_id[OF_THE_SESSION]
    # What lasts for a session stays: another test is to come.
    first[0].config.hook.pytest_runtest_protocol(item=first[0], nextitem=session.items[-1])
    from django.db import connections

    connections.close_all()
    gc.collect()
    gc.freeze()
    with os.fdopen(asked) as requests, os.fdopen(say, "w") as answers:
        for line in requests:
            child = os.fork()
            if not child:
                _answer(session, by_id, functions, answers, **json.loads(line))
            if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
                break
    return True


def _by_id(items: list[pytest.Item]) -> dict[str, list[pytest.Item]]:
    """By what one may call them by: a file, a test, a test with what it is given."""
    found: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        names = {item.nodeid, item.nodeid.partition("[")[0], item.nodeid.partition("::")[0]}
        for name in names:
            found[name].append(item)
    return found


def _functions() -> dict[tuple[str, str], list[FunctionType]]:
    """By file and name. What is decorated is not found by its name in its module."""
    for path in files():
        # What is named in the settings is read by whoever asks first.
        import_module(path.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    gc.unfreeze()
    found: dict[tuple[str, str], list[FunctionType]] = defaultdict(list)
    for one in gc.get_objects():
        if isinstance(one, FunctionType):
            found[(one.__code__.co_filename, one.__code__.co_qualname)].append(one)
    return found


def _answer(
    session: pytest.Session,
    by_id: dict[str, list[pytest.Item]],
    functions: dict[tuple[str, str], list[FunctionType]],
    answers: TextIO,
    tests: Sequence[str] = (),
    each: Sequence[dict[str, str]] = (),
    **exchange: str,
) -> None:
    """In the fork, which ends here."""
    code = 1
    try:
        if each:
            noticed = _together(session, by_id, functions, each)
            answers.write(json.dumps(asdict(Together(noticed))) + "\n")
            answers.flush()
            code = 0
            return
        if exchange:
            _put(functions, **exchange)
        # Those that commit last, as always: they leave empty tables behind.
        items = sorted(dict.fromkeys(item for name in tests for item in by_id.get(name, ())), key=commits)
        heard = _Heard()
        session.config.pluginmanager.register(heard)
        _run(items, session.items, heard)
        committed = any(commits(items[number]) for number in range(heard.count))
        answers.write(json.dumps(asdict(Answer(heard.count, heard.failed, committed))) + "\n")
        answers.flush()
        code = 0
    finally:
        sys.stdout.flush()
        os._exit(code)


def _together(
    session: pytest.Session,
    by_id: dict[str, list[pytest.Item]],
    functions: dict[tuple[str, str], list[FunctionType]],
    each: Sequence[dict[str, str]],
) -> dict[str, float]:
    """
    What is noticed counts when the world is made, and is as it was afterwards, without any mutant: the first test
    passes before all of them, and the last one after.
    """
    noticed: dict[str, float] = {}
    heard = _Heard()
    session.config.pluginmanager.register(heard)
    items = [by_id[asked["test"]][0] for asked in each]

    def passes(item: pytest.Item, following: pytest.Item) -> bool:
        heard.failed = ""
        # What those share that are asked after it stays. Of one that is asked again nothing may stay but that.
        of_file = by_id[item.nodeid.partition("::")[0]]
        elsewhere = of_file[of_file[0] is item] if following in of_file else following
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=elsewhere)
        return not heard.failed

    if not passes(items[0], items[0]):
        return {}
    for asked, item, following in zip(each, items, [*items[1:], items[-1]], strict=True):
        began = time.monotonic()
        exchange = {name: asked[name] for name in ("path", "where", "before", "after")}
        take_back = _put(functions, **exchange)
        if not passes(item, following):
            noticed[asked["id"]] = time.monotonic() - began
        take_back()
    return noticed if passes(items[-1], items[-1]) else {}


def _put(
    functions: dict[tuple[str, str], list[FunctionType]], path: str, where: str, before: str, after: str
) -> Callable[[], None]:
    """Returns what takes it back."""
    file = str(Path(path).resolve())
    if node := decorated(where, before, after):
        return redecorate(file, node, vars(import_module(path.removesuffix(".py").replace("/", "."))))
    new = exchanged(file, where, before, after)
    assert new is not None, f"{path} cannot be exchanged at {where}"
    assert functions[(file, new.name)], f"Nothing is {new.name} in {path}"
    was: list[tuple[FunctionType, CodeType]] = []
    for code in _with_inner(new.code):
        for one in functions.get((file, code.co_qualname), ()):
            # Also what it made before, such as a view that it decorated.
            if one.__code__.co_freevars == code.co_freevars:
                was.append((one, one.__code__))
                one.__code__ = code

    def take_back() -> None:
        for one, code in was:
            one.__code__ = code

    return take_back


def _with_inner(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _with_inner(one)


class _Heard:
    """Hears of each test what came of it."""

    def __init__(self) -> None:
        self.count, self.failed = 0, ""

    def pytest_runtest_logstart(self) -> None:
        self.count += 1

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = report.nodeid


def _run(items: list[pytest.Item], every: list[pytest.Item], heard: _Heard) -> None:
    """Until one fails. What a file shares is closed after each of its tests then, as after its last."""
    for item, after in itertools.zip_longest(items, items[1:]):
        elsewhere = after or _of_another_file(item, every)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=elsewhere)
        if heard.failed:
            return


def _of_another_file(item: pytest.Item, every: list[pytest.Item]) -> pytest.Item:
    file = item.nodeid.partition("::")[0]
    return next(one for one in every if one.nodeid.partition("::")[0] != file)
