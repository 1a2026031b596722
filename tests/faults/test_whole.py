"""The whole: 10,000 check-ins, and every part of the chain killed by turns. None is forgotten."""

import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.delivery.sink import Sink, open_sink
from tests.faults.checkins import expected, plan_check_ins, surplus
from tests.faults.installation import commands, installation

# The database of the tests is not used; it is there for the fixtures of every module.
pytestmark = [pytest.mark.faults, pytest.mark.django_db]

COUNT = 10_000
#: How often each is killed. Senders die where it hurts: around the mail server's answer.
KILLS = {"sender": 260, "sweep": 180, "worker": 25, "beat": 15, "valkey": 15, "postgres": 15}


def test_of_10000_check_ins_none_is_forgotten_in_500_kills_of_everything(tmp_path: Path) -> None:
    chance = random.Random(3)
    killed: Counter[str] = Counter()
    sink = Sink()
    sink.keep_mails = False
    with open_sink(sink), installation(tmp_path, sink) as place:
        with place.connect() as connection:
            first = datetime.now(UTC)
            plan_check_ins(connection.cursor(), COUNT, first=first, over=timedelta(seconds=100))
            wanted = expected(connection.cursor())
        place.start("worker")
        place.start("beat")
        with commands(place) as processes:

            def strike(port: int) -> None:
                if (
                    killed["sender"] < KILLS["sender"]
                    and chance.random() < 0.04
                    and (pid := processes.holding(port))
                ):
                    processes.kill(pid)
                    killed["sender"] += 1

            sink.before_answer = sink.after_answer = strike
            sweeps: list[int] = []
            ends = time.monotonic() + 900
            next_server = time.monotonic() + 5
            while len(set(sink.taken)) < COUNT or any(killed[name] < most for name, most in KILLS.items()):
                assert time.monotonic() < ends, f"It took too long: {len(set(sink.taken))} arrived, {killed}."
                living = set(processes.living())
                sweeps = [pid for pid in sweeps if pid in living]
                if len(living) - len(sweeps) < 3:
                    processes.start()
                if len(sweeps) < 2:
                    sweeps += processes.start(command="sweep")
                time.sleep(chance.uniform(0, 0.1))
                if sweeps and killed["sweep"] < KILLS["sweep"] and chance.random() < 0.4:
                    processes.kill(sweeps[0])
                    killed["sweep"] += sweeps[0] in processes.killed
                senders = [pid for pid in processes.living() if pid not in sweeps]
                if senders and killed["sender"] < KILLS["sender"] and chance.random() < 0.2:
                    processes.kill(chance.choice(senders))
                    killed["sender"] += 1
                if time.monotonic() > next_server:
                    left = [
                        name
                        for name in ("worker", "beat", "valkey", "postgres")
                        if killed[name] < KILLS[name]
                    ]
                    if left:
                        name = max(left, key=lambda one: KILLS[one] - killed[one])
                        if name == "worker" and killed[name] % 2 and place.kill_a_child(name):
                            killed[name] += 1
                        else:
                            place.kill(name)
                            killed[name] += 1
                            place.restart(name)
                    next_server = time.monotonic() + 2
            # What the killed ones had leased and not marked is sent once more, and then it is over.
            while place.query("SELECT count(*) FROM delivery_message WHERE state = 'waiting'")[0]:
                assert time.monotonic() < ends
                if len(processes.living()) < 2:
                    processes.start()
                time.sleep(0.2)
            processes.finish(seconds=60)
        rows = place.query("SELECT count(*), count(*) FILTER (WHERE state = 'sent') FROM delivery_message")
    duplicates = surplus(sink, wanted)
    print(f"{COUNT} check-ins, kills {dict(killed)}: 0 lost, {duplicates} copies too many")  # noqa: T201
    assert rows == (COUNT, COUNT)
    assert sum(killed.values()) >= 500
    assert duplicates <= sum(killed.values())
