"""The processes that the launcher starts: each has a log, is watched, and ends when the launcher does."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csec.bootstrap import ROOT, CannotStart

PATIENCE = 20.0  # seconds that a process has to end in order
TAIL = 12  # lines of a log that are shown


class Died(Exception):
    """A process ended that should have gone on; says which, where its log is and what it said last."""


@dataclass
class Process:
    """One started process: its name, the log it writes and the signal that stops it in order."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path
    stop_signal: int
    server: bool

    def ending(self) -> str:
        """Say how it ended, in words."""
        return how_it_ended(self.popen.returncode)

    def last_words(self) -> str:
        """Return the last lines of the log."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-TAIL:])
        except OSError:
            return ""


class Processes:
    """What this launcher runs. Use as a context: on leaving it everything is stopped, last started first."""

    def __init__(self, logs: Path, *, lock: int | None = None) -> None:
        """`logs` is the folder for the logs. The guard keeps the file `lock` open, so that the lock on it outlasts
        a launcher that was killed until what it had started is gone."""
        self.logs = logs
        self.logs.mkdir(parents=True, exist_ok=True)
        self.lock = lock
        self.started: list[Process] = []
        self.guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Processes":
        self.guard = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).with_name("guard.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
            pass_fds=[] if self.lock is None else [self.lock],
        )
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | str = ROOT,
        stop_signal: int = signal.SIGTERM,
        server: bool = False,
        **options: Any,
    ) -> Process:
        """Start a process in a session of its own, its output in `<logs>/<name>.log` (the former log in `….log.1`).

        A `server` is stopped after all others, by `stop_signal`. `options` go to `subprocess.Popen`.
        """
        log = self.logs / f"{name}.log"
        if log.exists():
            log.replace(log.with_name(log.name + ".1"))
        with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as output:
            popen = subprocess.Popen(
                command,
                env=env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                **options,
            )
        self.tell_guard(f"+ {popen.pid} {int(stop_signal)}")
        process = Process(name, popen, log, stop_signal, server)
        self.started.append(process)
        return process

    def run(self, name: str, command: Sequence[str | Path], *, env: Mapping[str, str], failure: str) -> None:
        """Run a process to its end; raise `CannotStart` with `failure` and its last lines when it fails."""
        self.finish(self.start(name, command, env=env), failure=failure)

    def finish(self, process: Process, *, failure: str) -> None:
        """Wait for a process that was started to end; raise `CannotStart` when it failed."""
        code = process.popen.wait()
        self.forget(process)
        if code:
            raise CannotStart(
                f"{failure} (it {process.ending()}; log: {shown(process.log)}).\n{process.last_words()}"
            )

    def foreground(self, name: str, command: Sequence[str], *, env: Mapping[str, str]) -> int:
        """Run a process at this terminal; return its exit code. Ctrl-C reaches it and leaves the launcher to wait.

        When a signal ended it, that is said, and the code is the one a shell gives: 128 and the number of the signal.
        """
        # A handler that does nothing, and not SIG_IGN, which the process would inherit.
        previous = signal.signal(signal.SIGINT, lambda *_: None)
        popen = subprocess.Popen(command, env=env, cwd=ROOT)
        self.tell_guard(f"+ {popen.pid} {int(signal.SIGTERM)}")
        try:
            code = popen.wait()
            if code < 0:
                print(f"{name} {how_it_ended(code)}.", file=sys.stderr, flush=True)
            return code if code >= 0 else 128 - code
        finally:
            if popen.poll() is None:
                popen.terminate()
                popen.wait()
            self.tell_guard(f"- {popen.pid}")
            signal.signal(signal.SIGINT, previous)

    def wait_until(self, ready: Callable[[], bool], *, seconds: float, otherwise: str) -> None:
        """Wait until `ready()`, watching the processes meanwhile; raise `CannotStart(otherwise)` when time is up."""
        until = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > until:
                raise CannotStart(otherwise)
            time.sleep(0.05)

    def check(self) -> None:
        """Raise `Died` when a process has ended."""
        for process in self.started:
            if process.popen.poll() is not None:
                raise Died(
                    f"{process.name} {process.ending()}; everything else is stopped too. Its log, "
                    f"{shown(process.log)}, ends:\n{process.last_words()}"
                )
        if self.guard and self.guard.poll() is not None:
            raise Died(
                "guard, which ends everything should the launcher be killed, ended; everything is stopped."
            )

    def watch(self) -> None:
        """Return never: raise `Died` when a process ends (a signal to the launcher raises as well)."""
        while True:
            self.check()
            time.sleep(0.25)

    def stop(self) -> None:
        """Stop everything in order: first what uses the servers, all at once, then the servers, last started first."""
        users = [process for process in self.started if not process.server]
        for together in [users, *([server] for server in reversed(self.started) if server.server)]:
            for process in together:
                with contextlib.suppress(ProcessLookupError):
                    process.popen.send_signal(process.stop_signal)
            until = time.monotonic() + PATIENCE
            for process in together:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.popen.wait(max(0.1, until - time.monotonic()))
                self.forget(process)
        if self.guard and self.guard.stdin:
            with contextlib.suppress(BrokenPipeError):
                self.guard.stdin.close()
            self.guard.wait()

    def forget(self, process: Process) -> None:
        """Kill what is left of a process and its group, and take it off the lists."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.popen.pid, signal.SIGKILL)
        process.popen.wait()
        self.started.remove(process)
        self.tell_guard(f"- {process.popen.pid}")

    def tell_guard(self, line: str) -> None:
        """Write a line to the guard; a guard that is gone is noticed by `check`."""
        if self.guard and self.guard.stdin:
            with contextlib.suppress(BrokenPipeError):
                self.guard.stdin.write(line.encode() + b"\n")
                self.guard.stdin.flush()


def how_it_ended(code: int | None) -> str:
    """Say in words what `Popen.returncode` says."""
    if code is not None and code < 0:
        return f"was ended by signal {-code} ({signal.Signals(-code).name})"
    return f"ended with exit code {code}"


def shown(path: Path) -> str:
    """Return a path as a person would type it in the checkout."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
