"""The sender against a real mail server: each answer has its consequence, and no message stops another."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from csec.accounts.models import User
from csec.delivery import outbox, sending
from csec.delivery.kinds import KINDS, Kind, register
from csec.delivery.models import Heartbeat, Message
from csec.delivery.sending import Outcome, send_due
from tests.delivery.addresses import addresses_of_the_test_database
from tests.delivery.sink import Sink, TestKind, message, person
from tests.make import AT

AS_OWNER = True

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def send(at: datetime = AT) -> Outcome:
    return send_due(lambda: at)


def states() -> dict[str, str]:
    """The state of each message, by its recipient's name."""
    return {one.recipient.name: one.state for one in Message.objects.select_related("recipient")}


def test_what_is_due_is_sent_once_over_one_connection(sink: Sink, kind: TestKind) -> None:
    for name in ("ada", "bo", "cy"):
        message(person(name))
    message(User.objects.get(name="Ada"), at=AT + MINUTE)
    assert send() == Outcome(sent=3)
    assert send() == Outcome()
    assert sink.copies == {"ada@example.org": 1, "bo@example.org": 1, "cy@example.org": 1}
    assert sink.connections == 1
    sent = Message.objects.filter(state="sent")
    assert {(one.attempts, one.sent_at, one.lease) for one in sent} == {(1, AT, None)}


def test_what_is_no_longer_wanted_is_withdrawn_and_never_sent(sink: Sink, kind: TestKind) -> None:
    over = message(person("ada"))
    message(person("bo"))
    kind.unwanted.add(over.subject)
    assert send() == Outcome(sent=1, withdrawn=1)
    assert states() == {"Ada": "withdrawn", "Bo": "sent"}
    kind.unwanted.clear()
    assert send() == Outcome()
    assert sink.copies == {"bo@example.org": 1}


def test_the_state_is_read_again_when_time_has_passed_within_a_batch(sink: Sink, kind: TestKind) -> None:
    first, second = message(person("ada")), message(person("bo"))
    passed = [0]

    def slow_clock() -> datetime:
        """Two seconds pass with each message that the server has taken; the second one is over by then."""
        if sink.taken and second.subject not in kind.unwanted:
            kind.unwanted |= {first.subject, second.subject}
            passed[0] += 2
        return AT + timedelta(seconds=passed[0])

    order = [one.subject for one in outbox.claim(10, AT)]
    Message.objects.update(lease=None, leased_until=None, next_try_at=AT)
    assert send_due(slow_clock) == Outcome(sent=1, withdrawn=1)
    assert Message.objects.get(state="withdrawn").subject == order[1]


def test_somebody_who_left_gets_nothing_and_the_message_fails_so_that_it_climbs(
    sink: Sink, kind: TestKind
) -> None:
    ada = person("ada")
    message(ada)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert send() == Outcome(failed=1)
    assert Message.objects.failed().get().error is None
    assert not sink.taken


