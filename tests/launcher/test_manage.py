"""What manage.py says where the product cannot run, and that it can say it there."""

import ast
import importlib.util
from types import ModuleType

import pytest

from csec.bootstrap import ROOT


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
