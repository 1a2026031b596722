"""A disk that is really full: a small one of memory, in a mount namespace of its own."""

import subprocess
import sys
import textwrap
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from csec.launcher import unprivileged
from tests.launcher.checkout import SECONDS, environment

pytestmark = pytest.mark.launcher

# In the namespace: a disk at $1, which is there for as long as this process.
MOUNT = 'mount -t tmpfs -o size="$2"m tmpfs "$1" && echo mounted && exec sleep 3600'
ENTER = 'cd "$0" && exec "$@"'


def fill(file: BinaryIO) -> None:
    while True:
        file.write(bytes(4096))


class Disk:
    """A disk of so many megabytes at `place`, seen only by what is run in it."""

    def __init__(self, place: Path, megabytes: int) -> None:
        place.mkdir(parents=True, exist_ok=True)
        self.place = place
        command = ["unshare", "-m", "sh", "-c", MOUNT, "sh", str(place), str(megabytes)]
        self.holder = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self.holder.stdout
        said = self.holder.stdout.readline()
        if said != "mounted\n":
            self.holder.communicate()
            pytest.skip(f"this user may not mount a disk here: {said.strip()}")

    def within(self, folder: Path) -> list[str]:
        """What to put before a command so that it runs in `folder` and sees the disk."""
        return ["nsenter", "-t", str(self.holder.pid), "-m", "sh", "-c", ENTER, str(folder)]

    def run(self, folder: Path, code: str) -> str:
        """Run Python there; return all that it printed."""
        command = [*self.within(folder), sys.executable, "-c", textwrap.dedent(code)]
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    def fill(self) -> None:
        """Write until nothing more fits."""
        seen = Path(f"/proc/{self.holder.pid}/root{self.place}/ballast")
        with seen.open("wb", buffering=0) as ballast, pytest.raises(OSError, match="No space left"):
            fill(ballast)

    def remove(self) -> None:
        self.holder.kill()
        self.holder.communicate()


@pytest.fixture
def disk(checkout: Path) -> Iterator[Callable[[str, int], Disk]]:
    """Make disks; none is left."""
    if unprivileged.find_way().folder:
        pytest.skip("PostgreSQL runs as nobody here, with its data on another disk")
    made: list[Disk] = []

    def make(place: str, megabytes: int) -> Disk:
        made.append(Disk(checkout / place, megabytes))
        return made[-1]

    yield make
    for one in made:
        one.remove()


# Starts PostgreSQL with its data on the disk and its log beside it, and says what stood in the way.
START = """
from pathlib import Path
from csec.bootstrap import CannotStart
from csec.launcher import postgres
from csec.launcher.processes import Processes
try:
    with Processes(Path("log")) as processes:
        postgres.start(processes, Path("disk/pgdata").resolve(), password="x", durable=False)
        print("started")
except CannotStart as reason:
    print(reason)
"""


def test_too_little_room_is_one_sentence_before_anything_is_made(start, checkout, disk):
    small = disk("var", 64)
    code, said = start(within=small.within(checkout)).ending()
    assert code == 1
    assert said == (
        f"Only {64 * 2**20 // 10**6} MB are free on the disk of {checkout}/var: 300 MB are needed. Make room first.\n"
    )


@pytest.mark.parametrize("megabytes", [4, 20, 22, 30])
def test_a_disk_that_fills_while_the_data_folder_is_made_is_one_sentence(checkout, disk, megabytes):
    said = disk("disk", megabytes).run(checkout, START)
    assert said == "The disk is full: PostgreSQL could not make its data folder.\n"


def test_a_disk_that_filled_since_is_one_sentence(checkout, disk):
    room = disk("disk", 120)
    assert room.run(checkout, START) == "started\n"
    room.fill()
    said = room.run(checkout, START)
    assert said.startswith("The disk of "), said
    assert said.endswith("is full, and PostgreSQL cannot start: make room and start again.\n")


def test_secrets_that_no_longer_fit_are_one_sentence_and_the_former_ones_stay(checkout, disk):
    code = """
    from pathlib import Path
    from csec.bootstrap import explain
    from csec.launcher.kept import Secrets
    try:
        print(Secrets(Path("disk/secrets.json")).get("NAME", lambda: "x" * SIZE)[:1])
    except OSError as error:
        print(explain(error))
    """
    room = disk("disk", 1)
    assert room.run(checkout, code.replace("NAME", "one").replace("SIZE", "1")) == "x\n"
    room.fill()
    said = room.run(checkout, code.replace("NAME", "two").replace("SIZE", "100_000"))
    assert said == "The disk is full: free some space and start again; nothing that was stored is lost.\n"
    assert room.run(checkout, code.replace("NAME", "one").replace("SIZE", "1")) == "x\n"


def test_a_disk_that_fills_under_a_running_demo_leaves_the_emergency_card(start, checkout, disk):
    room = disk("var", 500)
    demo = start(within=room.within(checkout))
    address = demo.address()
    room.fill()
    until = time.monotonic() + SECONDS
    for _ in range(20):
        with urllib.request.urlopen(f"{address}emergency/") as page:
            assert page.status == 200
        time.sleep(0.5)
        assert time.monotonic() < until
    demo.launcher.terminate()
    assert demo.ending()[0] == 0
    code, said = start(within=room.within(checkout)).ending()
    assert code == 1
    assert said.startswith("Only 0 MB are free on the disk of ")
    assert said.count("\n") == 1
