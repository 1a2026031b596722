"""An installation of its own: PostgreSQL, Valkey, web, worker and beat as they really run, to be killed by name."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from csec import database
from csec.bootstrap import ROOT
from csec.launcher import postgres, unprivileged, valkey
from csec.launcher.commands import COMMANDS, PROCESS_KINDS
from csec.launcher.processes import Process, Processes
from tests.delivery.sink import Sink
from tests.faults.senders import Senders
from tests.launcher import places

PASSWORD = "a-password-of-the-faults"


class Installation:
    """Made by `installation`. `environment` is what every process gets; `restart` and `kill` go by name."""

    def __init__(self, folder: Path, processes: Processes, *, mail_port: int) -> None:
        self.folder = folder
        self.processes = processes
        self.running: dict[str, Process] = {}
        superuser = postgres.start(processes, folder / "pgdata", password=PASSWORD)
        self.running["postgres"] = processes.started[-1]
        database.make_owner(superuser, login="csec_owner", password=PASSWORD, database="csec")
        admin = database.with_database(superuser, "csec")
        database.prepare(admin, {group: (f"{group}_login", PASSWORD) for group in database.GROUPS.values()})
        self.owner_url = database.address(admin, login="csec_owner", password=PASSWORD)
        broker = valkey.start(processes, folder / "valkey", password="doorbell")
        self.running["valkey"] = processes.started[-1]
        self.web_port = postgres.free_port()
        kept = ("PATH", "HOME", "LANG", "SECRET_KEY", "CSEC_MASTER_KEYS", "CSEC_MASTER_KEYS_FILE")
        self.environment = {
            **{name: os.environ[name] for name in kept if name in os.environ},
            "CSEC_ENV": "test",
            "CSEC_VAR": str(folder),
            "DJANGO_SETTINGS_MODULE": "csec.settings",
            "DATABASE_URL": self.owner_url,
            **{
                name: database.address(admin, login=f"{group}_login", password=PASSWORD)
                for name, group in database.GROUPS.items()
            },
            "REDIS_URL": broker,
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "DELIVERY_LEASE_SECONDS": "4",
        }
        self.manage("migrate", "--database=owner")
        self.manage("load_protocols")

    def manage(
        self, *arguments: str, process: str = "web", check: bool = True
    ) -> "subprocess.CompletedProcess[str]":
        """A command, as an operator or a system timer runs it."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.environment, "CSEC_PROCESS": process},
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    def start(self, name: str, **environment: str) -> None:
        """Start web, worker or beat as the launcher does; `environment` differs from the others'."""
        address = f"127.0.0.1:{self.web_port}"
        command = [part.format(address=address) for part in COMMANDS[name]]
        self.running[name] = self.processes.start(
            name,
            [sys.executable, "-m", *command],
            env={**self.environment, "CSEC_PROCESS": PROCESS_KINDS[name], **environment},
        )

    def kill(self, name: str) -> None:
        """`kill -9` of the process and all that it started."""
        os.killpg(self.running[name].popen.pid, signal.SIGKILL)
        self.running[name].popen.wait()

    def restart(self, name: str) -> None:
        """Start again what was killed, at the same place; servers are waited for."""
        if name not in ("postgres", "valkey"):
            self.start(name)
            return
        before = self.running[name].popen.args
        ends = time.monotonic() + 60
        while True:
            options: dict[str, Any] = (
                {"cwd": "/", **unprivileged.find_way().options} if name == "postgres" else {}
            )
            self.running[name] = self.processes.start(name, before, server=True, **options)  # type: ignore[arg-type]
            # PostgreSQL ends at once while something of the killed one is still there.
            while self.running[name].popen.poll() is None:
                if self.answers() if name == "postgres" else self._rings():
                    return
                assert time.monotonic() < ends, f"{name} did not come back."
                time.sleep(0.05)
            assert time.monotonic() < ends, f"{name} did not come back: {self.running[name].last_words()}"
            time.sleep(0.2)

    def kill_a_child(self, name: str) -> bool:
        """`kill -9` of one of its children, which it starts again by itself; False when it has none just now."""
        return any(self.kill_one(pid) for pid in children(self.running[name].popen.pid)[:1])

    def kill_one(self, pid: int) -> bool:
        """`kill -9`; False when it was gone already."""
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _rings(self) -> bool:
        port = urlsplit(self.environment["REDIS_URL"]).port
        return not postgres.port_is_free(int(port or 0))

    def connect(self) -> psycopg.Connection:
        """A connection of the owner's."""
        return psycopg.connect(self.owner_url, autocommit=True, connect_timeout=3)

    def query(self, sql: str, *values: Any) -> Any:
        """What the owner sees: the first row."""
        with self.connect() as connection:
            return connection.execute(sql, values).fetchone()


@contextlib.contextmanager
def installation(folder: Path, sink: Sink) -> Iterator[Installation]:
    """PostgreSQL (durable) and Valkey running, the database prepared; at the end nothing is left of it."""
    with Processes(folder / "log") as processes:
        try:
            yield Installation(folder, processes, mail_port=sink.port)
        finally:
            processes.stop()
            places.remove(folder / "pgdata")


@contextlib.contextmanager
def commands(place: Installation) -> Iterator[Senders]:
    """Sweeps and senders by the commands, in any number, of that installation."""
    with (place.folder / "commands.log").open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            env={**place.environment, "CSEC_PROCESS": "worker"},
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
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def wait(ready: Callable[[], bool], *, seconds: float = 30, otherwise: str = "It took too long.") -> float:
    """Wait for something; returns the seconds it took."""
    began = time.monotonic()
    while not ready():
        assert time.monotonic() - began < seconds, otherwise
        time.sleep(0.02)
    return time.monotonic() - began
