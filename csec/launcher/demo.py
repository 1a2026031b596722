"""`python3 manage.py demo`: the whole product with invented data on this machine, until Ctrl-C."""

import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

from csec.bootstrap import STARTED, VAR, CannotStart, step
from csec.launcher import environment, kept, postgres, unprivileged
from csec.launcher.commands import COMMANDS, PROCESS_KINDS, STATIC_FILES
from csec.launcher.processes import Process, Processes

DEFAULT_PORT = 8000
TITLES = {"web": "the web server", "worker": "the worker", "beat": "the clock"}


def run(*, port: int | None, reset: bool) -> int:
    """Start everything, say READY, and watch it; returns only by an exception.

    Raises `CannotStart`, `Died` when a process ends, `Stopped` on a signal.
    """
    VAR.mkdir(mode=0o700, exist_ok=True)
    with kept.running() as lock:
        if reset:
            own_database = bool(os.environ.get("DATABASE_URL"))
            kept.reset(places=() if own_database else data_elsewhere(), but_secrets=own_database)
            if own_database:
                print(
                    "  DATABASE_URL is set: --reset leaves that database, and the keys to it, as they are.",
                    flush=True,
                )
        kept.check_free_space(VAR)
        port = choose_port(port)
        secrets = open_secrets()
        with Processes(VAR / "log", lock=lock.fileno()) as processes:
            try:
                found = environment.establish(processes, VAR, secrets, kind="demo")
                kept.write_private(VAR / kept.ENVIRONMENT, found)
                make_ready(processes, found)
                serve(processes, found, port=port)
            finally:
                (VAR / kept.ENVIRONMENT).unlink(missing_ok=True)
                print("  Stopping …", flush=True)
    return 0


def data_elsewhere() -> tuple[Path, ...]:
    """Return the data folder outside `var/`, when PostgreSQL has to run as `nobody`."""
    folder = unprivileged.find_way().folder
    return (postgres.elsewhere(folder, VAR / "pgdata"),) if folder else ()


def open_secrets() -> kept.Secrets:
    """Read the secrets; refuse to make new ones for data that the old ones belong to."""
    secrets = kept.Secrets(VAR / kept.SECRETS)
    data = next((path for path in (VAR / "pgdata", *data_elsewhere()) if path.exists()), None)
    if data and "superuser" not in secrets.values:
        raise CannotStart(
            f"{data} is there and var/secrets.json is not: put back the file; {kept.START_OVER}."
        )
    return secrets


def choose_port(wanted: int | None) -> int:
    """Return the port for the pages: the wanted one, or the first free one from the default on."""
    if wanted is not None:
        if not postgres.port_is_free(wanted):
            raise CannotStart(
                f"Port {wanted} is in use or closed to this user: stop what uses it, or choose another --port."
            )
        return wanted
    for port in range(DEFAULT_PORT, DEFAULT_PORT + 100):
        if postgres.port_is_free(port):
            return port
    raise CannotStart("Ports 8000 to 8099 are all in use: choose another with --port.")


def make_ready(processes: Processes, found: Mapping[str, str]) -> None:
    """Bring the schema, the protocol, the invented data and the static files to what this version needs."""
    env = {**os.environ, **found}
    with step("Static files"):
        static = processes.start("collectstatic", [sys.executable, "manage.py", *STATIC_FILES], env=env)
        with step("Tables, protocol, invented data"):
            processes.run(
                "prepare",
                [sys.executable, "-m", "csec.launcher.prepare", "demo"],
                env=env,
                failure="The database could not be brought to this version",
            )
        processes.finish(static, failure="The static files could not be collected")


def serve(processes: Processes, found: Mapping[str, str], *, port: int) -> None:
    """Start the application's processes, say READY once the pages answer, and watch."""
    address = f"127.0.0.1:{port}"
    with step("Starting web, worker and clock"):
        for name in COMMANDS:
            start(processes, name, found, address=address)
        processes.wait_until(
            lambda: answers(f"http://{address}/"),
            seconds=60,
            otherwise="The pages did not answer in a minute.",
        )
    took = time.time() - float(os.environ.get(STARTED, time.time()))
    print(f"  Ready after {took:.0f} s; Ctrl-C stops it, and the data is kept.", flush=True)
    print(f"READY http://{address}/", flush=True)
    processes.watch()


def start(processes: Processes, name: str, found: Mapping[str, str], *, address: str) -> Process:
    """Start `web`, `worker` or `beat` as COMMANDS has it."""
    module, *words = COMMANDS[name]
    env = {"PUBLIC_URL": f"http://{address}/", **os.environ, **found, "CSEC_PROCESS": PROCESS_KINDS[name]}
    return processes.start(
        name, [sys.executable, "-m", module, *(word.format(address=address) for word in words)], env=env
    )


def answers(address: str) -> bool:
    """
    Tell whether the pages are served; an error page is an answer that only a defect gives.

    But for 503, which says that PostgreSQL does not answer just now: it is waited for like the pages.
    """
    try:
        with urllib.request.urlopen(address, timeout=10):  # noqa: S310 - our own address
            return True
    except urllib.error.HTTPError as error:
        if error.code == HTTPStatus.SERVICE_UNAVAILABLE:
            return False
        if error.code >= 500:
            raise CannotStart(
                f"The first page answers with error {error.code}; see var/log/web.log."
            ) from None
        return True
    except OSError:
        return False
