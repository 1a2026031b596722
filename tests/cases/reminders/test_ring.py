"""After a sweep that wrote something the sender is woken at once; with nobody to ring, it sends at its own minute."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
import redis

from csec.bootstrap import ROOT
from csec.delivery.models import Message
from tests import make
from tests.delivery.addresses import addresses_of_the_test_database

pytestmark = pytest.mark.django_db(transaction=True)

#: A database of the broker in which no worker looks for anything.
BESIDE = urlsplit(os.environ["REDIS_URL"])._replace(path="/9").geturl()
NOBODY = "redis://127.0.0.1:1/0"
SWEEP = "import django; django.setup(); from cases.tasks import sweep; sweep()"


def sweep(broker: str) -> str:
    """The task as a worker runs it, in a process of its own; what it logged."""
    done = subprocess.run(
        [sys.executable, "-c", SWEEP],
        cwd=ROOT,
        env={
            **os.environ,
            **addresses_of_the_test_database(),
            "CSEC_PROCESS": "worker",
            "DJANGO_SETTINGS_MODULE": "csec.settings",
            "EMAIL_URL": "consolemail://",
            "REDIS_URL": broker,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr


def rung() -> list[str]:
    """What lies in the broker, which is emptied."""
    with redis.Redis.from_url(BESIDE) as broker:
        found = [str(one) for one in broker.lrange("celery", 0, -1)]  # type: ignore[union-attr]
        broker.flushdb()
    return found


def test_it_rings_once_when_something_was_written_and_not_when_there_was_nothing() -> None:
    rung()
    make.concern(make.Staff())
    sweep(BESIDE)
    (message,) = rung()
    assert "csec.delivery.tasks.send_outbox" in message
    assert Message.objects.using("owner").waiting().exists()
    sweep(BESIDE)
    assert rung() == []


@pytest.mark.faults
def test_without_a_broker_what_was_written_waits_for_the_next_minute() -> None:
    make.concern(make.Staff())
    assert "The broker cannot be reached" in sweep(NOBODY)
    assert Message.objects.using("owner").waiting().exists()
