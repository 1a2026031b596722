"""On demand: `python3 manage.py test -m faults`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.delivery.conftest import _as_the_owner, sink
from tests.delivery.sink import Sink, open_sink
from tests.faults.installation import Installation, installation

__all__ = ["_as_the_owner", "sink"]


@pytest.fixture
def mail() -> Iterator[Sink]:
    """A mail server for other processes."""
    with open_sink() as server:
        yield server


@pytest.fixture
def place(tmp_path: Path, mail: Sink) -> Iterator[Installation]:
    """An installation of its own, whose mail goes there."""
    with installation(tmp_path, mail) as made:
        yield made
