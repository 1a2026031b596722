"""Senders that are killed, frozen, cut off or alone: nothing is lost, and no more arrives twice than has to."""

import os
import random
import signal
import time
from pathlib import Path

import pytest

from csec.delivery.models import Message
from tests.delivery.sink import Sink, open_sink
from tests.faults.senders import all_sent, cut_connections, nursery, remind, surplus

AS_OWNER = True

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

WINDOWS = ["before_answer", "after_answer"]


@pytest.mark.parametrize("window", WINDOWS)
def test_r1_a_sender_killed_around_the_answer_costs_at_most_one_copy(window: str, tmp_path: Path) -> None:
    """Twenty times: the mail server has the message, and the sender dies before it could write that down."""
    count, kills = 150, 20
    remind(count)
    sink = Sink()
    with open_sink(sink), nursery(sink, tmp_path / "log", lease=1) as senders:

        def strike(port: int) -> None:
            if len(sink.taken) % 5 == 4 and len(senders.killed) < kills:
                senders.kill_whoever_holds(port)

        setattr(sink, window, strike)
        senders.keep(2, until=all_sent, seconds=120)
        senders.finish()
        assert len(senders.killed) == kills
    assert surplus(sink, count) <= kills


def test_r1_ten_thousand_reminders_and_five_hundred_kills(tmp_path: Path) -> None:
    """By turns before the server's answer, after it, and at any moment."""
    count, kills = 10_000, 510
    remind(count)
    chance = random.Random(3)
    sink = Sink()
    sink.keep_mails = False
    with open_sink(sink), nursery(sink, tmp_path / "log", lease=4) as senders:

        def strike(port: int) -> None:
            if len(senders.killed) < kills and chance.random() < 0.03:
                senders.kill_whoever_holds(port)

        def all_sent_or_strike() -> bool:
            living = senders.living()
            if living and len(senders.killed) < kills and chance.random() < 0.5:
                senders.kill(chance.choice(living))
            return all_sent()

        sink.before_answer = sink.after_answer = strike
        senders.keep(4, until=all_sent_or_strike, seconds=900)
        senders.finish()
        killed = len(senders.killed)
    duplicates = surplus(sink, count)
    print(f"{count} reminders, {killed} kills: 0 lost, {duplicates} copies too many")  # noqa: T201
    assert killed >= 500
    assert duplicates <= killed


def test_r8_a_mail_server_that_is_away_costs_nothing_but_time(tmp_path: Path) -> None:
    remind(60)
    sink = Sink()
    with nursery(sink, tmp_path / "log", lease=2) as senders:
        for _run in range(3):
            senders.start(2)
            senders.finish()
        assert {(m.state, m.attempts) for m in Message.objects.all()} == {("waiting", 0)}
        with open_sink(sink):
            senders.start(2)
            senders.finish()
            assert all_sent()
    assert surplus(sink, 60) == 0


def test_r8_a_slow_mail_server_gets_nothing_twice(tmp_path: Path) -> None:
    """A batch takes several leases: what a sender cannot send in time it leaves to the others."""
    remind(60)
    sink = Sink()
    sink.slow = 0.2
    with open_sink(sink), nursery(sink, tmp_path / "log", lease=3) as senders:
        senders.keep(3, until=all_sent, seconds=60)
        senders.finish()
    assert surplus(sink, 60) == 0


@pytest.mark.parametrize(("answer", "state"), [("451 Later", "waiting"), ("550 No", "failed")])
def test_r8_refusals_stop_nobody_else(answer: str, state: str, tmp_path: Path) -> None:
    remind(100)
    sink = Sink()
    sink.recipients = {f"n{n}": answer for n in range(0, 100, 2)}
    with open_sink(sink), nursery(sink, tmp_path / "log", lease=3) as senders:
        senders.start(3)
        senders.finish()
        codes = set(Message.objects.filter(state=state).values_list("attempts", "error"))
        assert codes == {(1, int(answer[:3]))}
        if state == "waiting":
            sink.recipients = {}
            Message.objects.waiting().update(next_try_at="2026-11-20T22:50Z")
            senders.start(3)
            senders.finish()
            assert all_sent()
    assert surplus(sink, 100 if state == "waiting" else 50) == 0


@pytest.mark.parametrize("_time", range(20))
def test_r11_senders_at_once_send_each_message_once(_time: int, tmp_path: Path) -> None:
    remind(300)
    sink = Sink()
    with open_sink(sink), nursery(sink, tmp_path / "log", lease=30) as senders:
        senders.start(6)
        senders.finish()
        assert all_sent()
    assert surplus(sink, 300) == 0


@pytest.mark.parametrize("_time", range(20))
def test_r12_a_sender_frozen_past_its_lease_sends_one_message_twice_and_marks_none(
    _time: int, tmp_path: Path
) -> None:
    remind(30)
    sink = Sink()
    frozen: list[int] = []
    with open_sink(sink), nursery(sink, tmp_path / "log", lease=1) as senders:

        def freeze(port: int) -> None:
            pid = senders.holding(port)
            if not frozen and len(sink.taken) == 5 and pid:
                os.kill(pid, signal.SIGSTOP)
                frozen.append(pid)

        sink.before_answer = freeze
        senders.start()
        _wait(lambda: bool(frozen))
        senders.keep(2, until=all_sent, seconds=30)
        before = list(Message.objects.order_by("id").values())
        os.kill(frozen[0], signal.SIGCONT)
        senders.finish()
        assert list(Message.objects.order_by("id").values()) == before
    assert surplus(sink, 30) == 1


def test_r14_senders_whose_connections_to_postgresql_are_cut(tmp_path: Path) -> None:
    """Twenty cuts of all connections: what was sent is still marked, on a new one."""
    count = 3000
    remind(count)
    sink = Sink()
    sink.keep_mails = False
    cuts = []
    with open_sink(sink), nursery(sink, tmp_path / "log", lease=2) as senders:

        def cut_or_done() -> bool:
            if len(cuts) < 20:
                time.sleep(0.2)
                cuts.append(cut_connections())
            return all_sent()

        senders.keep(3, until=cut_or_done, seconds=120)
        senders.finish()
    duplicates = surplus(sink, count)
    print(f"{count} reminders, {sum(cuts)} connections cut: {duplicates} copies too many")  # noqa: T201
    assert sum(cuts) >= 20
    assert duplicates <= sum(cuts)


def _wait(ready: object, seconds: float = 20) -> None:
    ends = time.monotonic() + seconds
    while not ready():  # type: ignore[operator]
        assert time.monotonic() < ends
        time.sleep(0.01)
