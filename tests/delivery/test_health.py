"""Silence is a failure: it shows on every page, at /healthz, and in the exit code of `check_reminders`."""

import contextlib
import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.audit.log import record
from csec.celery import app
from csec.delivery import health, outbox, ticks
from csec.delivery.health import Health
from csec.delivery.heartbeat import CONTRADICTED, PARTS, UNHEARD, beat, log_refused
from csec.delivery.models import ClockAlarm, Heartbeat, Message
from csec.launcher.postgres import free_port
from tests import make
from tests.delivery.sink import message, person

AS_OWNER = True

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
CALM = "Reminders are delayed; your list is complete."
RED = "Reminders are not going out as they should."


@pytest.fixture
def now() -> datetime:
    """The present, at which every part has just been heard of."""
    for part in PARTS:
        beat(part)
    return ticks.database_now()


def silence(*parts: str) -> None:
    Heartbeat.objects.filter(part__in=parts).update(at=ticks.database_now() - 6 * MINUTE)


def unsealed(now: datetime) -> None:
    record("case_viewed", actor=None)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit_event SET at = at - interval '6 minutes'")


def refused(now: datetime) -> None:
    log_refused()


def contradicted(now: datetime) -> None:
    beat(CONTRADICTED)


def unheard(now: datetime) -> None:
    beat(UNHEARD)


def jump() -> None:
    ClockAlarm(boot=ticks.boot_id(), opened_at=make.AT, jump_seconds=7200).save(force_insert=True)


def one_failed(now: datetime) -> None:
    message(person("gone"), at=now)
    [claimed] = outbox.claim(1, now)
    outbox.mark_failed(claimed, now, code=550)


def test_all_is_well_while_every_part_is_heard_of(now: datetime) -> None:
    # What was just logged may wait for its seal (log_unsealed_since).
    record("case_viewed", actor=None)
    assert health.state(now) == Health((), 0, clock_alarm=False, oldest_due_unsent=None)
    assert health.state(now).ok


@pytest.mark.parametrize("part", PARTS)
def test_five_minutes_of_silence_of_one_part_are_a_failure(part: str, now: datetime) -> None:
    at = Heartbeat.objects.get(part=part).at
    Heartbeat.objects.exclude(part=part).update(at=at + 5 * MINUTE)
    assert health.state(at + 5 * MINUTE - timedelta(seconds=1)).ok
    assert health.state(at + 5 * MINUTE).silent_parts == (part,)
    assert not health.state(at + 5 * MINUTE).ok


def test_a_part_that_was_never_heard_of_is_silent(now: datetime) -> None:
    Heartbeat.objects.filter(part="sweep").delete()
    assert health.state(now).silent_parts == ("sweep",)


def test_a_message_that_nobody_tried_for_five_minutes_is_late(now: datetime) -> None:
    due = now - 6 * MINUTE
    one = message(person("ada"), at=due)
    assert health.state(now).oldest_due_unsent == due
    assert not health.state(now).ok
    Message.objects.filter(pk=one.pk).update(attempts=1)
    assert health.state(now).ok


def test_a_message_that_was_written_late_is_not_late_yet(now: datetime) -> None:
    one = message(person("ada"), at=now - 60 * MINUTE)
    Message.objects.filter(pk=one.pk).update(created_at=now)
    assert health.state(now).ok


def test_messages_that_failed_are_counted_for_a_day(now: datetime) -> None:
    one_failed(now)
    assert health.state(now).failed == 1
    assert health.state(now).ok
    assert health.state(now + timedelta(hours=25)).failed == 0


# /healthz


def healthz() -> tuple[int, str, str]:
    answer = Client().get("/healthz")
    return answer.status_code, answer.content.decode(), answer["Content-Type"]


def test_healthz_says_ok_without_sign_in_and_without_data(now: datetime) -> None:
    one_failed(now)
    assert healthz() == (200, "ok\n", "text/plain; charset=utf-8")


def test_healthz_is_503_when_a_part_is_silent(now: datetime) -> None:
    silence("sender")
    assert healthz() == (503, "not ok\n", "text/plain; charset=utf-8")


@pytest.mark.parametrize("happens", [unsealed, refused, contradicted, unheard])
def test_healthz_is_503_while_the_log_is_not_as_it_should_be_or_nobody_can_be_told(
    happens: Callable[[datetime], None], now: datetime
) -> None:
    record("case_viewed", actor=None)
    assert healthz()[0] == 200
    happens(now)
    assert healthz() == (503, "not ok\n", "text/plain; charset=utf-8")
    # No banner for it: reminders go out, and the liaison is told of it by a message.
    assert health.state(now).ok


@contextlib.contextmanager
def no_database() -> Iterator[None]:
    settings = connections["default"].settings_dict
    port = settings["PORT"]
    connections["default"].close()
    settings["PORT"] = free_port()
    try:
        yield
    finally:
        connections["default"].close()
        settings["PORT"] = port


