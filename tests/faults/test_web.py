"""The pages, when the web server, PostgreSQL or the broker dies under them."""

import random
import signal
import socket
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import redis

from tests.delivery.sink import Sink
from tests.faults.checkins import ALWAYS_DAY, expected, plan_check_ins
from tests.faults.installation import Installation, children, wait
from tests.faults.pages import Readers, at_once

pytestmark = [pytest.mark.faults, pytest.mark.django_db]


def concerns(place: Installation) -> tuple[int, ...]:
    """How many concerns there are, with an author, with a key, with an event of its own, and events in all."""
    return tuple(
        place.query(
            """
            SELECT (SELECT count(*) FROM cases_concern), (SELECT count(DISTINCT concern_id) FROM cases_concernauthor),
                (SELECT count(*) FROM cases_concern c JOIN crypto_datakey k ON k.id = c.key_id AND k.scope = c.id),
                (SELECT count(*) FROM crypto_datakey),
                (SELECT count(*) FROM audit_event WHERE verb = 'concern_logged' AND result = 'done'
                    AND subject IN (SELECT id FROM cases_concern)),
                (SELECT count(*) FROM audit_event WHERE verb = 'concern_logged' AND result = 'done')
            """
        )
    )


def test_r3_a_web_server_killed_over_1000_posts_takes_each_once_and_whole(place: Installation) -> None:
    """One of its two processes each two seconds; whoever got no answer sends the same form again."""
    readers = Readers(place)
    before = concerns(place)
    sent: list[str] = []
    answers: Counter[str] = Counter()
    over = threading.Event()

    def send() -> None:
        while len(sent) < 1000 or answers["kills"] < 20:
            form = readers.concern()
            sent.append(form["concern_id"])
            seen = [readers.teacher.post("/concerns/log/", form)]
            while seen[-1] is None:
                time.sleep(0.05)
                seen.append(readers.teacher.post("/concerns/log/", form))
            answers[f"{'died, then ' if len(seen) > 1 else ''}{seen[-1]}"] += 1
            # What was taken is taken: the same form once more tells so.
            if len(seen) > 1 or random.random() < 0.1:
                again = readers.teacher.post("/concerns/log/", form)
                answers[f"again {again}"] += 1

    def strike() -> None:
        chance = random.Random(7)
        while not over.wait(2):
            if workers := children(place.running["web"].popen.pid):
                answers["kills"] += place.kill_one(chance.choice(workers))

    killer = threading.Thread(target=strike)
    killer.start()
    at_once(8, send)
    over.set()
    killer.join()
    new = {after - there for after, there in zip(concerns(place), before, strict=True)}
    print(dict(answers), new)  # noqa: T201
    assert answers["kills"] >= 20
    known = {"kills", "302", "died, then 302", "died, then 409", "again 409", "again None"}
    assert set(answers) <= known
    assert new == {len(sent)}


def test_r3_check_ins_are_taken_once_and_whole_while_the_web_server_is_killed(place: Installation) -> None:
    """Eight people record contacts, each of a case of their own; whoever got no answer sends the same form again."""
    readers = Readers(place)
    time.sleep(60)  # seen after the cases were opened
    answers: Counter[str] = Counter()
    sent: Counter[str] = Counter()
    paths = iter(readers.made["contacts"])
    over = threading.Event()

    def record() -> None:
        path = next(paths)
        version = 0
        while version < 40 or (answers["kills"] < 20 and version < 400):
            seen = version % 2 == 0
            form = readers.check_in(version, seen=seen)
            tries = [readers.counselor.post(path, form)]
            while tries[-1] is None:
                time.sleep(0.05)
                tries.append(readers.counselor.post(path, form))
            answers[f"{'died, then ' if len(tries) > 1 else ''}{tries[-1]}"] += 1
            if len(tries) > 1:
                answers[f"again {readers.counselor.post(path, form)}"] += 1
            sent["seen" if seen else "not reached"] += 1
            version += 1

    def strike() -> None:
        chance = random.Random(11)
        while not over.wait(1.5):
            if workers := children(place.running["web"].popen.pid):
                answers["kills"] += place.kill_one(chance.choice(workers))

    killer = threading.Thread(target=strike)
    killer.start()
    at_once(8, record)
    over.set()
    killer.join()
    kept = place.query(
        """
        SELECT (SELECT count(*) FROM cases_entry WHERE outcome = 'done'), (SELECT count(*) FROM cases_entry),
            (SELECT count(*) FROM cases_entryevidence),
            (SELECT count(*) FROM audit_event WHERE verb = 'checkin_recorded' AND result = 'done'),
            (SELECT count(*) FROM cases_checkin WHERE state = 'seen' AND entry_id IS NOT NULL),
            (SELECT count(*) FROM cases_checkin WHERE state = 'waiting'),
            (SELECT sum(version) FROM cases_steppart WHERE kind = 'contact')
        """
    )
    print(dict(answers), dict(sent), kept)  # noqa: T201
    both = sum(sent.values())
    assert answers["kills"] >= 20
    assert set(answers) <= {"kills", "302", "died, then 302", "died, then 409", "again 409", "again None"}
    assert tuple(int(one) for one in kept) == (sent["seen"], both, both, both, sent["seen"], 8, both)


