"""The real demo once, from nothing, in the daily run: it comes up whole, is joined, and stops when a part dies."""

import hashlib
import os
import re
import signal
import time
import urllib.error
import urllib.request

import pytest

from csec import bootstrap
from csec.launcher.postgres import free_port
from tests.launcher.checkout import SECONDS, process_of, wait_until_nothing_runs


def installed() -> bool:
    """Whether the demo finds all that the locks pin, and has nothing to install."""
    have = bootstrap.installed()
    return not bootstrap.INSTALLING.exists() and all(
        have.get(name) == hashlib.sha256((bootstrap.ROOT / name).read_bytes()).hexdigest()
        for name in ("requirements.txt", "requirements-embedded.txt")
    )


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address) as page:
            return int(page.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_it_comes_up_whole_is_joined_and_stops_when_a_part_dies(start, checkout):
    if not (bootstrap.in_venv() and installed()):
        pytest.skip(
            "the .venv of this checkout is not whole, or without the embedded servers: it would be changed"
        )
    port = free_port()
    demo = start("--port", str(port))
    address = demo.address()
    assert address == f"http://127.0.0.1:{port}/"
    assert status(address) == 200

    assert demo.manage("from cases.models import Case; print(Case.objects.using('owner').exists())") == "True"

    until = time.monotonic() + SECONDS
    while status(f"{address}healthz") != 200:
        assert time.monotonic() < until, "clock, worker, sweep and sender were not all heard of"
        time.sleep(0.2)

    os.kill(process_of(checkout, "celery -A csec worker"), signal.SIGKILL)
    code, said = demo.ending()
    assert code == 1
    assert re.search(
        r"^worker was ended by signal 9 \(SIGKILL\); everything else is stopped too", said, re.MULTILINE
    )
    wait_until_nothing_runs(checkout)
