"""
`python3 manage.py test`: throw-away servers, a browser, and pytest with the arguments given.

With `--mutate` first, instead: whether the tests notice that a guard is gone (see tests/mutation).
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from csec.bootstrap import STARTED, VAR
from csec.launcher import environment, kept, postgres, unprivileged
from csec.launcher.browser import chromium
from csec.launcher.processes import Processes

MUTATE = "--mutate"


def run(arguments: list[str]) -> int:
    """Run pytest; return its exit code. Raises `CannotStart` for what stands in the way."""
    mutate = arguments[:1] == [MUTATE]
    browser = {} if mutate or "not browser" in " ".join(arguments) else {"CSEC_CHROMIUM": chromium()}
    ours = ["tests.mutation", *arguments[1:]] if mutate else ["pytest", *workers(arguments), *arguments]
    folder = Path(tempfile.mkdtemp(prefix="lantern-test-"))
    try:
        kept.check_free_space(folder)
        # Logins on a server of the person's own keep the passwords that they have; on ours they are made anew.
        secrets = kept.Secrets((VAR if os.environ.get("DATABASE_URL") else folder) / kept.SECRETS)
        with Processes(folder / "log") as processes:
            found = environment.establish(processes, folder, secrets, kind="test", durable=False)
            env = {**os.environ, **found, **browser}
            print(f"  Set up after {time.time() - float(os.environ[STARTED]):.0f} s", flush=True)
            return processes.foreground("pytest", [sys.executable, "-m", *ours], env=env)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if place := unprivileged.find_way().folder:
            shutil.rmtree(postgres.elsewhere(place, folder / "pgdata"), ignore_errors=True)


def workers(arguments: list[str]) -> list[str]:
    """Return pytest's option for two processes, unless the person chose a number or wants to see into the tests."""
    chosen = (
        "-n",
        "--numprocesses",
        "--dist",
        "--pdb",
        "-s",
        "--capture=no",
        "--trace",
        "--collect-only",
        "--co",
    )
    return [] if any(argument.startswith(chosen) for argument in arguments) else ["-n", "2"]
