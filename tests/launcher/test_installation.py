"""An installation as docker-compose.yml describes it, on this machine's servers, with production's settings."""

import contextlib
import http.client
import os
import re
import secrets
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from csec import database
from csec.bootstrap import ROOT
from csec.launcher import alive, postgres, valkey
from csec.launcher.kept import master_keys
from csec.launcher.processes import Processes
from tests.launcher import places

pytestmark = pytest.mark.launcher

HOST = "lantern.example.org"


class Installation:
    """The services of docker-compose.yml, with a `.env` of random passwords; a service's name is its host."""

    def __init__(self, processes: Processes, folder: Path) -> None:
        self.processes = processes
        self.services: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
        superuser, broker = secrets.token_urlsafe(), secrets.token_urlsafe()
        self.superuser_url = postgres.start(processes, folder / "pgdata", password=superuser, durable=False)
        self.port = postgres.free_port()
        asked = re.findall(r"\$\{(\w+):([-?])([^}]*)\}", (ROOT / "docker-compose.yml").read_text())
        # What has a default keeps it; what must be given is a random password, unless it is named below.
        self.values = {
            name: default if kind == "-" else secrets.token_urlsafe(48) for name, kind, default in asked
        }
        self.values |= {
            "POSTGRES_PASSWORD": superuser,
            "REDIS_PASSWORD": broker,
            "CSEC_MASTER_KEYS": master_keys(),
            "ALLOWED_HOSTS": HOST,
            "CSRF_TRUSTED_ORIGINS": f"https://{HOST}",
            "EMAIL_URL": "smtp://localhost:25",
            "DEFAULT_FROM_EMAIL": f"lantern@{HOST}",
        }
        self.here = {
            "//postgres:": f"//{postgres.SUPERUSER}:",
            "postgres:5432": self.superuser_url.partition("@")[2].partition("/")[0],
            "redis:6379": valkey.start(processes, folder / "valkey", password=broker)
            .partition("@")[2]
            .partition("/")[0],
            "/var/lib/lantern": str(folder),
            "0.0.0.0:8000": f"127.0.0.1:{self.port}",
        }

    def written(self, text: str) -> str:
        """A value as compose would hand it over, with the places of this machine."""
        text = re.sub(r"\$\{(\w+)[^}]*\}", lambda found: self.values[found.group(1)], text)
        for there, here in self.here.items():
            text = text.replace(there, here)
        return text

    def environment(self, service: str) -> dict[str, str]:
        """What the container of a service knows, and nothing else."""
        found = {name: self.written(text) for name, text in self.services[service]["environment"].items()}
        return {"PATH": os.environ["PATH"], **found}

    def command(self, service: str) -> list[str]:
        first, *words = map(self.written, self.services[service]["command"])
        assert first == "python"
        return [sys.executable, *words]

    def prepare(self) -> None:
        """Run the service that makes roles and tables."""
        self.processes.run(
            "prepare", self.command("prepare"), env=self.environment("prepare"), failure="Not prepared"
        )

    def get(self, path: str) -> tuple[int, str]:
        """Ask the web server as the proxy does."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("GET", path, headers={"Host": HOST, "X-Forwarded-Proto": "https"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Every service, started in the order of compose; a second preparation changes nothing."""
    folder = tmp_path_factory.mktemp("installation")
    with Processes(folder / "log") as processes:
        made = Installation(processes, folder)
        made.prepare()
        made.prepare()
        for service in ("web", "worker", "beat"):
            processes.start(service, made.command(service), env=made.environment(service))
        yield made
    places.remove(folder / "pgdata")


def until(installation: Installation, ready: Callable[[], bool]) -> None:
    installation.processes.wait_until(ready, seconds=90, otherwise="Waited 90 seconds in vain.")


@pytest.fixture(autouse=True)
def _the_host_that_the_health_check_asks_for(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", HOST)


def test_every_health_check_turns_green(installation, monkeypatch):
    monkeypatch.setenv("DATABASE_WORKER_URL", installation.environment("worker")["DATABASE_WORKER_URL"])
    until(installation, lambda: alive.web(installation.port))
    until(installation, lambda: alive.sign_of_life("clock") and alive.sign_of_life("worker"))


def test_the_first_page_asks_for_a_sign_in_and_its_styles_are_there(installation):
    until(installation, lambda: alive.web(installation.port))
    status, page = installation.get("/account/sign-in/")
    assert status == 200
    assert "Forgot your password?" in page
    styles = re.findall(r'<link[^>]+href="(/static/[^"]+\.css)"', page)
    assert styles
    for address in styles:
        assert installation.get(address)[0] == 200


def test_there_is_no_one_click_sign_in(installation):
    until(installation, lambda: alive.web(installation.port))
    assert installation.get("/demo/")[0] == 404


def test_the_web_server_is_not_the_owner(installation):
    owner_url = installation.environment("web")["DATABASE_URL"]
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(owner_url, connect_timeout=5)


def test_a_backup_is_restored_into_an_empty_database(installation, tmp_path):
    known = installation.environment("prepare")
    tools = postgres.find_binaries()
    dump = tmp_path / "lantern.dump"
    dumping = [tools / "pg_dump", "--format=custom", f"--file={dump}", known["DATABASE_URL"]]
    subprocess.run(dumping, check=True)
    known = {
        name: database.with_database(value, "restored") if re.match(r"DATABASE_(?!ADMIN)", name) else value
        for name, value in known.items()
    }
    database.prepare_from(known)
    target = database.with_database(known["DATABASE_ADMIN_URL"], "restored")
    restoring = [tools / "pg_restore", "--exit-on-error", f"--dbname={target}", dump]
    subprocess.run(restoring, check=True)
    with psycopg.connect(known["DATABASE_APP_URL"]) as connection:
        row = connection.execute("SELECT count(*) FROM protocols_protocolversion").fetchone()
        assert row == (1,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT * FROM audit_event")


def test_the_first_person_is_made_as_the_handbook_has_it(installation):
    handbook = (ROOT / "docs" / "operations.md").read_text()
    (words,) = re.findall(r"python manage\.py (make_first_liaison .*)", handbook)
    making = [sys.executable, "manage.py", *shlex.split(words)]
    known = installation.environment("web")
    said = subprocess.run(making, cwd=ROOT, env=known, check=True, capture_output=True, text=True).stdout
    assert f"https://{HOST}/account/password/reset/key/" in said
    again = subprocess.run(making, cwd=ROOT, env=known, check=False, capture_output=True, text=True)
    assert "already" in again.stderr
    with psycopg.connect(installation.environment("worker")["DATABASE_WORKER_URL"]) as connection:
        roles = connection.execute("SELECT role FROM accounts_membership").fetchall()
    assert roles == [("liaison",)]
