"""Real servers for the tests of the launcher: a PostgreSQL of its own, and demos in a copy of the checkout."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from csec.bootstrap import ROOT
from csec.launcher import postgres
from csec.launcher.processes import Processes
from tests.launcher import checkout as copies
from tests.launcher import places
from tests.launcher.checkout import SECONDS, Demo


@pytest.fixture(scope="module")
def superuser_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The superuser's address of a fresh server."""
    folder: Path = tmp_path_factory.mktemp("server")
    with Processes(folder / "log") as processes:
        yield postgres.start(processes, folder / "pgdata", password="a-secret", durable=False)
    places.remove(folder / "pgdata")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of what the repository holds, with the same `.venv`."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout: what belongs to it is not known")
    folder = tmp_path_factory.mktemp("checkout")
    copies.copy_to(folder)
    yield folder
    copies.remove(folder)


@pytest.fixture
def start(checkout: Path) -> Iterator[Callable[..., Demo]]:
    """Start demos; what a test leaves running is stopped, and nothing of it remains."""
    started: list[Demo] = []

    def begin(*arguments: str, **options: list[str]) -> Demo:
        started.append(Demo(checkout, *arguments, **options))
        return started[-1]

    yield begin
    for demo in started:
        if demo.launcher.poll() is None:
            demo.launcher.terminate()
        demo.launcher.wait(SECONDS)
    copies.wait_until_nothing_runs(checkout)
