"""
How fast reminders are written and sent: `pytest -m faults tests/faults/test_rates.py -s -n 0`, on a machine at rest.

What is asserted are counts; the figures are printed. Each pair is measured by turns, by the same worker on the same
rows.
"""

import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from csec.bootstrap import ROOT
from csec.launcher.commands import COMMANDS
from tests.delivery.sink import Sink, open_sink
from tests.faults.checkins import plan_check_ins
from tests.faults.installation import Installation, installation, wait

# The database of the tests is not used; it is there for the fixtures of every module.
pytestmark = [pytest.mark.faults, pytest.mark.django_db]

PLANNED, DUE, FEW, TURNS = 1_000_000, 50_000, 500, 5
SENT, ROUNDS = 1_000, 3


class Sweeps:
    """An installation with a million planned contacts, of which some are due."""

    def __init__(self, place: Installation) -> None:
        self.place = place
        self.at = datetime.now(UTC)
        hour = timedelta(hours=1)
        with place.connect() as connection:
            plan_check_ins(
                connection.cursor(),
                PLANNED,
                first=self.at - hour,
                over=hour * PLANNED / DUE,
                until_due=12 * hour,
            )
            # All open cases were looked through a moment ago, as in 14 of 15 minutes.
            connection.execute("INSERT INTO delivery_heartbeat VALUES ('cases', %s)", [self.at])
            connection.execute("VACUUM ANALYZE")

    def due(self, count: int) -> None:
        """So many are due, and nothing was said yet."""
        with self.place.connect() as connection:
            connection.execute("TRUNCATE delivery_message")
            connection.execute(
                "UPDATE cases_checkin k SET level = 1, remind_at = n.remind_at FROM ("
                " SELECT id, CASE WHEN row_number() OVER (ORDER BY day_at, id) <= %s THEN day_at"
                " ELSE day_at + interval '2 days' END AS remind_at FROM cases_checkin WHERE day_at <= %s) n"
                " WHERE k.id = n.id AND (k.level, k.remind_at) <> (1, n.remind_at)",
                [count, self.at],
            )
            connection.execute("VACUUM cases_checkin")

    def run(self, what: str) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.rates", what, self.at.isoformat()],
            cwd=ROOT,
            env={**self.place.environment, "CSEC_PROCESS": "worker"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found

    def still_due(self) -> int:
        sql = "SELECT count(*) FROM cases_checkin WHERE state = 'waiting' AND remind_at <= %s"
        return int(self.place.query(sql, self.at)[0])


def test_a_sweep_over_a_million_contacts_beside_bare_sql(tmp_path: Path) -> None:
    with open_sink(Sink()) as sink, installation(tmp_path, sink) as place:
        sweeps = Sweeps(place)
        ratios, rates, busy = [], [], []
        for turn in range(TURNS):
            pair = {}
            for what in ("bare", "sweep") if turn % 2 else ("sweep", "bare"):
                sweeps.due(DUE)
                assert sweeps.still_due() == DUE
                pair[what] = sweeps.run(what)
                assert pair[what]["rows"] == DUE
                assert sweeps.still_due() == 0
            rate = {what: DUE / one["seconds"] for what, one in pair.items()}
            rates.append(rate["sweep"])
            ratios.append(rate["sweep"] / rate["bare"])
            busy.append(pair["bare"]["processor"] / pair["sweep"]["processor"])
            said(
                f"turn {turn}: sweep {rate['sweep']:.0f}/s, bare SQL {rate['bare']:.0f}/s, ratio {ratios[-1]:.2f}"
            )
        said(
            f"SWEEP: {median(rates):.0f}/s, ratio to bare SQL {median(ratios):.2f} (0.40 wanted),"
            f" by processor time {median(busy):.2f}"
        )
        sweeps.due(0)
        nothing = sweeps.run("empty")
        assert nothing["rows"] == 0
        said(
            f"EMPTY SWEEP: {nothing['asked'] * 1000:.1f} ms of SQL (5 wanted), {nothing['seconds'] * 1000:.1f} in all"
        )
        sweeps.due(FEW)
        few = sweeps.run("sweep")
        assert few["rows"] == FEW
        most = pair["sweep"]["memory"]
        said(f"MEMORY: {most / 1024:.1f} MB with {DUE} due, {few['memory'] / 1024:.1f} MB with {FEW}")


class Sending:
    """An installation whose sweep has written some reminders, and a worker that sends them in one way or another."""

    def __init__(self, place: Installation, sink: Sink) -> None:
        self.place, self.sink = place, sink
        with place.connect() as connection:
            plan_check_ins(connection.cursor(), SENT, first=datetime.now(UTC) - timedelta(minutes=1))
        place.manage("sweep", process="worker")
        place.running["worker"] = place.processes.start(
            "worker",
            [sys.executable, "-m", *COMMANDS["worker"], "-I", "tests.faults.one_each"],
            env={**place.environment, "CSEC_PROCESS": "worker"},
        )
        wait(lambda: "ready" in place.running["worker"].log.read_text(), seconds=60)

    def waiting(self) -> int:
        return int(self.place.query("SELECT count(*) FROM delivery_message WHERE state = 'waiting'")[0])

    def seconds(self, ring: str) -> float:
        """How long it takes from the ring until all have arrived, and all are marked."""
        with self.place.connect() as connection:
            connection.execute(
                "UPDATE delivery_message SET state = 'waiting', sent_at = NULL, attempts = 0,"
                " next_try_at = send_after, lease = NULL, leased_until = NULL"
            )
            connection.execute("VACUUM ANALYZE delivery_message")
        assert self.waiting() == SENT
        self.sink.taken.clear()
        began = time.monotonic()
        ringing = subprocess.run(
            [sys.executable, "-c", ring],
            cwd=ROOT,
            env={**self.place.environment, "CSEC_PROCESS": "worker"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ringing.returncode == 0, ringing.stderr
        # The process that rings has to load Django first, which is part of neither way.
        began += float(ringing.stdout)
        wait(lambda: len(self.sink.taken) >= SENT and not self.waiting(), seconds=300)
        assert len(set(self.sink.taken)) == len(self.sink.taken) == SENT
        return time.monotonic() - began


LOADED = """
import time
began = time.monotonic()
import django
django.setup()
from csec.celery import app
from csec.delivery.models import Message
ids = [str(one) for one in Message.objects.order_by("send_after").values_list("id", flat=True)]
app.connection_for_write().ensure_connection()
print(time.monotonic() - began)
"""
RING_ONCE = LOADED + "app.send_task('csec.delivery.tasks.send_outbox')"
RING_EACH = LOADED + "for one in ids: app.send_task('tests.faults.one_each.remind', args=[one])"


def test_sending_beside_one_task_for_each_reminder(tmp_path: Path) -> None:
    sink = Sink()
    sink.keep_mails = False
    with open_sink(sink), installation(tmp_path, sink) as place:
        sending = Sending(place, sink)
        ratios, rates = [], []
        for turn in range(ROUNDS + 1):
            pair = {"outbox": RING_ONCE, "each": RING_EACH}
            order = list(pair) if turn % 2 else list(pair)[::-1]
            seconds = {way: sending.seconds(pair[way]) for way in order}
            if not turn:
                # The first one warms up.
                continue
            rates.append(SENT / seconds["outbox"])
            ratios.append(seconds["each"] / seconds["outbox"])
            said(
                f"turn {turn}: outbox {rates[-1]:.0f}/s, a task each {SENT / seconds['each']:.0f}/s,"
                f" ratio {ratios[-1]:.1f}"
            )
        said(f"SENDING: {median(rates):.0f}/s, ratio to a task each {median(ratios):.1f} (3 wanted)")


def said(line: str) -> None:
    print(line, flush=True)  # noqa: T201
