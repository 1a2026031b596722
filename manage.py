#!/usr/bin/env python3
"""`demo` and `test` set everything up (csec/bootstrap.py); every other command is plain Django.

This file keeps to the syntax of Python 3.6, so that an old Python gets a sentence and not a traceback.
"""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
OLDEST, NEWEST = (3, 11), (3, 13)


def wrong_python(version: "tuple[int, ...]") -> str:
    """Say in one sentence why a Python of this version will not do; empty when it will."""
    if OLDEST <= tuple(version[:2]) <= NEWEST:
        return ""
    found = f"{version[0]}.{version[1]}"
    return (
        f"This needs Python 3.11, 3.12 or 3.13, and {found} was started: use one of those, or docker compose."
    )


def wrong_system(system: str, libc: str) -> str:
    """Say in one sentence why the servers cannot run here; empty when they can.

    `system` is `sys.platform`; `libc` is the C library's own name and version ("glibc 2.36"; empty when it has none).
    """
    name, _, version = libc.partition(" ")
    numbers = tuple(int(part) for part in version.split(".") if part.isdigit())
    if system == "darwin" or (system == "linux" and name == "glibc" and numbers >= (2, 28)):
        return ""
    if system == "linux":
        system = "Linux with " + (libc if name == "glibc" else "musl or another C library than glibc")
    found = {"win32": "Windows"}.get(system, system)
    return f"`demo` and `test` run on macOS and on Linux with glibc 2.28 or newer, not on {found}: use docker compose."


def libc_name() -> str:
    """Return "glibc 2.36" or the like; empty where the C library has no such name (musl, macOS)."""
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (AttributeError, OSError, ValueError):
        return ""


def use_venv() -> None:
    """Continue in `.venv` when it is there and this is another interpreter."""
    python = str(VENV / "bin" / "python")
    if Path(python).exists() and Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(python, [python, *sys.argv])  # noqa: S606 - without a shell, as it should be


def venv_will_do() -> bool:
    """Tell whether `.venv` holds a Python that this runs with, whatever Python was started."""
    code = f"import sys; sys.exit(not {OLDEST} <= sys.version_info[:2] <= {NEWEST})"
    try:
        return (
            subprocess.call([str(VENV / "bin" / "python"), "-I", "-c", code], stderr=subprocess.DEVNULL) == 0
        )
    except OSError:
        return False


def join_running_demo() -> None:
    """Take the addresses and keys of the demo that runs in this checkout, if one does: all of them, or none.

    None where an address is set already: one database's address and another one's keys would be a mixture.
    The launcher holds `var/launcher.lock` for as long as it lives: addresses that a dead one left are not used.
    """
    if any(os.environ[name] for name in os.environ if name.startswith("DATABASE_") or name == "REDIS_URL"):
        return
    try:
        import fcntl

        with (ROOT / "var" / "launcher.lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                os.environ.update(json.loads((ROOT / "var" / "environment.json").read_text()))
    except (ImportError, OSError, ValueError):
        return


def set_up(arguments: "list[str]") -> int:
    """Hand `demo` and `test` to csec/bootstrap.py; return the exit code."""
    # By its path: to import it by its name would first import what only .venv holds.
    spec = importlib.util.spec_from_file_location("csec.bootstrap", str(ROOT / "csec" / "bootstrap.py"))
    if spec is None or spec.loader is None:  # a file's path always has both
        raise ImportError("csec/bootstrap.py")
    bootstrap = importlib.util.module_from_spec(spec)
    sys.modules["csec.bootstrap"] = bootstrap  # inside .venv the rest of the launcher finds the same one
    spec.loader.exec_module(bootstrap)
    return int(bootstrap.main(arguments))


def run(arguments: "list[str]") -> int:
    """Run the command of the command line; return its exit code."""
    embedded = arguments[:1] in (["demo"], ["test"])
    refusal = wrong_python(sys.version_info[:2])
    if refusal and venv_will_do():
        use_venv()
    if not refusal and embedded:
        refusal = wrong_system(sys.platform, libc_name())
    if refusal:
        return refuse(refusal)
    if embedded:
        return set_up(arguments)
    use_venv()
    join_running_demo()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csec.settings")
    if arguments[:1] in (["sweep"], ["send_outbox"], ["check_reminders"]):
        os.environ.setdefault("CSEC_PROCESS", "worker")
    if arguments and "DATABASE_URL" not in os.environ:
        return refuse("No database: start `python3 manage.py demo` in another window, or set DATABASE_URL.")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        return refuse("Django is not installed: `python3 manage.py demo` makes .venv and installs it.")
    execute_from_command_line(sys.argv)
    return 0


def refuse(sentence: str) -> int:
    """Print why nothing was done; return the exit code that says so."""
    sys.stderr.write(sentence + "\n")
    return 2


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
