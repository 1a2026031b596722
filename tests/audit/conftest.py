from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def anchors(settings: Any, tmp_path: Path) -> Path:
    """A file of anchors for each test."""
    file = tmp_path / "anchors" / "audit.log"
    settings.AUDIT_ANCHOR_FILE = str(file)
    return file
