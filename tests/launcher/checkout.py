"""A copy of the checkout in which the real demo runs, so that nothing of this one is touched."""

import contextlib
import functools
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from csec.bootstrap import ROOT, VENV

SECONDS = 180


def copy_to(folder: Path) -> None:
    """Copy what the repository holds or will hold, with the same `.venv`."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(VENV)


def remove(folder: Path) -> None:
    """Delete what PostgreSQL kept elsewhere; pytest deletes its own temporary folders alone."""
    for data in data_elsewhere(folder):
        shutil.rmtree(data.parent, ignore_errors=True)


@functools.cache
def data_elsewhere(checkout: Path) -> list[Path]:
    """Where the copy's PostgreSQL keeps its data when it runs as `nobody`; the path depends on the checkout's."""
    code = "from csec.launcher import demo; print(*demo.data_elsewhere())"
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=checkout,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return [Path(place) for place in said.stdout.split()]


def environment() -> dict[str, str]:
    """The environment of a person who has set nothing."""
    ours = re.compile(r"^(CSEC_|DATABASE_|REDIS_|LANTERN_STARTED|SECRET_KEY|DJANGO_|PYTEST_|COVERAGE)")
    return {name: value for name, value in os.environ.items() if not ours.match(name)}


class Demo:
    """A running `manage.py demo`."""

    def __init__(self, checkout: Path, *arguments: str, within: Sequence[str] = ()) -> None:
        """`within` is a command that runs the rest of its command line, in a place of its own."""
        self.checkout = checkout
        self.output = checkout / "output.txt"
        with self.output.open("w") as output:
            self.launcher = subprocess.Popen(
                [*within, sys.executable, "manage.py", "demo", *arguments],
                cwd=checkout,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def address(self) -> str:
        """Wait for READY; return the address."""
        until = time.monotonic() + SECONDS
        while not (
            ready := re.search(r"^READY (http://127\.0\.0\.1:\d+/)$", self.output.read_text(), re.MULTILINE)
        ):
            assert self.launcher.poll() is None, self.output.read_text() + self.log_of("web")
            assert time.monotonic() < until, self.output.read_text()
            time.sleep(0.1)
        return ready.group(1)

    def log_of(self, name: str) -> str:
        log = self.checkout / "var" / "log" / f"{name}.log"
        return log.read_text() if log.exists() else ""

    def ending(self) -> tuple[int, str]:
        """Wait for the launcher to end; return its exit code and what it printed."""
        return self.launcher.wait(SECONDS), self.output.read_text()

    def manage(self, code: str) -> str:
        """Run Python in `manage.py shell`; return what it printed."""
        shell = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
        return subprocess.run(
            shell, cwd=self.checkout, env=environment(), capture_output=True, text=True, check=True
        ).stdout.strip()


def running(checkout: Path) -> dict[int, str]:
    """The processes that work in or on this checkout, by their command lines, folders and environments."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,stat=,args="], capture_output=True, text=True, check=True
    )
    places = [str(checkout), *(str(data.parent) for data in data_elsewhere(checkout))]
    found = {}
    for line in listed.stdout.splitlines():
        pid, state, arguments = line.split(None, 2) if len(line.split(None, 2)) == 3 else (*line.split(), "")
        folder = ""
        with contextlib.suppress(OSError):
            folder = str(Path(f"/proc/{pid}/cwd").readlink())
        ours = any(place in arguments for place in places) or folder.startswith(str(checkout))
        if ours and not state.startswith("Z"):
            found[int(pid)] = arguments
    return found


def wait_until_nothing_runs(checkout: Path) -> None:
    """Wait for the last process of the copy to be gone."""
    until = time.monotonic() + 60
    while left := running(checkout):
        assert time.monotonic() < until, left
        time.sleep(0.1)


def process_of(checkout: Path, words: str) -> int:
    """The first process whose command line has these words."""
    return min(pid for pid, arguments in running(checkout).items() if words in arguments)
