"""What is put into each page before anything else of it runs: axe, and what is looked at beside it."""

from collections.abc import Iterable
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

LOOK = f"{Axe().axe_script};\n{Path(__file__).with_name('looking.js').read_text()}"


def complaints(found: Iterable[str], where: object) -> list[str]:
    return [f"{where}: {one}" for one in found]
