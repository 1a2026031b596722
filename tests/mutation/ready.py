"""
A Python that has imported what no mutant changes: each run of pytest is a fork of it, and begins at once.

`Ready` is asked; what is asked is this module, as a program. What cannot be imported before the settings are read, or
has to be rewritten by pytest, is imported by each run for itself.
"""

import contextlib
import importlib
import json
import os
import select
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

#: Of the tree itself, which has mutants; and of pytest and what plugs into it.
EACH_FOR_ITSELF = (
    "cases",
    "csec",
    "district",
    "drills",
    "protocols",
    "tests",
    "_pytest",
    "pytest",
    "xdist",
    "valkey",
)
EVERYTHING = (
    "import django, json, sys; django.setup(); import csec.urls; print(json.dumps(sorted(sys.modules)))"
)


class Ready:
    """One that waits; it works on one request after the other."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        every = {**environment, "DJANGO_SETTINGS_MODULE": "csec.settings"}
        found = subprocess.run(
            [sys.executable, "-c", EVERYTHING], cwd=folder, env=every, capture_output=True, check=True
        )
        self.process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._say(json.loads(found.stdout))

    def run(
        self, arguments: Sequence[str], environment: Mapping[str, str], said: Path, seconds: float
    ) -> int:
        """
        Run pytest with `arguments` and `environment`; what it prints is in the file `said`. Return its exit code.

        Raises `subprocess.TimeoutExpired` after `seconds`: this one is at an end then.
        """
        self._say({"arguments": list(arguments), "environment": dict(environment), "said": str(said)})
        assert self.process.stdout
        if not select.select([self.process.stdout], [], [], seconds)[0]:
            self.close()
            raise subprocess.TimeoutExpired("pytest", seconds)
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"Somebody ended the tests: {arguments}")
        return int(answer)

    def close(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, 9)
        self.process.wait()

    def _say(self, what: object) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()


def main() -> None:
    for name in json.loads(sys.stdin.readline()):
        if name.startswith(EACH_FOR_ITSELF):
            continue
        # Some want the settings first, whatever they raise for it.
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            os._exit(_run(**asked))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _run(arguments: list[str], environment: dict[str, str], said: str) -> int:
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["pytest", *arguments]
    output = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, theirs in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(ours, theirs)
    import pytest

    code = int(pytest.main(arguments))
    sys.stdout.flush()
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    main()
