"""The chain that wakes the product: the clock rings, Redis carries it, the worker writes to the database."""

import os
import re
import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models.functions import Now

from csec.delivery.models import Heartbeat
from csec.launcher import alive, demo, valkey
from csec.launcher.processes import Processes
from tests.delivery.addresses import addresses_of_the_test_database


@pytest.mark.django_db(transaction=True)
def test_a_real_clock_and_a_real_worker_leave_their_signs_of_life(tmp_path: Path) -> None:
    assert not Heartbeat.objects.exists()
    with Processes(tmp_path / "log") as processes:
        broker = os.environ.get("REDIS_URL") or valkey.start(
            processes, tmp_path / "valkey", password=secrets.token_urlsafe(24)
        )
        found = {**addresses_of_the_test_database(), "REDIS_URL": broker, "CSEC_VAR": str(tmp_path)}
        for name in ("worker", "beat"):
            demo.start(processes, name, found, address="")
        processes.wait_until(
            lambda: {"clock", "worker", "sender"} <= set(Heartbeat.objects.values_list("part", flat=True)),
            seconds=50,
            otherwise="The clock, the worker and the sender left no sign of life in 50 seconds.",
        )
        # What the worker does not know it throws away, whoever waits for it.
        known = set(re.findall(r"^  \. (\S+)$", (tmp_path / "log" / "worker.log").read_text(), re.MULTILINE))
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= known


@pytest.mark.django_db(transaction=True)
def test_a_health_check_goes_by_the_age_of_the_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_WORKER_URL", addresses_of_the_test_database()["DATABASE_WORKER_URL"])
    assert not alive.sign_of_life("clock")
    signs = Heartbeat.objects.using("owner")
    signs.create(part="clock", at=Now() - timedelta(seconds=alive.SECONDS - 30))
    signs.create(part="worker", at=Now() - timedelta(seconds=alive.SECONDS + 1))
    assert alive.sign_of_life("clock")
    assert not alive.sign_of_life("worker")
