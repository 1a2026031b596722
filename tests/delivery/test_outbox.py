"""The outbox: a message exists once, is claimed by one sender, and is marked only by whoever holds it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from csec.delivery import outbox
from csec.delivery.models import Message
from tests.delivery.sink import message, person
from tests.make import AT

AS_OWNER = True

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)

MANY = (
    "SELECT md5(n::text)::uuid AS subject, NULL::uuid AS case_id, 'test' AS kind, %(due)s::timestamptz AS due,"
    " u.id AS recipient, 0 AS level, %(due)s::timestamptz AS send_after"
    " FROM generate_series(1, %(count)s) AS n, accounts_user AS u"
)


def reload(one: Message) -> Message:
    return Message.objects.get(pk=one.pk)


def test_the_same_sweep_again_writes_nothing() -> None:
    person("ada")
    given = {"due": AT, "count": 20}
    assert outbox.enqueue(MANY, given, at=AT) == 20
    with CaptureQueriesContext(connection) as asked:
        assert outbox.enqueue(MANY, given, at=AT) == 0
    assert len(asked) == 1


@pytest.mark.django_db(transaction=True)
def test_ten_sweeps_at_once_write_each_message_once() -> None:
    person("ada")

    def sweep(_n: int) -> int:
        try:
            return outbox.enqueue(MANY, {"due": AT, "count": 500}, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(sweep, range(10))) == 500
    assert Message.objects.count() == 500


def test_another_level_or_another_day_is_another_message() -> None:
    ada, subject = person("ada"), uuid4()
    message(ada, subject=subject)
    message(ada, subject=subject, level=1)
    message(ada, subject=subject, at=AT + timedelta(days=1))
    assert Message.objects.filter(subject=subject).count() == 3


def test_nothing_is_claimed_before_it_is_due() -> None:
    ada = person("ada")
    message(ada, at=AT + MINUTE)
    assert outbox.claim(10, AT) == []
    assert len(outbox.claim(10, AT + MINUTE)) == 1


def test_what_is_claimed_is_not_claimed_again_until_its_lease_ends(settings: Any) -> None:
    settings.DELIVERY_LEASE_SECONDS = 120
    message(person("ada"))
    [first] = outbox.claim(10, AT)
    assert first.leased_until == AT + timedelta(seconds=120)
    assert outbox.claim(10, AT + timedelta(seconds=119)) == []
    [second] = outbox.claim(10, AT + timedelta(seconds=120))
    assert second.id == first.id
    assert second.lease != first.lease


@pytest.mark.django_db(transaction=True)
def test_many_senders_at_once_claim_each_message_once() -> None:
    person("ada")
    outbox.enqueue(MANY, {"due": AT, "count": 400}, at=AT)

    def claim(_n: int) -> list[Message]:
        try:
            return outbox.claim(20, AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        claimed = [one.id for batch in pool.map(claim, range(30)) for one in batch]
    assert len(claimed) == len(set(claimed)) == 400


@pytest.mark.parametrize("mark", ["mark_sent", "mark_retry", "mark_failed", "withdraw", "put_off"])
def test_a_sender_whose_lease_passed_to_another_marks_nothing(mark: str) -> None:
    message(person("ada"))
    [stale] = outbox.claim(10, AT)
    later = AT + outbox.lease_length()
    [current] = outbox.claim(10, later)
    before = Message.objects.filter(pk=stale.pk).values().get()
    assert getattr(outbox, mark)(stale, later) is False
    assert outbox.give_back([stale], later) == 0
    assert Message.objects.filter(pk=stale.pk).values().get() == before
    assert outbox.mark_sent(current, later) is True
    assert outbox.mark_sent(current, later) is False


def test_a_sender_that_is_late_and_was_not_overtaken_still_marks() -> None:
    message(person("ada"))
    [mine] = outbox.claim(10, AT)
    assert outbox.mark_sent(mine, AT + timedelta(hours=1))
    sent = reload(mine)
    assert (sent.state, sent.attempts, sent.lease) == ("sent", 1, None)


def test_pauses_double_up_to_half_an_hour_and_the_twelfth_attempt_is_the_last() -> None:
    message(person("ada"))
    at, pauses = AT, []
    while (batch := outbox.claim(10, at)) and len(pauses) < 20:
        outbox.mark_retry(batch[0], at, code=451)
        now = reload(batch[0])
        if now.state == "failed":
            break
        pauses.append(int((now.next_try_at - at) / MINUTE))
        at = now.next_try_at
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30, 30, 30, 30]
    failed = Message.objects.failed().get()
    assert (failed.attempts, failed.error, failed.failed_at) == (12, 451, at)


def test_what_was_not_tried_is_given_back_at_once_and_without_an_attempt() -> None:
    message(person("ada"))
    batch = outbox.claim(10, AT)
    assert outbox.give_back(batch, AT) == 1
    [again] = outbox.claim(10, AT)
    assert again.attempts == 0


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        pytest.param({"state": "sent"}, "state_has_its_time", id="sent without a time"),
        pytest.param({"failed_at": AT}, "state_has_its_time", id="failed and waiting"),
        pytest.param({"state": "lost"}, "state_has_its_time", id="no such state"),
        pytest.param({"lease": uuid4()}, "is_leased_while_waiting", id="a lease without an end"),
        pytest.param(
            {"state": "sent", "sent_at": AT, "lease": uuid4(), "leased_until": AT},
            "is_leased_while_waiting",
            id="sent and leased",
        ),
        pytest.param({"error": 42}, "error_is_a_reply_code", id="no reply code"),
    ],
)
def test_the_database_refuses_a_message_in_no_state(values: dict[str, Any], constraint: str) -> None:
    one = message(person("ada"))
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Message.objects.filter(pk=one.pk).update(**values)


def test_a_row_holds_no_words_no_name_and_no_address() -> None:
    columns = {field.get_internal_type() for field in Message._meta.concrete_fields}
    texts = {
        field.name for field in Message._meta.concrete_fields if field.get_internal_type() == "CharField"
    }
    assert "TextField" not in columns
    assert texts == {"kind", "state"}
