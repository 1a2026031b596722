"""A PostgreSQL of its own for the tests of the launcher: they make roles, and break data folders."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from csec.launcher import postgres
from csec.launcher.processes import Processes
from tests.launcher import places


@pytest.fixture(scope="module")
def superuser_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The superuser's address of a fresh server."""
    folder: Path = tmp_path_factory.mktemp("server")
    with Processes(folder / "log") as processes:
        yield postgres.start(processes, folder / "pgdata", password="a-secret", durable=False)
    places.remove(folder / "pgdata")
