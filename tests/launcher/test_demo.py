"""The real demo in a copy of the checkout: it comes up, says what is wrong, and leaves nothing behind."""

import contextlib
import functools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from csec.bootstrap import ROOT, VENV
from csec.launcher.commands import COMMANDS

pytestmark = pytest.mark.launcher

SECONDS = 180


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of what the repository holds, with the same `.venv`."""
    folder = tmp_path_factory.mktemp("checkout")
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
    yield folder
    for data in data_elsewhere(folder):
        shutil.rmtree(data.parent)


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

    def __init__(self, checkout: Path, *arguments: str) -> None:
        self.checkout = checkout
        self.output = checkout / "output.txt"
        with self.output.open("w") as output:
            self.launcher = subprocess.Popen(
                [sys.executable, "manage.py", "demo", *arguments],
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
            assert self.launcher.poll() is None, self.output.read_text()
            assert time.monotonic() < until, self.output.read_text()
            time.sleep(0.1)
        return ready.group(1)

    def ending(self) -> tuple[int, str]:
        """Wait for the launcher to end; return its exit code and what it printed."""
        return self.launcher.wait(SECONDS), self.output.read_text()

    def manage(self, code: str) -> str:
        """Run Python in `manage.py shell`; return what it printed."""
        shell = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
        return subprocess.run(
            shell, cwd=self.checkout, env=environment(), capture_output=True, text=True, check=True
        ).stdout.strip()


@pytest.fixture
def start(checkout: Path) -> Iterator[Callable[..., Demo]]:
    """Start demos; what a test leaves running is stopped, and nothing of it remains."""
    started: list[Demo] = []

    def begin(*arguments: str) -> Demo:
        started.append(Demo(checkout, *arguments))
        return started[-1]

    yield begin
    for demo in started:
        if demo.launcher.poll() is None:
            demo.launcher.terminate()
        demo.launcher.wait(SECONDS)
    wait_until_nothing_runs(checkout)


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
    until = time.monotonic() + 60
    while left := running(checkout):
        assert time.monotonic() < until, left
        time.sleep(0.1)


def process_of(checkout: Path, words: str) -> int:
    """The first process whose command line has these words."""
    return min(pid for pid, arguments in running(checkout).items() if words in arguments)


def test_the_first_page_answers_and_the_signs_of_life_come(start):
    demo = start()
    with urllib.request.urlopen(demo.address()) as page:
        assert page.status == 200
    signs = "from csec.delivery.models import Heartbeat as H; print(*sorted(H.objects.values_list('part', flat=True)))"
    until = time.monotonic() + SECONDS
    while demo.manage(signs) != "clock worker":
        assert time.monotonic() < until
    demo.launcher.send_signal(signal.SIGINT)
    code, said = demo.ending()
    assert code == 0, said
    assert "the data is kept" in said


def test_what_was_kept_is_private_and_found_again(start, checkout):
    demo = start()
    demo.address()
    for name in ("secrets.json", "environment.json"):
        assert (checkout / "var" / name).stat().st_mode & 0o777 == 0o600
    count = "from cases.models import Case; print(Case.objects.using('owner').count())"
    before = demo.manage(count)
    assert int(before) > 0
    demo.launcher.terminate()
    assert demo.ending()[0] == 0
    assert not (checkout / "var" / "environment.json").exists()
    again = start()
    again.address()
    assert again.manage(count) == before


def test_a_second_demo_in_the_same_checkout_says_so(start):
    first = start()
    first.address()
    second = Demo(first.checkout)
    code, said = second.ending()
    assert code == 1
    assert said == "A demo already runs in this checkout: use it, or stop it first.\n"


def test_a_launcher_that_is_killed_leaves_no_process_and_the_next_one_starts(start, checkout):
    demo = start()
    demo.address()
    demo.launcher.kill()
    demo.launcher.wait()
    again = start()
    again.address()
    again.launcher.kill()
    again.launcher.wait()
    wait_until_nothing_runs(checkout)
    command = [sys.executable, "manage.py", "check"]
    after = subprocess.run(
        command, cwd=checkout, env=environment(), capture_output=True, text=True, check=False
    )
    assert after.returncode == 2
    assert after.stderr.startswith("No database: start `python3 manage.py demo`")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("postgres", "bin/postgres"),
        ("valkey", "valkey-server"),
        ("guard", "guard.py"),
        *(
            (name, " ".join(words[:2]).replace("celery -A", f"celery -A csec {name}"))
            for name, words in COMMANDS.items()
        ),
    ],
)
def test_a_process_that_is_killed_is_named_and_the_rest_stops(start, checkout, name, words):
    demo = start()
    demo.address()
    os.kill(process_of(checkout, words), signal.SIGKILL)
    code, said = demo.ending()
    assert code == 1
    assert re.search(rf"^{name}\b.* ended", said, re.MULTILINE), said
    wait_until_nothing_runs(checkout)


def test_a_port_in_use_is_one_sentence_and_only_the_default_gives_way(start, checkout):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = start("--port", str(port)).ending()
    assert code == 1
    assert said.count("\n") == 1
    assert said.startswith(f"Port {port} is in use")


def test_a_damaged_data_folder_is_one_sentence_and_a_reset_deletes_only_what_the_launcher_made(
    start, checkout
):
    first = start()
    first.address()
    first.launcher.terminate()
    first.ending()
    data = next(iter(data_elsewhere(checkout)), checkout / "var" / "pgdata")
    (data / "PG_VERSION").unlink()
    code, said = start().ending()
    assert code == 1
    assert re.search(r"^The data folder .* is damaged \(PG_VERSION is missing\)", said, re.MULTILINE), said
    (checkout / "var" / "mine.txt").write_text("mine")
    keys = json.loads((checkout / "var" / "secrets.json").read_text())
    start("--reset").address()
    assert (checkout / "var" / "mine.txt").read_text() == "mine"
    assert json.loads((checkout / "var" / "secrets.json").read_text())["SECRET_KEY"] != keys["SECRET_KEY"]
