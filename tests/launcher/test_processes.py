"""Processes are watched, named when they die, and gone when the launcher is, however it went."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from csec.bootstrap import ROOT, CannotStart
from csec.launcher.guard import alive
from csec.launcher.processes import Died, Processes

# A process with a child of its own; prints both ids, then runs until it is stopped.
FAMILY = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(os.getpid(), child.pid, flush=True)
time.sleep(600)
"""


def wait_for(condition) -> None:
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until, "waited 30 seconds in vain"
        time.sleep(0.02)


def ids(log: Path) -> list[int]:
    wait_for(lambda: log.exists() and log.read_text().endswith("\n"))
    return [int(word) for word in log.read_text().split()]


def test_leaving_stops_a_process_and_its_children(tmp_path):
    with Processes(tmp_path) as processes:
        family = ids(processes.start("family", [sys.executable, "-c", FAMILY]).log)
        assert all(map(alive, family))
    wait_for(lambda: not any(map(alive, family)))


def test_a_process_that_dies_is_named_with_its_log_and_last_words(tmp_path):
    with Processes(tmp_path) as processes:
        process = processes.start(
            "painter", [sys.executable, "-c", "print('out of paint'); raise SystemExit(3)"]
        )
        process.popen.wait()
        with pytest.raises(Died) as news:
            processes.check()
    assert "painter ended with exit code 3" in str(news.value)
    assert str(tmp_path / "painter.log") in str(news.value)
    assert "out of paint" in str(news.value)


def test_a_process_that_was_killed_is_named_with_the_signal(tmp_path):
    with Processes(tmp_path) as processes:
        process = processes.start("family", [sys.executable, "-c", FAMILY])
        family = ids(process.log)
        os.kill(process.popen.pid, signal.SIGKILL)
        process.popen.wait()
        with pytest.raises(Died, match="family was ended by signal 9"):
            processes.check()
    wait_for(lambda: not any(map(alive, family)))


def test_a_step_that_fails_is_told_with_what_it_said(tmp_path):
    with (
        Processes(tmp_path) as processes,
        pytest.raises(CannotStart, match=r"(?s)Not painted.*exit code 1.*no brush"),
    ):
        processes.run(
            "painter", [sys.executable, "-c", "raise SystemExit('no brush')"], env={}, failure="Not painted"
        )


@pytest.mark.parametrize(
    ("code", "expected", "said"),
    [
        ("raise SystemExit(5)", 5, ""),
        ("import os; os.kill(os.getpid(), 9)", 137, "pytest was ended by signal 9 (SIGKILL).\n"),
    ],
)
def test_tests_that_are_killed_are_not_silently_over(tmp_path, capsys, code, expected, said):
    with Processes(tmp_path) as processes:
        assert processes.foreground("pytest", [sys.executable, "-c", code], env={}) == expected
    assert capsys.readouterr().err == said


def test_a_log_is_for_this_user_alone_and_the_former_one_is_kept(tmp_path):
    with Processes(tmp_path) as processes:
        for word in ("first", "second"):
            processes.run("speaker", [sys.executable, "-c", f"print('{word}')"], env={}, failure="")
    assert (tmp_path / "speaker.log").read_text() == "second\n"
    assert (tmp_path / "speaker.log.1").read_text() == "first\n"
    assert (tmp_path / "speaker.log").stat().st_mode & 0o777 == 0o600


def test_a_launcher_that_is_killed_leaves_no_process(tmp_path):
    code = f"""
import sys
from pathlib import Path
from csec.launcher.processes import Processes
with Processes(Path({str(tmp_path)!r})) as processes:
    processes.start("family", [sys.executable, "-c", {FAMILY!r}])
    print(processes.guard.pid, flush=True)
    processes.watch()
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as launcher:
        assert launcher.stdout
        guard = int(launcher.stdout.readline())
        family = ids(tmp_path / "family.log")
        launcher.kill()
    wait_for(lambda: not any(map(alive, [guard, *family])))


def test_a_signal_stops_in_order_and_a_second_one_changes_nothing(tmp_path):
    code = f"""
import sys
from pathlib import Path
from csec.launcher import Stopped, signals_raise
from csec.launcher.processes import Processes
slow = "import signal, sys, time\\n" \\
       "signal.signal(signal.SIGTERM, lambda *_: (time.sleep(1), print('in order'), sys.exit()))\\n" \\
       "print('up', flush=True)\\ntime.sleep(600)"
with signals_raise():
    try:
        with Processes(Path({str(tmp_path)!r})) as processes:
            processes.start("slow", [sys.executable, "-c", slow])
            processes.watch()
    except Stopped:
        print("stopped", flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as launcher:
        log = tmp_path / "slow.log"
        wait_for(lambda: log.exists() and log.read_text() == "up\n")
        for _ in range(3):
            launcher.send_signal(signal.SIGINT)
            time.sleep(0.1)
        said, _ = launcher.communicate(timeout=30)
    assert said == "stopped\n"
    assert launcher.returncode == 0
    assert log.read_text() == "up\nin order\n"