@pytest.mark.django_db(transaction=True)
def test_healthz_and_the_command_stand_when_the_database_is_gone() -> None:
    with no_database():
        assert healthz() == (503, "not ok\n", "text/plain; charset=utf-8")
        assert check()[0] == 2


# check_reminders


def check(*arguments: str) -> tuple[int, str]:
    said = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("check_reminders", *arguments, stdout=said, stderr=said)
    return int(str(left.value.code)), said.getvalue()


@pytest.mark.parametrize(
    ("happens", "code"),
    [
        pytest.param(lambda now: None, 0, id="nothing"),
        pytest.param(one_failed, 1, id="a message failed"),
        pytest.param(lambda now: jump(), 1, id="the clock jumped"),
        pytest.param(lambda now: silence("clock"), 2, id="the clock is silent"),
        pytest.param(lambda now: message(person("ada"), at=now - 10 * MINUTE), 2, id="a message is late"),
        pytest.param(unsealed, 2, id="the log is not sealed"),
        pytest.param(refused, 2, id="the log refuses events"),
        pytest.param(contradicted, 2, id="the log is not the one that was anchored"),
        pytest.param(unheard, 2, id="nobody can be told"),
    ],
)
def test_the_exit_code_says_how_it_stands(
    happens: Callable[[datetime], Any], code: int, now: datetime
) -> None:
    happens(now)
    found, said = check()
    assert found == code
    assert "example.org" not in said


def test_the_command_prints_counts_only(now: datetime) -> None:
    silence("worker")
    one_failed(now)
    jump()
    assert check()[1].splitlines() == [
        "silent parts: 1 of 4 worker",
        "minutes that the oldest message is late: 0",
        "messages that failed in the last day: 1",
        "clock alarm: open",
        "minutes that the log waits for its seal: 0",
        "log: takes events",
        "chain of the log: agrees",
        "nobody can be told of: nothing",
    ]


def test_a_named_operator_accepts_the_clock(now: datetime) -> None:
    jump()
    assert check("--accept-clock", "Ola Operator")[0] == 0
    assert ClockAlarm.objects.get().accepted_by == "Ola Operator"
    with pytest.raises(CommandError, match="name"):
        call_command("check_reminders", "--accept-clock", "")


# The banner


def signed_in(person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.get(reverse("home")).content.decode()


def test_while_all_is_well_no_page_says_anything(now: datetime) -> None:
    staff = make.Staff()
    for somebody in (staff.counselor, staff.liaison):
        page = signed_in(somebody)
        assert CALM not in page
        assert RED not in page


def test_silence_is_red_for_who_has_to_step_in_and_one_calm_line_for_the_others(now: datetime) -> None:
    staff = make.Staff()
    silence("sweep")
    for somebody in (staff.administrator, staff.liaison):
        page = signed_in(somebody)
        assert RED in page
        assert CALM not in page
    for somebody in (staff.teacher, staff.counselor, staff.social_worker, staff.sro, staff.counsel):
        page = signed_in(somebody)
        assert RED not in page
        assert CALM in page


def test_a_clock_that_jumped_is_told_to_who_has_to_step_in(now: datetime) -> None:
    staff = make.Staff()
    jump()
    assert RED in signed_in(staff.administrator)
    assert CALM not in signed_in(staff.counselor)


def banner(role: str | None) -> tuple[str, int]:
    """The banner on a page of somebody with a role (or on a public one), and how many queries it took."""
    request = HttpRequest()
    if role:
        request.user = type("Person", (), {"roles": frozenset({role})})()
        request.at = ticks.database_now()  # type: ignore[attr-defined]
    with CaptureQueriesContext(connection) as asked:
        text = render_to_string("delivery/_banner.html", {"request": request})
    return text.strip(), len(asked)


@pytest.mark.parametrize("silent", [False, True])
def test_the_banner_costs_one_query_and_none_on_a_public_page(silent: bool, now: datetime) -> None:
    if silent:
        silence(*PARTS)
    for role in Role:
        assert banner(role)[1] == 1
    assert banner(None) == ("", 0)


# The broker


def test_no_page_connects_to_the_broker(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    staff = make.Staff()
    with socket.create_server(("127.0.0.1", 0)) as broker:
        broker.settimeout(0.05)
        address = f"redis://127.0.0.1:{broker.getsockname()[1]}/0"
        # In this order: the second is read from the first, and put back as it was read.
        monkeypatch.setattr(app.conf, "broker_write_url", address)
        monkeypatch.setattr(app.conf, "broker_url", address)
        client = Client()
        client.force_login(staff.counselor)
        for path in (reverse("home"), reverse("cases:cases"), reverse("cases:new_concern"), "/healthz"):
            assert client.get(path).status_code == 200
        with pytest.raises(TimeoutError):
            broker.accept()