@pytest.mark.parametrize("failing", ["unknown", "raising"])
def test_a_kind_that_cannot_be_judged_waits_and_stops_no_other(
    failing: str,
    sink: Sink,
    kind: TestKind,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def raising(messages: Sequence[Message], at: datetime) -> set[UUID]:
        raise KeyError("of the case")

    if failing == "raising":
        monkeypatch.setitem(KINDS, failing, Kind(failing, "A task needs you.", False, raising))
    waits = message(person("ada"), kind=failing)
    message(person("bo"))
    assert send() == Outcome(sent=1, put_off=1)
    waits.refresh_from_db()
    assert (waits.state, waits.attempts, waits.next_try_at) == ("waiting", 0, AT + outbox.PUT_OFF)
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_a_kind_has_its_name_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = Kind("one-of-its-name", "A task needs you.", False, lambda messages, at: set())
    monkeypatch.setitem(KINDS, kind.name, kind)
    register(kind)
    with pytest.raises(ValueError, match="already a kind"):
        register(Kind(kind.name, "Another.", True, kind.still_wanted))


@pytest.mark.parametrize("at_data", [False, True])
def test_a_refusal_for_now_is_tried_again_with_a_pause_and_stops_no_other(
    at_data: bool, sink: Sink, kind: TestKind
) -> None:
    message(person("busy"))
    if at_data:
        sink.data = "452 Full"
    else:
        message(person("ada"))
        sink.recipients["busy"] = "450 Busy"
    assert send() == Outcome(sent=0 if at_data else 1, retried=1)
    waits = Message.objects.waiting().get()
    assert (waits.attempts, waits.error, waits.next_try_at) == (1, 452 if at_data else 450, AT + MINUTE)
    sink.data, sink.recipients = "", {}
    assert send(AT + timedelta(seconds=59)) == Outcome()
    assert send(AT + MINUTE) == Outcome(sent=1)


def test_a_refusal_for_good_fails_with_its_code_and_stops_no_other(
    sink: Sink, kind: TestKind, caplog: pytest.LogCaptureFixture
) -> None:
    message(person("gone"))
    message(person("ada"))
    sink.recipients["gone"] = "550 <gone@example.org> has no mailbox here"
    assert send() == Outcome(sent=1, failed=1)
    failed = Message.objects.failed().get()
    assert (failed.error, failed.failed_at, failed.attempts) == (550, AT, 1)
    assert "example.org" not in caplog.text
    assert send(AT + timedelta(days=1)) == Outcome()


def test_an_address_that_cannot_be_written_fails_and_stops_no_other(sink: Sink, kind: TestKind) -> None:
    message(User.objects.create_user(email="bad\nBcc: all@example.org", name="Bad"))
    message(person("ada"))
    assert send() == Outcome(sent=1, failed=1)
    assert sink.copies == {"ada@example.org": 1}


def test_a_reply_that_is_no_reply_code_is_tried_again(sink: Sink, kind: TestKind) -> None:
    message(person("odd"))
    sink.every_recipient = "999 What?"
    assert send() == Outcome(retried=1)
    assert Message.objects.get().error is None


def test_a_kind_whose_words_cannot_be_made_costs_attempts_and_stops_no_other(
    sink: Sink, kind: TestKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        def __str__(self) -> str:
            raise RuntimeError("no words")

    text: Any = Broken()
    monkeypatch.setitem(KINDS, "broken", Kind("broken", text, False, kind.still_wanted))
    message(person("ada"), kind="broken")
    message(person("bo"))
    assert send() == Outcome(sent=1, retried=1)
    assert sink.copies == {"bo@example.org": 1}


def test_after_twelve_refusals_it_has_failed(sink: Sink, kind: TestKind) -> None:
    message(person("busy"))
    sink.every_recipient = "450 Busy"
    done = [send(AT + n * outbox.LONGEST_PAUSE) for n in range(14)]
    assert done == [Outcome(retried=1)] * 11 + [Outcome(retried=1)] + [Outcome()] * 2
    assert Message.objects.failed().get().attempts == outbox.MAX_ATTEMPTS


@pytest.mark.parametrize(
    ("mode", "answer"),
    [
        pytest.param("sender", "451 Later", id="refuses our address for now"),
        pytest.param("sender", "550 Not you", id="refuses our address for good"),
        pytest.param("every_recipient", "421 Shutting down", id="says goodbye"),
    ],
)
def test_a_server_that_takes_nothing_ends_the_run_and_costs_no_attempt(
    mode: str, answer: str, sink: Sink, kind: TestKind, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("ada", "bo", "cy"):
        message(person(name))
    setattr(sink, mode, answer)
    assert send() == Outcome(server_away=True)
    assert {(one.state, one.attempts, one.lease) for one in Message.objects.all()} == {("waiting", 0, None)}
    assert not Heartbeat.objects.filter(part="sender").exists()
    assert answer[:3] in caplog.text
    assert answer[4:] not in caplog.text
    setattr(sink, mode, "")
    assert send() == Outcome(sent=3)


def test_a_server_that_is_not_there_ends_the_run_and_costs_no_attempt(
    kind: TestKind, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", Sink().port
    message(person("ada"))
    assert send() == Outcome(server_away=True)
    assert Message.objects.get().attempts == 0


def test_a_connection_lost_in_the_middle_costs_one_message_an_attempt(sink: Sink, kind: TestKind) -> None:
    for name in ("ada", "bo", "cy"):
        message(person(name))
    sink.hang_up = 1
    assert send() == Outcome(sent=2, retried=1)
    assert sink.connections == 2
    assert send(AT + MINUTE) == Outcome(sent=1)


def test_a_server_slower_than_our_patience_may_get_it_twice_under_the_same_id(
    sink: Sink, kind: TestKind, settings: Any
) -> None:
    settings.EMAIL_TIMEOUT = 0.1
    message(person("ada"))
    sink.slow = 0.4
    assert send() == Outcome(retried=1)
    sink.slow = 0
    assert send(AT + MINUTE) == Outcome(sent=1)
    assert sink.copies["ada@example.org"] in {1, 2}
    assert len(set(sink.taken)) == 1


def test_connections_lost_one_after_the_other_end_the_run(sink: Sink, kind: TestKind) -> None:
    for name in ("ada", "bo", "cy", "di"):
        message(person(name))
    sink.hang_up = 3
    assert send() == Outcome(retried=2, server_away=True)
    assert sink.connections == 2


def test_a_sender_whose_lease_is_nearly_over_gives_back_what_it_has_not_sent(
    sink: Sink, kind: TestKind
) -> None:
    for name in ("ada", "bo"):
        message(person(name))
    times = iter([AT, AT, AT])  # the run's end, the loop, the claim; then it was frozen
    frozen = AT + sending.LONGEST_CATCHING_UP
    assert send_due(lambda: next(times, frozen)) == Outcome()
    assert not sink.taken
    assert send(frozen) == Outcome(sent=2)


def test_a_run_that_reached_the_mail_server_leaves_its_sign_of_life(sink: Sink, kind: TestKind) -> None:
    send()
    assert Heartbeat.objects.filter(part="sender").exists()


def test_a_long_run_ends_before_everything_is_sent(
    sink: Sink, kind: TestKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("csec.delivery.sending.BATCH", 1)
    for name in ("ada", "bo"):
        message(person(name))
    assert send_due(lambda: AT + timedelta(seconds=40 * len(sink.taken))) == Outcome(sent=2)


def test_one_long_run_goes_on_while_anything_is_due_and_the_others_end(
    sink: Sink, kind: TestKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("csec.delivery.sending.BATCH", 1)
    for n in range(12):
        message(person(f"n{n}"))

    def a_minute_for_each() -> datetime:
        return AT + len(sink.taken) * MINUTE

    with psycopg.connect(addresses_of_the_test_database()["DATABASE_WORKER_URL"]) as another:
        another.execute("SELECT pg_advisory_lock(%s)", [sending._CATCHING_UP])
        assert send_due(a_minute_for_each) == Outcome(sent=1)
        # Given back by word: of a connection that is closed PostgreSQL takes it back only when it comes to that.
        another.execute("SELECT pg_advisory_unlock(%s)", [sending._CATCHING_UP])
    sink.taken.clear()
    assert send_due(a_minute_for_each) == Outcome(sent=10)
    sink.taken.clear()
    with psycopg.connect(addresses_of_the_test_database()["DATABASE_WORKER_URL"]) as another:
        left = another.execute("SELECT pg_try_advisory_lock(%s)", [sending._CATCHING_UP]).fetchone()
        another.execute("SELECT pg_advisory_unlock(%s)", [sending._CATCHING_UP])
    assert left == (True,)
    assert send_due(a_minute_for_each) == Outcome(sent=1)
