"""What manage.py says where the product cannot run, and that it can say it there."""

import ast
import fcntl
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import django
import pytest

from csec import bootstrap
from csec.bootstrap import ROOT

# Starts manage.py in a Python that says it is another one.
PRETEND = """
import runpy, sys
sys.version_info = ({version}, 0, "final", 0)
sys.argv = ["manage.py", *{arguments}]
runpy.run_path("manage.py", run_name="__main__")
"""


@pytest.fixture(scope="module")
def manage() -> ModuleType:
    spec = importlib.util.spec_from_file_location("manage", ROOT / "manage.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_manage_py_is_read_by_an_old_python():
    ast.parse((ROOT / "manage.py").read_text(), feature_version=(3, 6))


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_a_supported_python_is_not_refused(manage, version):
    assert manage.wrong_python(version) == ""


@pytest.mark.parametrize("version", [(3, 6), (3, 10), (3, 14)])
def test_another_python_is_refused_with_what_to_use(manage, version):
    said = manage.wrong_python(version)
    assert f"{version[0]}.{version[1]} was started" in said
    assert "Python 3.11, 3.12 or 3.13" in said
    assert "docker compose" in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("system", "libc"), [("linux", "glibc 2.28"), ("linux", "glibc 2.36"), ("darwin", "")]
)
def test_a_supported_system_is_not_refused(manage, system, libc):
    assert manage.wrong_system(system, libc) == ""


@pytest.mark.parametrize(
    ("system", "libc", "named"),
    [
        ("win32", "", "Windows"),
        ("linux", "", "musl"),
        ("linux", "glibc 2.17", "glibc 2.17"),
        ("aix", "", "aix"),
    ],
)
def test_another_system_is_named_and_sent_to_docker_compose(manage, system, libc, named):
    said = manage.wrong_system(system, libc)
    assert f"not on {'Linux with ' if system == 'linux' else ''}{named}" in said
    assert "docker compose" in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("version", "arguments", "said"),
    [("3, 10", ["--version"], django.get_version()), ("3, 14", ["demo"], "CSEC_ENV is production here")],
    ids=["a command", "the demo"],
)
def test_whatever_python_was_started_it_goes_on_in_a_venv_that_will_do(version, arguments, said):
    if not bootstrap.in_venv():
        pytest.skip("these tests run without the .venv of the checkout")
    base = getattr(sys, "_base_executable", sys.executable)
    ran = subprocess.run(
        [base, "-c", PRETEND.format(version=version, arguments=arguments)],
        cwd=ROOT,
        env={**os.environ, "CSEC_ENV": "production"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.stdout + ran.stderr).startswith(said)


@pytest.fixture
def beside_a_demo(
    manage: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """A checkout in which a demo runs, and a shell that has set no address."""
    kept = {"DATABASE_URL": "its", "DATABASE_APP_URL": "its", "REDIS_URL": "its", "CSEC_MASTER_KEYS": "its"}
    monkeypatch.setattr(manage, "ROOT", tmp_path)
    monkeypatch.setattr(os, "environ", {"PATH": os.environ["PATH"], "CSEC_MASTER_KEYS": "the shell's"})
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "environment.json").write_text(json.dumps(kept))
    with (tmp_path / "var" / "launcher.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield kept


def test_a_command_beside_a_running_demo_takes_all_that_it_left(manage, beside_a_demo):
    manage.join_running_demo()
    assert {name: os.environ[name] for name in beside_a_demo} == beside_a_demo


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_APP_URL", "DATABASE_AUDIT_URL", "REDIS_URL"])
def test_a_shell_with_an_address_of_its_own_takes_nothing_of_the_demo(manage, beside_a_demo, name):
    os.environ[name] = "the shell's"
    before = dict(os.environ)
    manage.join_running_demo()
    assert os.environ == before
