"""The short form, each day: sweeps and senders are killed over some check-ins, and none is forgotten."""

import random
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from csec.delivery.models import Message
from csec.delivery.ticks import database_now
from tests.delivery.sink import Sink, open_sink
from tests.faults.checkins import expected, plan_check_ins, surplus
from tests.faults.senders import nursery

AS_OWNER = True

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_200_check_ins_none_is_forgotten_when_sweeps_and_senders_are_killed(tmp_path: Path) -> None:
    count, kills = 200, 10
    chance = random.Random(5)
    with connection.cursor() as cursor:
        plan_check_ins(cursor, count, first=database_now() - timedelta(seconds=1), over=timedelta(seconds=3))
        wanted = expected(cursor)
    sink = Sink()
    with open_sink(sink), nursery(sink, tmp_path / "log", lease=1) as processes:

        def strike(port: int) -> None:
            if len(sink.taken) % 20 == 9 and len(processes.killed) < kills:
                processes.kill_whoever_holds(port)

        sink.before_answer = sink.after_answer = strike
        ends = time.monotonic() + 40
        while len(set(sink.taken)) < count or len(processes.killed) < kills:
            assert time.monotonic() < ends, "It took too long."
            if len(processes.living()) < 4:
                (sweep,) = processes.start(command="sweep")
                processes.start()
                time.sleep(chance.uniform(0, 0.15))
                if len(processes.killed) < kills and chance.random() < 0.4:
                    processes.kill(sweep)
            time.sleep(0.02)
        processes.finish()
    duplicates = surplus(sink, wanted)
    assert duplicates <= len(processes.killed)
    assert Message.objects.count() == count
