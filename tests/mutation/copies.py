"""A copy of the tree and a database for each process, and pytest in both of them."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

from csec.database import database_of, with_database
from tests.mutation.code import ROOT, Mutant
from tests.mutation.database import Alteration
from tests.mutation.exchange import decorated, exchanged
from tests.mutation.hints import NO_START, Hints
from tests.mutation.ready import Ready
from tests.mutation.tasks import APPLICATION, OWNER, QUERYSETS, Task
from tests.mutation.template import fresh, gone
from tests.mutation.unfiltered import opened
from tests.mutation.waiting import Waiting

COPIED = (
    "cases", "csec", "district", "drills", "locale", "protocols", "static", "templates", "tests", "docs",
)  # fmt: skip
FILES = ("manage.py", "pyproject.toml")
ADDRESSES = ("DATABASE_URL", "DATABASE_APP_URL", "DATABASE_WORKER_URL", "DATABASE_AUDIT_URL")
#: A mutant that hangs is noticed.
AT_MOST = 600

PYTEST = ("-q", "-m", "", "-p", "no:cacheprovider", "--no-header", "--tb=line", "--show-capture=no")
#: Where each of PostgreSQL's rules is taken out of one world.
WITHOUT_RULES = "tests/matrix/without_rules.py"


@dataclass
class Outcome:
    """killed or survived, or unsure where the test fails anyhow; by which test under which login, after how long."""

    word: str
    seconds: float
    by: str = ""
    login: str = ""


class Copy:
    """The tree in a folder of its own, and a database of its own."""

    _times = count(int(time.time()) - 10**6)

    def __init__(self, number: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="lantern-mutant-"))
        for name in COPIED:
            shutil.copytree(
                ROOT / name, self.folder / name, ignore=shutil.ignore_patterns("__pycache__", "vendor")
            )
        for name in FILES:
            shutil.copy(ROOT / name, self.folder / name)
        self._write(QUERYSETS, _as_copied(QUERYSETS))
        name = f"{database_of(os.environ['DATABASE_URL'])}_m{number}"
        self.database = f"test_{name}"
        self.environment = {
            **os.environ,
            **{address: with_database(os.environ[address], name) for address in ADDRESSES},
            "CSEC_VAR": str(self.folder / "var"),
            "PYTHONPATH": str(self.folder),
        }
        (self.folder / "var").mkdir()
        self.process: subprocess.Popen[str] | None = None
        self.ready: Ready | None = None
        self.waiting: dict[str, Waiting] = {}
        #: Whether the database is as it was made.
        self.is_fresh = False
        #: Which tests, under which login, were seen to pass without a mutant.
        self.passing: set[tuple[str, str]] = set()

    def close(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
        for one in (self.ready, *self.waiting.values()):
            if one:
                one.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        gone(self.database)

    def _write(self, path: str, text: str) -> None:
        """Each time with another time of change: what Python compiled of the last mutant is not taken for this one."""
        (self.folder / path).write_text(text)
        moment = next(self._times)
        os.utime(self.folder / path, (moment, moment))

    def tried(self, task: Task, first: dict[str, list[str]]) -> Outcome:
        """Run the tests until the first one notices; those first, by login, that are likely to."""
        began = time.monotonic()
        mutant = task.mutant
        asked = [*first.items(), (APPLICATION, list(task.near)), *task.tests.items()]
        lists = [(login, tests) for login, tests in asked if tests]
        if isinstance(mutant, Alteration):
            with self._altered(mutant):
                found = self._first(lists, mutant)
        else:
            text = opened(mutant.text) if mutant.path == QUERYSETS else mutant.text
            before = _as_copied(mutant.path)
            found = None
            if exchanged(mutant.path, mutant.where, before, text) or decorated(mutant.where, before, text):
                found = self._first(lists, path=mutant.path, where=mutant.where, before=before, after=text)
            # What was asked while its module was imported has its answer from before: once more from the start.
            found = found or self._from_the_start(mutant.path, before, text, lists)
        if found and not self.passes(*found):
            return Outcome("unsure", time.monotonic() - began, *found)
        if found:
            return Outcome("killed", time.monotonic() - began, *found)
        return Outcome("survived", time.monotonic() - began)

    def together(self, login: str, each: list[tuple[Task, str]]) -> dict[str, float]:
        """
        Of mutants that are each the body or the decorator of a function, and the test that is likely to notice: when.

        The tests are of one world, which is made once for all of them. Whatever goes wrong, fewer are found.
        """
        asked = []
        for task, test in each:
            mutant = task.mutant
            assert isinstance(mutant, Mutant)
            before = _as_copied(mutant.path)
            after = opened(mutant.text) if mutant.path == QUERYSETS else mutant.text
            if exchanged(mutant.path, mutant.where, before, after) or decorated(mutant.where, before, after):
                asked.append(
                    {"id": task.id, "test": test, "path": mutant.path, "where": mutant.where}
                    | {"before": before, "after": after}
                )
        self._make_database()
        try:
            return self._waiting_as(login).together(asked, AT_MOST).noticed if asked else {}
        except (subprocess.TimeoutExpired, RuntimeError):
            del self.waiting[login]
            self.is_fresh = False
            return {}

    def _first(
        self, lists: list[tuple[str, list[str]]], altered: Alteration | None = None, **exchange: str
    ) -> tuple[str, str] | None:
        """The first test that notices, and the login; asked of a pytest that waits."""
        for login, tests in lists:
            self._make_database(altered)
            waiting = self._waiting_as(login)
            self.is_fresh = False
            try:
                answer = waiting.run(tests, AT_MOST, **exchange)
            except subprocess.TimeoutExpired:
                del self.waiting[login]
                return "it hangs", login
            self.is_fresh = not answer.committed
            if not answer.count and len(tests) > Hints.AT_MOST:
                raise RuntimeError(f"These are no tests: {tests}")
            if answer.failed:
                return answer.failed, login
        return None

    def _waiting_as(self, login: str) -> Waiting:
        if login not in self.waiting:
            environment = self.as_login(login)
            self.waiting[login] = Waiting(self.folder, environment, [*PYTEST, "-n", "0", "--reuse-db"])
        return self.waiting[login]

    def passes(self, test: str, login: str) -> bool:
        """Whether it does without any mutant, where it has just failed: a test that fails anyhow shows nothing."""
        if "::" in test and (test, login) not in self.passing:
            self._make_database()
            answer = self._waiting_as(login).run([test], AT_MOST)
            self.is_fresh = not answer.committed
            if answer.failed:
                return False
            self.passing.add((test, login))
        return True

    def _from_the_start(
        self, path: str, before: str, text: str, lists: list[tuple[str, list[str]]]
    ) -> tuple[str, str] | None:
        try:
            self._write(path, text)
            for login, tests in lists:
                self._make_database()
                self.is_fresh = False
                by = self._noticed(tests, login)
                if by:
                    return by, login
            return None
        finally:
            self._write(path, before)

    def _make_database(self, altered: Alteration | None = None) -> None:
        """Unless it is as it was made; with the alteration."""
        if not self.is_fresh:
            fresh(self.database)
            self.is_fresh = True
            if altered:
                self._execute(altered.sql)

    @contextmanager
    def _altered(self, alteration: Alteration) -> Iterator[None]:
        if self.is_fresh:
            self._execute(alteration.sql)
        yield
        if self.is_fresh:
            self._execute(alteration.back)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(with_database(os.environ["DATABASE_URL"], self.database)) as connection:
            connection.execute(statement.encode())

    def _noticed(self, tests: list[str], login: str) -> str:
        """By which test; empty when none did."""
        try:
            done = self.at_once(tests, login)
        except subprocess.TimeoutExpired:
            return "it hangs"
        if done.returncode == 1:
            failed = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", done.stdout, re.MULTILINE)
            return failed[1] if failed else "a test"
        if done.returncode < 0:
            raise RuntimeError(f"Somebody ended the tests: {tests}")
        # Of one that noticed it last: it has another name now.
        renamed = len(tests) <= Hints.AT_MOST and done.returncode == 4 and "not found: " in done.stdout
        if done.returncode == 0 or renamed:
            return ""
        if done.returncode == 5:
            raise RuntimeError(f"These are no tests: {tests}\n{done.stdout}")
        # Nor when a test that there is for each route or verb is not there any more.
        return NO_START

    def without_rules(self, rules: Iterable[tuple[Alteration, str]]) -> Iterator[dict[str, str]]:
        """Of each rule, given with the test that is likely to, which test of the world noticed it; as it is found."""
        asked, noticed = self.folder / "rules.txt", self.folder / "noticed.txt"
        asked.write_text(
            "".join(
                json.dumps({"id": rule.id, "where": rule.where, "sql": rule.sql, "likely": likely}) + "\n"
                for rule, likely in rules
            )
        )
        self._make_database()
        done = self.pytest(
            [WITHOUT_RULES],
            self.environment | {"LANTERN_RULES": str(asked), "LANTERN_NOTICED": str(noticed)},
            "-n", "0", "--reuse-db",
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stdout[-4000:])
        yield from map(json.loads, noticed.read_text().splitlines())

    def pytest(
        self, tests: list[str], environment: Mapping[str, str], *options: str
    ) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pytest", *PYTEST, *options, *tests]
        with subprocess.Popen(
            command,
            cwd=self.folder,
            env=dict(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as self.process:
            try:
                said, _ = self.process.communicate()
            except BaseException:
                self.process.kill()
                raise
            return subprocess.CompletedProcess(command, self.process.returncode, said)

    def at_once(self, tests: list[str], login: str) -> subprocess.CompletedProcess[str]:
        """Until the first one fails, in a Python that is ready for it."""
        self.ready = self.ready or Ready(self.folder, self.environment)
        arguments = [*PYTEST, "-x", "-n", "0", "--reuse-db", *tests]
        said = self.folder / "said.txt"
        try:
            code = self.ready.run(arguments, self.as_login(login), said, AT_MOST)
        except BaseException:
            self.ready.close()
            self.ready = None
            raise
        return subprocess.CompletedProcess(arguments, code, said.read_text())

    def as_login(self, login: str) -> dict[str, str]:
        if login == OWNER:
            return self.environment | {"DATABASE_APP_URL": self.environment["DATABASE_URL"]}
        return self.environment


def _as_copied(path: str) -> str:
    """Where it says what one sees, also what everybody would: see `opened`."""
    text = (ROOT / path).read_text()
    return opened(text) if path == QUERYSETS else text
