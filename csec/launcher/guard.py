"""Outlives the launcher by a moment: when the launcher is gone, however it went, it stops what the launcher started.

Run as a script with a pipe as standard input. The launcher writes one line for each process it starts,
`+ PID SIGNAL` (the signal that stops it in order), and `- PID` when it has ended. When the pipe closes, what is still
on the list is stopped, last started first, and killed with its whole process group when it does not follow.

A process of its own, and not a signal from the kernel on the parent's death, because macOS has none.
"""

import contextlib
import os
import signal
import sys
import time

PATIENCE = 8.0  # seconds for each process, before it is killed


def alive(pid: int) -> bool:
    """Tell whether the process exists and still runs (one that nobody has collected does not count)."""
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123 - pathlib would double the time this takes to start
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except OSError:
        return not os.path.exists("/proc/self/stat")  # noqa: PTH110 - macOS has no /proc


def stop(pid: int, number: int) -> None:
    """Ask a process to end, wait, then kill whatever is left of its group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)
        until = time.monotonic() + PATIENCE
        while alive(pid) and time.monotonic() < until:
            time.sleep(0.05)
        if alive(pid):
            os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def main() -> None:
    """Keep the list until the pipe closes, then stop what is on it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    running: dict[int, int] = {}
    for line in sys.stdin:
        word, pid, *rest = line.split()
        if word == "+":
            running[int(pid)] = int(rest[0])
        else:
            running.pop(int(pid), None)
    for started, stop_signal in reversed(running.items()):
        stop(started, stop_signal)


if __name__ == "__main__":
    main()
