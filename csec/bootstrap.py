"""Makes `.venv`, installs what the locks pin, and continues inside: the first half of `demo` and `test`.

Standard library only, and never imported as part of the package until it runs inside `.venv`.
"""

import contextlib
import errno
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VAR = ROOT / "var"
# What was installed: the digest of each lock. While .venv is being changed the file INSTALLING is there.
INSTALLED = VENV / "installed.json"
INSTALLING = VAR / "installing"
FREE_MB = 800
STARTED = "LANTERN_STARTED"  # when the command was given, in seconds; survives the change of interpreter


class CannotStart(Exception):
    """What stands in the way, as one sentence for the person at the terminal."""


def main(arguments: Sequence[str]) -> int:
    """Run `demo` or `test` with their arguments; return the exit code.

    The first call, in whatever Python the person has, prepares `.venv` and replaces itself by a second one inside it.
    """
    os.environ.setdefault(STARTED, str(time.time()))
    try:
        refuse_production(arguments[0])
        changed = prepare_venv(locks(arguments[0]))
        if changed or Path(sys.prefix).resolve() != VENV.resolve():
            os.execv(PYTHON, [str(PYTHON), str(ROOT / "manage.py"), *arguments])  # noqa: S606
        from csec.launcher import launch

        return launch(arguments[0], arguments[1:])
    except CannotStart as reason:
        print(reason, file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", flush=True)
        return 130
    except OSError as error:
        print(explain(error), file=sys.stderr, flush=True)
        return 1


def refuse_production(command: str) -> None:
    """Raise `CannotStart` for a demo in an environment that was made for real people."""
    if command == "demo" and os.environ.get("CSEC_ENV") == "production":
        raise CannotStart(
            "CSEC_ENV is production here, and the demo signs anybody in with one click: start it in an environment"
            " without CSEC_ENV and without the addresses of a real installation."
        )


def explain(error: OSError) -> str:
    """Turn an error of the operating system into one sentence."""
    if error.errno == errno.ENOSPC:
        return "The disk is full: free some space and start again; nothing that was stored is lost."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        what = error.filename or "here"
        return f"This user may not write {what}: use the user who made the checkout, or a new checkout."
    return f"The system refused {error.filename or 'a call'}: {error.strerror or error}."


def locks(command: str) -> tuple[str, ...]:
    """Return the lock files that a command needs, the embedded servers only where no address replaces them."""
    names = ["requirements.txt"]
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        names.append("requirements-embedded.txt")
    if command == "test":
        names.append("requirements-test.txt")
    return tuple(names)


def prepare_venv(needed: Sequence[str]) -> bool:
    """Bring `.venv` to what the locks say; return whether anything had to be done.

    An install that was cut short is begun afresh: pip cannot tell a package half unpacked from a whole one.
    """
    wanted = {"python": f"{sys.version_info[0]}.{sys.version_info[1]}"}
    with only_one("install.lock", "Another start is installing into .venv: wait until it is done.") as lock:
        have = installed()
        stale = INSTALLING.exists() or not runs(PYTHON)
        if have and in_venv() and have.get("python") != wanted["python"]:
            stale = True  # the system's Python moved on under the environment
        names = sorted({*needed, *(name for name in have if name != "python" and (ROOT / name).exists())})
        wanted |= {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in names}
        if not stale and all(have.get(name) == digest for name, digest in wanted.items() if name != "python"):
            return False
        if shutil.disk_usage(ROOT).free < FREE_MB * 10**6:
            raise CannotStart(
                f"Less than {FREE_MB} MB are free on the disk of {ROOT}: make room and start again."
            )
        INSTALLING.touch()
        if stale:
            make_venv()
        wanted["python"] = version_of(PYTHON)
        install(names, lock)
        temporary = INSTALLED.with_suffix(".new")
        temporary.write_text(json.dumps(wanted, indent=1))
        temporary.replace(INSTALLED)
        INSTALLING.unlink()
        return True


def in_venv() -> bool:
    """Tell whether this interpreter is the one of `.venv`."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def installed() -> dict[str, str]:
    """Return the digests of what was installed; nothing when unknown."""
    try:
        return dict(json.loads(INSTALLED.read_text()))
    except (OSError, ValueError):
        return {}


def runs(python: Path) -> bool:
    """Tell whether an interpreter starts."""
    try:
        return subprocess.run([python, "-I", "-c", ""], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def version_of(python: Path) -> str:
    """Return "3.11" or the like."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    return subprocess.run(
        [python, "-I", "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def make_venv() -> None:
    """Make an empty `.venv` with the Python that the person started, by whatever way this Python has."""
    base = getattr(sys, "_base_executable", None) or sys.executable
    if importlib.util.find_spec("ensurepip"):
        way = [base, "-I", "-m", "venv", "--clear", str(VENV)]
    elif importlib.util.find_spec("virtualenv"):
        way = [base, "-m", "virtualenv", "--quiet", "--clear", "--python", base, str(VENV)]
    elif importlib.util.find_spec("pip"):
        way = [base, "-I", "-m", "venv", "--clear", "--without-pip", str(VENV)]
    else:
        raise CannotStart(
            "This Python comes without its venv module: install it (Debian, Ubuntu: `apt-get install python3-venv`)"
            " and start again."
        )
    with step("Making .venv"):
        made = subprocess.run(way, capture_output=True, text=True, check=False)
        if made.returncode:
            raise CannotStart(f"Python could not make .venv: {last_line(made.stdout + made.stderr)}")


def install(names: Sequence[str], lock: IO[str]) -> None:
    """Install the locks with pip, which keeps the lock while it lives and ends when nobody reads what it prints."""
    INSTALLED.unlink(missing_ok=True)
    pip = [str(PYTHON), "-I", "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode:
        pip = [getattr(sys, "_base_executable", sys.executable), "-m", "pip", "--python", str(PYTHON)]
    options = [
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar",
        "off",
        "--root-user-action",
        "ignore",
    ]
    options += ["--require-hashes", "--only-binary", ":all:"]
    options += [word for name in names for word in ("-r", str(ROOT / name))]
    with step("Installing what " + ", ".join(names) + " pin") as say:
        said = []
        process = subprocess.Popen(
            [*pip, "install", *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            pass_fds=[lock.fileno()],
        )
        for line in process.stdout or ():
            said.append(line)
            if line.startswith(("Collecting ", "Installing ")):
                say(" ".join(line.split()[:2]))
        if process.wait():
            output = "".join(said)
            if "No space left on device" in output:
                raise OSError(errno.ENOSPC, "No space left on device")
            raise CannotStart(f"pip could not install the requirements:\n{output[-3000:].rstrip()}")


@contextlib.contextmanager
def only_one(name: str, otherwise: str) -> Iterator[IO[str]]:
    """Hold a lock in `var/`; raise `CannotStart(otherwise)` when another process holds it."""
    VAR.mkdir(mode=0o700, exist_ok=True)
    with (VAR / name).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(otherwise) from None
        yield lock


@contextlib.contextmanager
def step(what: str) -> Iterator[Callable[[str], None]]:
    """Show one step with the seconds it took; yields a function that shows what it is at (on a terminal only)."""
    began, terminal = time.monotonic(), sys.stdout.isatty()

    def say(now: str) -> None:
        if terminal:
            print(f"\r\033[K  {what} … {now}", end="", flush=True)

    say("")
    yield say
    print(
        f"{chr(13) + chr(27) + '[K' if terminal else ''}  {what}: {time.monotonic() - began:.1f} s",
        flush=True,
    )


def last_line(output: str) -> str:
    """Return the last line that says something."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"
