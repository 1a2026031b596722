"""
The emergency card's numbers: from the database, else from the last snapshot, else from national defaults.

The card opens without sign-in and without PostgreSQL. A task writes the snapshot every minute into
`CSEC_VAR`, which web and worker share; it holds telephone numbers alone.
"""

import os
import re
import tempfile
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import msgspec
from django.conf import settings
from django.db import Error
from django.utils import translation

from csec.directory.models import Agency, District

#: After so long a number is made sure of again (a proposal of this project).
AGAIN_AFTER = timedelta(days=180)
DEFAULTS = Path(__file__).with_name("emergency_defaults.toml")
#: Of a number, what is words.
_SAID = ("name", "other_contact", "note")


class Origin(StrEnum):
    """Where the numbers on a card come from."""

    DATABASE = "database"
    SNAPSHOT = "snapshot"
    BUILT_IN = "built_in"


class Number(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody to telephone; `verified_on` is the day somebody made sure of the number."""

    kind: str
    name: str
    telephone: str
    other_contact: str = ""
    note: str = ""
    verified_on: date | None = None

    @property
    def dial(self) -> str:
        return dial(self.telephone)


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the page shows. `as_of` is the day of the copy; a card from the database has none."""

    emergency_number: str
    agencies: tuple[Number, ...]
    district: str = ""
    dispatch_number: str = ""
    as_of: date | None = None
    origin: Origin = Origin.BUILT_IN

    @property
    def emergency_dial(self) -> str:
        return dial(self.emergency_number)

    @property
    def dispatch_dial(self) -> str:
        return dial(self.dispatch_number)

    def of_kind(self, kind: str) -> list[Number]:
        return [number for number in self.agencies if number.kind == kind]

    @property
    def child_welfare(self) -> list[Number]:
        return self.of_kind("child_welfare")

    @property
    def law_enforcement(self) -> list[Number]:
        return self.of_kind("law_enforcement")

    @property
    def hotlines(self) -> list[Number]:
        return self.of_kind("hotline")

    @property
    def providers(self) -> list[Number]:
        return self.of_kind("provider")

    @property
    def others(self) -> list[Number]:
        return self.of_kind("other")


def dial(telephone: str) -> str:
    """The number a telephone dials, without what people write around it (an extension becomes a pause)."""
    main, *extension = re.split(r"(?:ext\.?|x|;|,)", telephone.split("/")[0].lower(), maxsplit=1)
    number = re.sub(r"[^\d+*#]", "", main)
    inner = re.sub(r"\D", "", extension[0]) if extension else ""
    return f"{number},{inner}" if inner else number


def card() -> Card:
    """
    The best card to be had now, our own words on it in the active language.

    Never raises because the database or the snapshot cannot be read.
    """
    try:
        found = from_database()
    except Error:
        found = from_snapshot()
    return in_words(found or built_in())


def in_words(found: Card) -> Card:
    """What a district typed stays as it is; the national hotline says the same in every language it is kept in."""
    words = _words(translation.get_language() or settings.LANGUAGE_CODE)
    agencies = tuple(
        msgspec.structs.replace(
            one, **{name: words.get(text, text) for name in _SAID if (text := getattr(one, name))}
        )
        for one in found.agencies
    )
    return msgspec.structs.replace(found, agencies=agencies) if words else found


@lru_cache
def _words(language: str) -> dict[str, str]:
    """The translation of the words that come with the product, by the English ones."""
    path = DEFAULTS.parent / language / DEFAULTS.name
    if language not in dict(settings.LANGUAGES) or not path.exists():
        return {}
    return msgspec.toml.decode(path.read_bytes(), type=dict[str, str])


def from_database() -> Card | None:
    """The district's card, or None before there is a district. Two queries."""
    district = District.objects.first()
    if district is None:
        return None
    agencies = tuple(
        Number(
            kind=agency.kind,
            name=agency.name,
            telephone=agency.telephone,
            other_contact=agency.other_contact,
            note=agency.note,
            verified_on=agency.verified_on,
        )
        for agency in Agency.objects.order_by("position", "name")
    )
    if not any(agency.kind == "hotline" for agency in agencies):
        agencies += tuple(built_in().hotlines)
    return Card(
        district=district.name,
        emergency_number=district.emergency_number,
        dispatch_number=district.dispatch_number,
        agencies=agencies,
        origin=Origin.DATABASE,
    )


def from_snapshot() -> Card | None:
    """The last copy, or None when there is none that can be read."""
    try:
        return msgspec.json.decode(snapshot_file().read_bytes(), type=Card)
    except (OSError, msgspec.DecodeError):
        return None


def built_in() -> Card:
    return msgspec.toml.decode(DEFAULTS.read_bytes(), type=Card)


def snapshot_file() -> Path:
    return Path(settings.CSEC_VAR) / "emergency-card.json"


def write_snapshot(*, at: datetime) -> Path | None:
    """
    Copy the numbers out of the database, whole or not at all; `at` dates the copy.

    None before there is a district. Raises what the database or the disk raises; the last copy then stays.
    """
    found = from_database()
    if found is None:
        return None
    copy = msgspec.structs.replace(found, as_of=at.date(), origin=Origin.SNAPSHOT)
    target = snapshot_file()
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".emergency-card-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(copy))
            file.flush()
            os.fsync(file.fileno())
        # The web process may run as another user than the worker; telephone numbers are no secret.
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return target
