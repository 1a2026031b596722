"""The demo signs anybody in with one click: it never does so among real people."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from csec.accounts.models import User
from csec.database import NotPrepared
from csec.demo.calendar import SchoolClock
from csec.demo.making import ZONE
from csec.demo.people import describe, make_people
from csec.directory.models import School
from csec.launcher import environment
from csec.launcher.kept import Secrets
from csec.launcher.processes import Processes

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 10, 20, 22, 0, tzinfo=UTC)


def start_demo(folder: Path) -> dict[str, str]:
    """What `demo` does with the database of DATABASE_URL, before anything else is done with it."""
    with Processes(folder / "log") as processes:
        return environment.databases(
            processes, folder, Secrets(folder / "secrets.json"), demo=True, durable=False
        )


@pytest.fixture
def _own_database(monkeypatch: Any) -> None:
    """The addresses of this test's database, as somebody with a server of their own sets them."""
    known = connections["owner"].settings_dict
    place = f"{known['HOST']}:{known['PORT']}/{known['NAME']}"
    monkeypatch.setenv("DATABASE_URL", f"postgresql://{known['USER']}:{known['PASSWORD']}@{place}")
    for name in ("DATABASE_APP_URL", "DATABASE_WORKER_URL", "DATABASE_AUDIT_URL"):
        monkeypatch.setenv(name, f"postgresql://somebody:x@{place}")


def test_the_demo_is_refused_in_one_sentence_where_production_is_set() -> None:
    refused = subprocess.run(
        [sys.executable, "manage.py", "demo"],
        cwd=ROOT,
        env={**os.environ, "CSEC_ENV": "production"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr.startswith("CSEC_ENV is production here, and the demo signs anybody in")
    assert refused.stderr.count("\n") == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_own_database")
@pytest.mark.parametrize("what", ["a person", "a school"])
def test_a_database_that_somebody_uses_is_refused_before_anything_is_changed_in_it(
    tmp_path: Path, what: str
) -> None:
    if what == "a person":
        User.objects.create_user(email="counselor@example.org", name="Kim Example")
    else:
        School.objects.create(name="Example High School")
    with pytest.raises(NotPrepared) as refused:
        start_demo(tmp_path)
    said = str(refused.value)
    assert "holds people or schools that the demo did not make" in said
    assert "give DATABASE_URL an empty database" in said
    assert connections["owner"].settings_dict["PASSWORD"] not in said
    assert not (tmp_path / "secrets.json").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_own_database")
@pytest.mark.parametrize("made", [False, True], ids=["empty", "made by the demo"])
def test_an_empty_database_and_the_demos_own_are_taken(tmp_path: Path, made: bool) -> None:
    if made:
        make_people(describe(), SchoolClock.around(NOW, ZONE))
    assert start_demo(tmp_path)["DATABASE_URL"] == os.environ["DATABASE_URL"]


@pytest.mark.django_db
def test_among_real_people_nothing_is_made() -> None:
    User.objects.create_user(email="counselor@example.org", name="Kim Example")
    with pytest.raises(
        CommandError, match=r"^This database holds people or schools that the demo did not make"
    ):
        call_command("make_demo")
    assert [person.name for person in User.objects.all()] == ["Kim Example"]
    assert not School.objects.exists()