def test_r4_pages_say_503_while_postgresql_is_away_and_keep_what_they_acknowledged(
    place: Installation,
) -> None:
    readers = Readers(place)
    seen: Counter[int | None] = Counter()
    taken: list[str] = []
    over = threading.Event()

    def read_and_write() -> None:
        while not over.is_set():
            form = readers.concern()
            status = readers.teacher.post("/concerns/log/", form)
            if status == 302:
                taken.append(form["concern_id"])
            seen[status] += 1
            seen[readers.counselor.get("/cases/")] += 1

    threads = [threading.Thread(target=read_and_write) for _n in range(3)]
    for thread in threads:
        thread.start()
    back = []
    try:
        for _time in range(20):
            time.sleep(1.5)
            place.kill("postgres")
            wait(lambda: readers.counselor.get("/cases/") == 503)
            place.restart("postgres")
            back.append(wait(lambda: readers.counselor.get("/cases/") == 200, seconds=60))
    finally:
        over.set()
        for thread in threads:
            thread.join()
    with place.connect() as connection:
        kept = {str(id) for (id,) in connection.execute("SELECT id FROM cases_concern")}
    print(dict(seen), f"taken {len(taken)}, back after {[f'{s:.1f}' for s in back]} s")  # noqa: T201
    assert set(seen) <= {200, 302, 503}
    assert seen[503]
    assert set(taken) <= kept


def test_r5_r6_r7_without_the_broker_pages_are_as_before_and_the_commands_send(
    place: Installation, mail: Sink
) -> None:
    with place.connect() as connection:
        plan_check_ins(
            connection.cursor(),
            90,
            first=datetime.now(UTC) - timedelta(minutes=1),
            over=timedelta(seconds=30),
        )
        wanted = expected(connection.cursor())
        connection.execute("UPDATE cases_checkin SET remind_at = remind_at + interval '1 hour'")
        connection.execute("DELETE FROM directory_district")
    readers = Readers(place)
    with place.connect() as connection:
        connection.execute(ALWAYS_DAY)
    place.start("worker")
    place.start("beat")
    before = readers.statuses()
    assert before[:-1] == [200] * (len(before) - 1)
    assert before[-1] == 302

    def sends_on(third: int) -> None:
        """A third of the check-ins comes due, and the commands of the timer bring them out."""
        with place.connect() as connection:
            connection.execute(
                "UPDATE cases_checkin SET remind_at = day_at WHERE id IN (SELECT id FROM cases_checkin"
                " WHERE level = 1 AND remind_at > day_at ORDER BY id LIMIT 30)"
            )
        place.manage("sweep", process="worker")
        place.manage("send_outbox", process="worker")
        assert len(wanted & set(mail.taken)) == 30 * third

    place.kill("valkey")
    times = [_timed(readers, before)]
    sends_on(1)
    place.restart("valkey")
    place.running["valkey"].popen.send_signal(signal.SIGSTOP)
    times.append(_timed(readers, before))
    sends_on(2)
    place.running["valkey"].popen.send_signal(signal.SIGCONT)
    redis.Redis.from_url(place.environment["REDIS_URL"]).flushall()
    times.append(_timed(readers, before))
    sends_on(3)
    with place.connect() as connection:
        connection.execute("UPDATE delivery_heartbeat SET at = at - interval '1 hour' WHERE part = 'worker'")
    rung = wait(
        lambda: _heard(place, "worker"), seconds=120, otherwise="The worker did not find the broker again."
    )
    print(f"pages {[f'{s:.2f}' for s in times]} s, the worker was back after {rung:.1f} s")  # noqa: T201
    copies = Counter(mail.taken)
    assert {copies[one] for one in wanted} == {1}


def _timed(readers: Readers, before: list[int | None]) -> float:
    began = time.monotonic()
    assert readers.statuses() == before
    return time.monotonic() - began


def _heard(place: Installation, part: str) -> bool:
    row = place.query(
        "SELECT at > clock_timestamp() - interval '30 seconds' FROM delivery_heartbeat WHERE part = %s", part
    )
    return bool(row and row[0])


def test_r6_a_request_opens_no_connection_to_the_broker(place: Installation) -> None:
    """In the broker's place something listens that counts."""
    connections = []
    with socket.create_server(("127.0.0.1", 0)) as broker:

        def count() -> None:
            while True:
                try:
                    connections.append(broker.accept())
                except OSError:
                    return

        threading.Thread(target=count, daemon=True).start()
        url = f"redis://127.0.0.1:{broker.getsockname()[1]}/0"
        readers = Readers(place, REDIS_URL=url)
        for _time in range(20):
            assert readers.statuses()[-1] == 302
        assert connections == []
        # It does count: a worker would have come.
        place.start("worker", REDIS_URL=url)
        wait(lambda: bool(connections))
        broker.close()
