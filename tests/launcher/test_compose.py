"""An installation runs what the demo runs: docker-compose.yml is compared with the launcher's commands."""

import re
from typing import Any

import pytest
import yaml

from csec import database
from csec.bootstrap import ROOT
from csec.launcher import commands


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return found


@pytest.mark.parametrize("name", list(commands.COMMANDS))
def test_a_process_runs_the_same_command(services, name):
    expected = [word.format(address="0.0.0.0:8000") for word in commands.COMMANDS[name]]
    assert services[name]["command"] == ["python", "-m", *expected]
    assert services[name]["environment"]["CSEC_PROCESS"] == commands.PROCESS_KINDS[name]


def test_postgres_has_the_same_settings(services):
    assert services["postgres"]["image"] == "postgres:18"
    assert services["postgres"]["command"] == ["postgres", *commands.POSTGRES_SETTINGS]
    assert services["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split() == list(
        commands.INITDB_SETTINGS
    )


def test_redis_has_the_same_settings(services):
    command = services["redis"]["command"]
    assert tuple(command[-len(commands.REDIS_SETTINGS) :]) == commands.REDIS_SETTINGS


def test_only_the_preparation_can_sign_in_as_owner_or_superuser(services):
    for name in commands.COMMANDS:
        environment = services[name]["environment"]
        assert "DATABASE_ADMIN_URL" not in environment
        assert "OWNER_PASSWORD" not in environment["DATABASE_URL"]
    assert "OWNER_PASSWORD" in services["prepare"]["environment"]["DATABASE_URL"]


def test_the_preparation_knows_every_login_and_comes_before_the_processes(services):
    assert services["prepare"]["command"] == ["python", "-m", "csec.launcher.prepare"]
    assert set(database.GROUPS) <= set(services["prepare"]["environment"])
    for name in commands.COMMANDS:
        assert services[name]["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}


def test_no_process_is_the_demo(services):
    for name in ("prepare", *commands.COMMANDS):
        assert services[name]["environment"]["CSEC_ENV"] == "production"


def test_every_value_that_compose_asks_for_is_in_the_example():
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    example = (ROOT / ".env.example").read_text()
    assert asked == set(re.findall(r"^(\w+)=", example, re.MULTILINE))
    for secret in (name for name in asked if re.search(r"PASSWORD|KEY", name)):
        assert re.search(rf"^{secret}=$", example, re.MULTILINE), f"{secret} has a value in the example"


def test_every_variable_that_the_settings_read_is_explained_in_the_example():
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', (ROOT / "csec" / "settings.py").read_text()))
    assert {"SECRET_KEY", "ALLOWED_HOSTS"} <= read
    # CSEC_DEMO is refused in production, and has no effect elsewhere.
    read = read - {"CSEC_DEMO"} | {"DATABASE_ADMIN_URL", *database.GROUPS}
    named = re.findall(r"^(?:# )?(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert read <= set(named)


def test_the_image_holds_only_what_the_product_runs_on():
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "-r requirements.txt" in dockerfile
    assert "requirements-" not in dockerfile
    assert "USER lantern" in dockerfile
    assert (ROOT / ".dockerignore").read_text().splitlines()[1] == "*"
