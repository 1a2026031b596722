"""The real demo in a copy of the checkout: it comes up, says what is wrong, and leaves nothing behind."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from csec.delivery.heartbeat import PARTS
from csec.launcher import kept
from csec.launcher.commands import COMMANDS
from tests.launcher.checkout import (
    SECONDS,
    Demo,
    data_elsewhere,
    environment,
    process_of,
    wait_until_nothing_runs,
)

pytestmark = pytest.mark.launcher


def test_the_first_page_answers_and_the_signs_of_life_come(start):
    demo = start()
    with urllib.request.urlopen(demo.address()) as page:
        assert page.status == 200
    signs = "from csec.delivery.models import Heartbeat as H; print(*sorted(H.objects.values_list('part', flat=True)))"
    until = time.monotonic() + SECONDS
    while not set(PARTS) <= set(demo.manage(signs).split()):
        assert time.monotonic() < until
    demo.launcher.send_signal(signal.SIGINT)
    code, said = demo.ending()
    assert code == 0, said
    assert "the data is kept" in said


def test_what_was_kept_is_private_and_found_again(start, checkout):
    demo = start()
    demo.address()
    for name in ("secrets.json", "environment.json"):
        assert (checkout / "var" / name).stat().st_mode & 0o777 == 0o600
    count = "from cases.models import Case; print(Case.objects.using('owner').count())"
    before = demo.manage(count)
    assert int(before) > 0
    demo.launcher.terminate()
    assert demo.ending()[0] == 0
    assert not (checkout / "var" / "environment.json").exists()
    again = start()
    again.address()
    assert again.manage(count) == before


def test_a_second_demo_in_the_same_checkout_says_so(start):
    first = start()
    first.address()
    second = Demo(first.checkout)
    code, said = second.ending()
    assert code == 1
    assert said == "A demo already runs in this checkout: use it, or stop it first.\n"


def test_a_launcher_that_is_killed_leaves_no_process_and_the_next_one_starts(start, checkout):
    demo = start()
    demo.address()
    demo.launcher.kill()
    demo.launcher.wait()
    again = start()
    again.address()
    again.launcher.kill()
    again.launcher.wait()
    wait_until_nothing_runs(checkout)
    command = [sys.executable, "manage.py", "check"]
    after = subprocess.run(
        command, cwd=checkout, env=environment(), capture_output=True, text=True, check=False
    )
    assert after.returncode == 2
    assert after.stderr.startswith("No database: start `python3 manage.py demo`")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("postgres", "bin/postgres"),
        ("valkey", "valkey-server"),
        ("guard", "guard.py"),
        *(
            (name, " ".join(words[:2]).replace("celery -A", f"celery -A csec {name}"))
            for name, words in COMMANDS.items()
        ),
    ],
)
def test_a_process_that_is_killed_is_named_and_the_rest_stops(start, checkout, name, words):
    demo = start()
    demo.address()
    os.kill(process_of(checkout, words), signal.SIGKILL)
    code, said = demo.ending()
    assert code == 1
    assert re.search(rf"^{name}\b.* ended", said, re.MULTILINE), said
    wait_until_nothing_runs(checkout)


def test_a_port_in_use_is_one_sentence_and_only_the_default_gives_way(start, checkout):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = start("--port", str(port)).ending()
    assert code == 1
    assert said.count("\n") == 1
    assert said.startswith(f"Port {port} is in use")


def test_another_master_key_is_noticed_before_anything_is_served(start, checkout):
    first = start()
    first.address()
    first.launcher.terminate()
    first.ending()
    secrets = checkout / "var" / "secrets.json"
    right = secrets.read_text()
    secrets.write_text(json.dumps(json.loads(right) | {"CSEC_MASTER_KEYS": kept.master_keys()}))
    code, said = start().ending()
    assert code == 1
    assert said.endswith(
        "Master key 1 is not the one that was used here: nothing that was sealed opens with it."
        " Put back the right one.\n"
    )
    secrets.write_text(right)
    start().address()


def test_a_damaged_data_folder_is_one_sentence_and_a_reset_deletes_only_what_the_launcher_made(
    start, checkout
):
    first = start()
    first.address()
    first.launcher.terminate()
    first.ending()
    data = next(iter(data_elsewhere(checkout)), checkout / "var" / "pgdata")
    (data / "PG_VERSION").unlink()
    code, said = start().ending()
    assert code == 1
    assert re.search(r"^The data folder .* is damaged \(PG_VERSION is missing\)", said, re.MULTILINE), said
    (checkout / "var" / "mine.txt").write_text("mine")
    keys = json.loads((checkout / "var" / "secrets.json").read_text())
    start("--reset").address()
    assert (checkout / "var" / "mine.txt").read_text() == "mine"
    assert json.loads((checkout / "var" / "secrets.json").read_text())["SECRET_KEY"] != keys["SECRET_KEY"]
