"""Real senders under the worker's own login: the short form of what `tests/faults` does for minutes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from csec.bootstrap import ROOT
from csec.delivery.models import BootTick, Heartbeat, Message
from tests.delivery.addresses import addresses_of_the_test_database
from tests.delivery.sink import Sink, message, open_sink, person
from tests.faults.senders import all_sent, nursery, remind, surplus

AS_OWNER = True

pytestmark = pytest.mark.django_db(transaction=True)


def command(*arguments: str, process: str = "worker") -> "subprocess.CompletedProcess[str]":
    """A command as a system timer runs it."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            **addresses_of_the_test_database(),
            "CSEC_PROCESS": process,
            "EMAIL_URL": "consolemail://",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_does_a_run_under_the_workers_login() -> None:
    message(person("ada"), kind="of no module")
    done = command("send_outbox")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "sent 0, to try again 0, failed 0, withdrawn 0, put off 1\n"
    assert "example.org" not in done.stderr
    assert BootTick.objects.exists()
    assert Heartbeat.objects.filter(part="sender").exists()
    assert Message.objects.waiting().count() == 1


def test_the_command_refuses_the_login_of_the_pages() -> None:
    done = command("send_outbox", process="web")
    assert done.returncode == 1
    assert "CSEC_PROCESS=worker" in done.stderr


def test_the_web_and_the_worker_may_ask_how_it_stands() -> None:
    for process in ("web", "worker"):
        done = command("check_reminders", process=process)
        assert done.returncode == 2, done.stderr
        assert done.stdout.startswith("silent parts: 4 of 4")


def test_the_application_reads_the_outbox_and_writes_nothing_into_it() -> None:
    rights = {
        (role, right)
        for role in ("csec_app", "csec_worker", "csec_audit")
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
        if _may(role, right)
    }
    writes = {("csec_worker", "SELECT"), ("csec_worker", "INSERT"), ("csec_worker", "UPDATE")}
    assert rights == writes | {("csec_app", "SELECT")}


def _may(role: str, right: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'delivery_message', %s)", [role, right])
        return bool(cursor.fetchone()[0])


def test_of_200_messages_none_is_lost_when_senders_are_killed(tmp_path: Path) -> None:
    """Each tenth message kills its sender, by turns before the server's answer and after it."""
    count, kills = 200, 10
    remind(count)
    sink = Sink()
    with open_sink(sink), nursery(sink, tmp_path / "log", lease=1) as senders:

        def strike(port: int, window: int) -> None:
            if len(sink.taken) % 20 == window and len(senders.killed) < kills:
                senders.kill_whoever_holds(port)

        sink.before_answer = lambda port: strike(port, 5)
        sink.after_answer = lambda port: strike(port, 15)
        senders.keep(3, until=all_sent, seconds=30)
        senders.finish()
        assert len(senders.killed) == kills
    assert surplus(sink, count) <= kills
