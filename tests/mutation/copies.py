"""A copy of the tree and a database for each mutant, and pytest in both of them."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from csec.database import database_of, with_database
from tests.mutation.code import ROOT, Mutant, opened
from tests.mutation.database import Alteration, alterations
from tests.mutation.hints import Hints
from tests.mutation.ready import Ready
from tests.mutation.serving import BY_EVERYBODY, LISTED, WAITED, Serving

COPIED = (
    "cases", "csec", "district", "drills", "locale", "protocols", "static", "templates", "tests", "docs",
)  # fmt: skip
FILES = ("manage.py", "pyproject.toml")
ADDRESSES = ("DATABASE_URL", "DATABASE_APP_URL", "DATABASE_WORKER_URL", "DATABASE_AUDIT_URL")
QUERYSETS = "cases/querysets.py"
#: A mutant that hangs is noticed.
AT_MOST = 600

#: As the application, behind row-level security; and as the owner, past it, to see what the queries do alone.
APPLICATION, OWNER = "application", "owner"
PYTEST = (
    "-m",
    "pytest",
    "-q",
    "-m",
    "",
    "-p",
    "no:cacheprovider",
    "--no-header",
    "--tb=line",
    "--show-capture=no",
)


@dataclass(frozen=True)
class Task:
    """A mutant, and the tests that look at it, by the login under which they do."""

    mutant: Mutant | Alteration
    tests: dict[str, list[str]]

    @property
    def id(self) -> str:
        return self.mutant.id

    def lines(self) -> list[str]:
        return [f"{login}: {test}" for login, tests in self.tests.items() for test in tests]


@dataclass
class Outcome:
    """killed or survived; by which test under which login, after how long."""

    word: str
    seconds: float
    by: str = ""
    login: str = ""


@dataclass
class Database:
    """The one from which each mutant's is copied."""

    name: str
    altered: list[Alteration] = field(default_factory=list)

    def tasks(self, mutants: list[Mutant]) -> list[Task]:
        serving = Serving(*_named())
        both: list[Mutant | Alteration] = [*mutants, *self.altered]
        return [Task(one, by_login(one, serving.tests_of(one))) for one in both]

    def all_is_well(self, tasks: list[Task], processes: int) -> bool:
        """Whether all of these tests pass as it is."""
        copy = Copy(0)
        try:
            for login in (APPLICATION, OWNER):
                wanted = list(dict.fromkeys(test for task in tasks for test in task.tests.get(login, ())))
                done = copy.pytest(wanted, login, "-n", str(processes), "--create-db") if wanted else None
                if done and done.returncode:
                    print(done.stdout[-4000:])
                    return False
        finally:
            copy.close()
        return True


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
        return {OWNER: alone}
    if "permissions" in mutant.path:
        # Past row-level security somebody sees what they may not do this to.
        return {APPLICATION: tests, OWNER: [one for one in tests if one.startswith(BY_EVERYBODY)]}
    looks_up = mutant.path == QUERYSETS or any(
        f"/{room}/" in mutant.path for room in ("views", "workflow", "reading")
    )
    weaker = mutant.kind in ("filter", "condition") or ": never" in mutant.id
    return {APPLICATION: tests, OWNER: alone} if looks_up and weaker else {APPLICATION: tests}


def _named() -> tuple[dict[str, str], set[str]]:
    """The routes by the names of their views, and the verbs."""
    import django

    django.setup()
    import district.workflow
    from cases.workflow import VERBS
    from tests.matrix.cells import routes

    views = {pattern.callback.__name__: name for name, pattern in routes()}
    return views, {*VERBS, *district.workflow.VERBS}


@contextmanager
def template() -> Iterator[Database]:
    """A database as the tests make it, once."""
    copy = Copy(0)
    try:
        done = copy.pytest(
            ["tests/test_database_roles.py"], APPLICATION, "--create-db", "--reuse-db", "-n", "0"
        )
        if done.returncode:
            sys.exit(done.stdout)
        with psycopg.connect(with_database(os.environ["DATABASE_URL"], copy.database)) as connection:
            found = alterations(connection)
        _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", _template())
        _administer("ALTER DATABASE {} RENAME TO {}", copy.database, _template())
        yield Database(_template(), found)
    finally:
        copy.close()
        _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", _template())


def _template() -> str:
    return f"{database_of(os.environ['DATABASE_URL'])}_mutants"


def _administer(statement: str, *names: str) -> None:
    """Asked again while PostgreSQL cleans up in it, which no owner can end."""
    for wait in (0.2,) * 50:
        try:
            with psycopg.connect(
                with_database(os.environ["DATABASE_URL"], "postgres"), autocommit=True
            ) as one:
                one.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
            return
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
            time.sleep(wait)
    raise TimeoutError(f"Somebody else is in {names[0]}.")


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
        self._write(QUERYSETS, opened((ROOT / QUERYSETS).read_text()))
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

    def close(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.ready:
            self.ready.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.database)

    def _write(self, path: str, text: str) -> None:
        """Each time with another time of change: what Python compiled of the last mutant is not taken for this one."""
        (self.folder / path).write_text(text)
        moment = next(self._times)
        os.utime(self.folder / path, (moment, moment))

    def tried(self, task: Task, first: dict[str, list[str]]) -> Outcome:
        """Run the tests until the first one notices; those first, by login, that are likely to."""
        began = time.monotonic()
        mutant = task.mutant
        try:
            if isinstance(mutant, Mutant):
                self._write(mutant.path, opened(mutant.text) if mutant.path == QUERYSETS else mutant.text)
            for login, tests in [*first.items(), *task.tests.items()]:
                if not tests:
                    continue
                self._make_database(mutant)
                by = self._noticed(tests, login)
                if by:
                    return Outcome("killed", time.monotonic() - began, by, login)
            return Outcome("survived", time.monotonic() - began)
        finally:
            if isinstance(mutant, Mutant):
                text = (ROOT / mutant.path).read_text()
                self._write(mutant.path, opened(text) if mutant.path == QUERYSETS else text)

    def _make_database(self, mutant: Mutant | Alteration) -> None:
        _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.database)
        _administer("CREATE DATABASE {} TEMPLATE {}", self.database, _template())
        if isinstance(mutant, Alteration):
            with psycopg.connect(with_database(os.environ["DATABASE_URL"], self.database)) as connection:
                connection.execute(mutant.sql.encode())

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
        gone = len(tests) <= Hints.AT_MOST and done.returncode == 4 and "not found: " in done.stdout
        if done.returncode == 0 or gone:
            return ""
        if done.returncode == 5:
            raise RuntimeError(f"These are no tests: {tests}\n{done.stdout}")
        # Nor when a test that there is for each route or verb is not there any more.
        return "does not start"

    def pytest(self, tests: list[str], login: str, *options: str) -> subprocess.CompletedProcess[str]:
        environment = self._as(login)
        command = [sys.executable, *PYTEST, *options, *tests]
        with subprocess.Popen(
            command,
            cwd=self.folder,
            env=environment,
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
        arguments = [*PYTEST[2:], "-x", "-n", "0", "--reuse-db", *tests]
        said = self.folder / "said.txt"
        try:
            code = self.ready.run(arguments, self._as(login), said, AT_MOST)
        except BaseException:
            self.ready.close()
            self.ready = None
            raise
        return subprocess.CompletedProcess(arguments, code, said.read_text())

    def _as(self, login: str) -> dict[str, str]:
        if login == OWNER:
            return self.environment | {"DATABASE_APP_URL": self.environment["DATABASE_URL"]}
        return self.environment
