"""Production has no demo: not its settings, not its command, not its addresses."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOOK = """
import django; django.setup()
from django.urls import Resolver404, resolve
resolve("/")
for address in ("/demo/", "/demo/sign-in/", "/styleguide/"):
    try:
        resolve(address)
    except Resolver404:
        print("absent", address)
"""


def run(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "csec.settings", "CSEC_ENV": "production", **env},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_production_settings_refuse_the_demo() -> None:
    refused = run("-m", "django", "check", CSEC_DEMO="1")
    assert refused.returncode != 0
    assert "production settings refuse" in refused.stderr


def test_production_does_not_know_make_demo() -> None:
    refused = run("-m", "django", "make_demo")
    assert refused.returncode != 0
    assert "make_demo" in refused.stderr


def test_production_has_no_address_of_the_demo() -> None:
    looked = run("-c", LOOK)
    assert looked.returncode == 0, looked.stderr
    assert looked.stdout.split() == ["absent", "/demo/", "absent", "/demo/sign-in/", "absent", "/styleguide/"]
