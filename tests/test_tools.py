"""The tools stay green: each is run as a developer runs it, and shows what it found."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent

PRODUCTION = {
    "CSEC_ENV": "production",
    "SECRET_KEY": "0123456789" * 6 + "abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "lantern.example.org",
    "EMAIL_URL": "smtp://localhost:25",
}


def run(*command: str, env: dict[str, str] | None = None) -> None:
    """Run a tool from the environment that the tests run in; fails with all that it says."""
    result = subprocess.run(
        [str(TOOLS / command[0]), *command[1:]],
        cwd=ROOT,
        env={**_clean(), **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def _clean() -> dict[str, str]:
    """The environment without what the browser tests need and production forbids."""
    return {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}


def test_ruff_finds_nothing() -> None:
    run("ruff", "check", "--no-cache", ".")


def test_every_file_is_formatted() -> None:
    run("ruff", "format", "--no-cache", "--check", ".")


def test_the_types_hold() -> None:
    run("mypy", "csec", "cases", "protocols", "district", "drills")


def test_the_templates_are_formatted() -> None:
    run("djade", "--check", *[str(path) for path in sorted((ROOT / "templates").rglob("*.html"))])


def test_imports_run_one_way() -> None:
    run("lint-imports", "--no-cache")


def test_every_change_of_a_model_has_its_migration() -> None:
    run("python", "manage.py", "makemigrations", "--check", "--dry-run")


def test_production_settings_pass_djangos_own_check() -> None:
    run("python", "manage.py", "check", "--deploy", "--fail-level", "WARNING", env=PRODUCTION)


@pytest.mark.parametrize("path", ["csec", "cases", "protocols", "district", "drills"])
def test_nobody_reads_the_clock_below_views_tasks_and_commands(path: str) -> None:
    allowed = ("views", "tasks.py", "management", "migrations", "launcher", "bootstrap.py", "demo")
    for file in (ROOT / path).rglob("*.py"):
        if any(part in allowed for part in file.relative_to(ROOT).parts):
            continue
        text = file.read_text()
        for word in ("timezone.now(", "datetime.now(", "date.today(", "auto_now"):
            assert word not in text, f"{file.relative_to(ROOT)}: {word}"


def test_no_file_of_ours_is_longer_than_300_lines() -> None:
    for folder in ("csec", "cases", "protocols", "district", "drills"):
        for file in (ROOT / folder).rglob("*.py"):
            if "migrations" not in file.parts:
                assert len(file.read_text().splitlines()) <= 300, file.relative_to(ROOT)
