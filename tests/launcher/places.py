"""Where a data folder really lies: as root without user namespaces PostgreSQL runs as `nobody`, elsewhere."""

import shutil
from pathlib import Path

from csec.launcher import postgres, unprivileged


def real(data: Path) -> Path:
    """The folder that stands for `data`."""
    folder = unprivileged.find_way().folder
    return postgres.elsewhere(folder, data) if folder else data


def copy(made: Path, data: Path) -> None:
    """Copy a data folder, for the same user."""
    way = unprivileged.find_way()
    shutil.copytree(real(made), real(data))
    for path in (real(data), *real(data).rglob("*")):
        way.own(path)


def remove(data: Path) -> None:
    """Delete a data folder; pytest deletes its own temporary folders alone."""
    shutil.rmtree(real(data), ignore_errors=True)
