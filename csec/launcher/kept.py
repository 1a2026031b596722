"""What the launcher keeps in `var/` between two starts: secrets, addresses, and the lock that says it runs."""

import base64
import contextlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

from csec.bootstrap import VAR, CannotStart, only_one

SECRETS = "secrets.json"
ENVIRONMENT = "environment.json"
LOCK = "launcher.lock"
# All that the launcher and the processes it starts make in var/; `--reset` removes this and nothing else.
MADE = ("pgdata", "pgdata.new", "valkey", "log", "static", "emergency-card.json", SECRETS, ENVIRONMENT)
START_OVER = "`python3 manage.py demo --reset` starts over and deletes the demo's data"
FREE_MB = 300


class Secrets:
    """Passwords and keys, made when first asked for and kept in a file that only this user may read."""

    def __init__(self, path: Path) -> None:
        """Read the file when it is there."""
        self.path = path
        self.values: dict[str, str] = {}
        with contextlib.suppress(FileNotFoundError):
            try:
                self.values = _texts(json.loads(path.read_text()))
            except ValueError:
                raise CannotStart(
                    f"{path} is damaged: put back a copy of it; without one {START_OVER}."
                ) from None

    def get(self, name: str, make: Callable[[], str] = lambda: secrets.token_urlsafe(24)) -> str:
        """Return the secret called `name`, making and keeping it when there is none yet."""
        if name not in self.values:
            self.values[name] = make()
            write_private(self.path, self.values)
        return self.values[name]


def _texts(found: object) -> dict[str, str]:
    """Return what is an object of texts; raise ValueError for everything else that JSON can say."""
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ValueError
    return found


def master_keys() -> str:
    """Make the first master key, in the form of CSEC_MASTER_KEYS."""
    return "1:" + base64.b64encode(secrets.token_bytes(32)).decode()


def write_private(path: Path, values: Mapping[str, str]) -> None:
    """Write a JSON file, mode 0600, so that a reader sees the former content or the new one, never a part."""
    temporary = path.with_name(path.name + ".new")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(values, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


@contextlib.contextmanager
def running() -> Iterator[IO[str]]:
    """Hold the lock that says that a demo runs here; wait for the rest of a killed one to be gone."""
    ours = contextlib.ExitStack()
    until = time.monotonic() + 30
    while True:
        try:
            lock = ours.enter_context(
                only_one(LOCK, "A demo already runs in this checkout: use it, or stop it first.")
            )
            break
        except CannotStart:
            if launcher_lives() or time.monotonic() > until:
                raise
            time.sleep(0.2)
    with ours:
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield lock
        lock.truncate(0)


def launcher_lives() -> bool:
    """Tell whether the launcher that took the lock last is alive; one that was killed leaves the lock to its guard."""
    try:
        os.kill(int((VAR / LOCK).read_text()), 0)
    except (OSError, ValueError):
        return False
    return True


def reset(*, places: Iterable[Path] = (), but_secrets: bool = False) -> None:
    """Delete what the launcher made in `var/`, and the further `places`; the secrets only when nothing needs them."""
    for path in [*(VAR / name for name in MADE if not (but_secrets and name == SECRETS)), *places]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def check_free_space(folder: Path) -> None:
    """Raise `CannotStart` when the disk is too full to start."""
    free = shutil.disk_usage(folder).free // 10**6
    if free < FREE_MB:
        raise CannotStart(
            f"Only {free} MB are free on the disk of {folder}: {FREE_MB} MB are needed. Make room first."
        )
