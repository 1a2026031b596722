"""Real senders to be killed, frozen and cut off; and what all of them together have to have done in the end."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import psycopg

from csec.accounts.models import User
from csec.bootstrap import ROOT
from csec.delivery import outbox
from csec.delivery.models import Message
from tests.delivery.addresses import addresses_of_the_test_database
from tests.delivery.sink import Sink
from tests.make import AT


def remind(count: int) -> None:
    """A message for each of so many people, all due long ago."""
    User.objects.bulk_create(
        User(email=f"n{n}@example.org", name=f"N{n}", password="!") for n in range(count)
    )
    select = (
        "SELECT u.id AS subject, NULL::uuid AS case_id, 'test' AS kind, %(due)s::timestamptz AS due,"
        " u.id AS recipient, 0 AS level, %(due)s::timestamptz AS send_after FROM accounts_user AS u"
    )
    assert outbox.enqueue(select, {"due": AT}, at=AT) == count


class Senders:
    """The senders of one test; each is known by its process id."""

    def __init__(self, nursery: "subprocess.Popen[str]") -> None:
        self._nursery = nursery
        self.started: list[int] = []
        self.killed: set[int] = set()

    def start(self, count: int = 1, command: str = "send_outbox") -> list[int]:
        """Start so many senders (or sweeps); each does one run."""
        pids = []
        for _n in range(count):
            _stream(self._nursery.stdin).write(f"{command}\n")
            _stream(self._nursery.stdin).flush()
            pids.append(int(_stream(self._nursery.stdout).readline()))
        self.started += pids
        return pids

    def living(self) -> list[int]:
        """Those that still run."""
        return [pid for pid in self.started if pid not in self.killed and Path(f"/proc/{pid}").exists()]

    def kill(self, pid: int) -> None:
        """`kill -9`, counted when it hit somebody alive."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.killed.add(pid)

    def holding(self, port: int) -> int | None:
        """The sender whose end of a connection has that port."""
        return next((pid for pid in self.living() if _holds(pid, port)), None)

    def kill_whoever_holds(self, port: int) -> None:
        """Kill the sender at the other end of a connection, if it is still there."""
        if pid := self.holding(port):
            self.kill(pid)

    def keep(self, count: int, *, until: Callable[[], bool], seconds: float) -> None:
        """Start new ones for those that ended, so that `count` run, until something is reached."""
        ends = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < ends, "It took too long."
            self.start(max(0, count - len(self.living())))
            time.sleep(0.1)

    def finish(self, *, seconds: float = 20) -> None:
        """Wait until all have ended by themselves."""
        ends = time.monotonic() + seconds
        while self.living():
            assert time.monotonic() < ends, "A sender did not end."
            time.sleep(0.01)


@contextlib.contextmanager
def nursery(sink: Sink, log: Path, *, lease: float) -> Iterator[Senders]:
    """Senders as the worker runs them, for that mail server; `lease` in seconds. At the end none is left."""
    environment = {
        **os.environ,
        **addresses_of_the_test_database(),
        "CSEC_PROCESS": "worker",
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        "DELIVERY_LEASE_SECONDS": str(lease),
    }
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
            start_new_session=True,
        )
        try:
            yield Senders(process)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGCONT)
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def cut_connections() -> int:
    """Cut every connection of the senders to PostgreSQL; returns how many there were."""
    with psycopg.connect(addresses_of_the_test_database()["DATABASE_WORKER_URL"]) as connection:
        row = connection.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = current_user"
            " AND datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
    return int(row[0]) if row else 0


def all_sent() -> bool:
    return not Message.objects.exclude(state=Message.State.SENT).exists()


def surplus(sink: Sink, count: int) -> int:
    """How many copies too many arrived; fails when anybody got nothing, or copies with different Message-IDs."""
    copies = Counter(to for to, _id in sink.taken)
    assert len(copies) == count, "Somebody got nothing."
    assert len(set(sink.taken)) == count, "Two copies differ in their Message-ID."
    return sum(copies.values()) - count


def _holds(pid: int, port: int) -> bool:
    """Whether a process has a TCP connection with that port at its own end."""
    try:
        lines = Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
        fields = (line.split() for line in lines)
        sockets = {f"socket:[{row[9]}]" for row in fields if row[1].endswith(f":{port:04X}")}
        files = Path(f"/proc/{pid}/fd").iterdir()
        return any(str(file.readlink()) in sockets for file in files)
    except OSError:
        return False


def _stream(stream: IO[str] | None) -> IO[str]:
    assert stream
    return stream
