"""What must never be found outside of a page, and what a page leaves elsewhere: its address, its title, its cookies."""

import binascii
import logging
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.core import signing
from django.db import connections
from django.utils.html import escape

from csec.launcher import postgres, unprivileged
from csec.logs import WithoutValues

#: In front of every word that is told in a test.
TOLD = "Planted"
#: What would be a part of the page, in a text or in an attribute, if it were not shown as it was typed.
MARKUP = "</textarea>\"'><img src=x onerror=planted()><script>planted()</script>{{ planted() }}"
#: The student, the school, the staff who reported and who carry the case, and the tracks, as they are shown and stored.
NAMES = (
    "Avery", "Brook", "Robin", "Reed", "Alder", "Birch", "Terry", "Teacher", "Casey", "Olu", "Ellis",
    "suspected_victim", "confirmed_victim", "suspected_recruiter", "Suspected victim", "Confirmed victim", "recruiter",
)  # fmt: skip


_WORDS = re.compile(rf"(?<![a-z])({'|'.join((*NAMES, TOLD))})(?![a-z])", re.IGNORECASE)


def found_in(text: str) -> set[str]:
    """The planted words in a text, as it is or as it is read from an address."""
    return set(_WORDS.findall(unquote(unescape(text))))


def unpacked(cookie: str) -> str:
    """A cookie as whoever has the browser can read it: what Django signs it also packs, and does not hide."""
    value = cookie.partition(":")[0]
    with suppress(binascii.Error, ValueError, zlib.error):
        raw = signing.b64_decode(value.removeprefix(".").encode())
        return cookie + (zlib.decompress(raw) if value.startswith(".") else raw).decode("latin-1")
    return cookie


class Left:
    """What pages left outside of themselves, and where it has a planted word in it."""

    def __init__(self) -> None:
        self.titles: set[str] = set()
        self.addresses: set[str] = set()
        self.cookies: set[str] = set()
        self.headers: set[str] = set()
        self.as_text = 0
        self.as_markup: list[str] = []

    def by(self, answer: Any) -> None:
        """One answer."""
        self.headers |= {f"{name}: {value}" for name, value in answer.headers.items()}
        self.cookies |= {f"{name}={unpacked(one.value)}" for name, one in answer.cookies.items()}
        self.addresses.add(answer.headers.get("Location", ""))
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            page = answer.content.decode()
            self.as_text += escape(MARKUP) in page
            self.as_markup += [
                line for line in page.splitlines() if "planted()" in line and "&lt;img" not in line
            ]
            self.titles |= set(re.findall(r"<title>(.*?)</title>", page, re.DOTALL))
            self.addresses |= set(
                re.findall(r'(?:href|action|formaction|src|hx-\w+|data-\w+)="([^"]*)"', page)
            )

    def hits(self) -> dict[str, str]:
        kinds = {
            "title": self.titles,
            "address": self.addresses,
            "cookie": self.cookies,
            "header": self.headers,
        }
        return {
            f"{kind}: {text}": str(words)
            for kind, all_ in kinds.items()
            for text in all_
            if (words := found_in(text))
        }


@contextmanager
def log_of_the_application() -> Iterator[StringIO]:
    """What the processes would write meanwhile."""
    said = StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(WithoutValues(settings.LOGGING["formatters"]["line"]["format"]))
    logging.getLogger().addHandler(handler)
    try:
        yield said
    finally:
        logging.getLogger().removeHandler(handler)


class LogOfPostgres:
    """What PostgreSQL wrote into its own log since this was made; None where its log is not to be found."""

    def __init__(self) -> None:
        self._path = _log_of_postgres()
        self._from = self._path.stat().st_size if self._path else 0

    @property
    def is_ours(self) -> bool:
        """Whether the server was started for the tests: its data lies beside their other files, or where it may."""
        data, place = Path(os.environ["CSEC_VAR"]) / "pgdata", unprivileged.find_way().folder
        return data.exists() or bool(place and postgres.elsewhere(place, data).exists())

    def read(self) -> str | None:
        if self._path is None:
            return None
        with self._path.open("rb") as log:
            log.seek(self._from)
            return log.read().decode(errors="replace")


def _log_of_postgres() -> Path | None:
    """The launcher's, or where a server on this machine writes."""
    ours = Path(os.environ["CSEC_VAR"]) / "log" / "postgres.log"
    if ours.exists():
        return ours
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    try:
        path = Path(f"/proc/{pid}/fd/2").readlink()
    except OSError:
        return None
    return path if path.is_file() else None
