"""What must be in no file of the repository, whoever writes it."""

import subprocess

import pytest

from csec.bootstrap import ROOT

# In two pieces, or this file would be the one that is found.
HOSTS = [
    a + "." + b
    for a, b in (
        ("pypi", "org"),
        ("files.pythonhosted", "org"),
        ("registry.npmjs", "org"),
        ("deb.debian", "org"),
        ("proxy.golang", "org"),
        ("registry-1.docker", "io"),
        ("ghcr", "io"),
    )
]


def test_no_file_names_the_host_of_a_package_registry():
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    patterns = [word for host in HOSTS for word in ("-e", host)]
    found = subprocess.run(
        ["git", "grep", "--untracked", "--fixed-strings", "-l", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout == ""
    assert found.returncode == 1, found.stderr


@pytest.mark.parametrize("name", ["requirements", "requirements-embedded", "requirements-test"])
def test_a_lock_pins_every_package_by_hash_and_says_how_it_is_made(name):
    lock = (ROOT / f"{name}.txt").read_text()
    pins = [line for line in lock.splitlines() if line and not line.startswith((" ", "#"))]
    assert pins
    assert all("==" in line and line.endswith("\\") for line in pins)
    assert "index-url" not in lock
    assert f"{name}.in -o {name}.txt" in (ROOT / f"{name}.in").read_text()
