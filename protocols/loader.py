"""From the files of a directory to published versions. What was published once never changes."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

from django.db import connections, transaction

from protocols import schema, translations
from protocols.models import ProtocolVersion
from protocols.schema import DefinitionError, Protocol

DEFINITIONS = Path(__file__).resolve().parent / "definitions"


@dataclass(frozen=True)
class Source:
    """One definition file that was read and found good."""

    file: str
    text: str
    protocol: Protocol
    #: The languages in which a translation stands beside it.
    languages: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        return schema.digest(self.text)


@dataclass(frozen=True)
class Result:
    """What became of one file."""

    source: Source
    state: Literal["loaded", "unchanged"]


class ChangedAfterPublishing(DefinitionError):
    """A file differs from what was published under its version. The remedy is a new version."""

    def __init__(self, source: Source, published: ProtocolVersion) -> None:
        super().__init__(
            f"{source.file}: {published} is already published and never changes; "
            f"its digest is {published.digest}, the file's is {source.digest}. "
            "Put the published file back, and give the change a version of its own in a new file."
        )


def read(directory: Path) -> list[Source]:
    """Every definition of a directory, by file name. DefinitionError for the first that cannot be used."""
    # A translation without its definition would never be shown, and nobody would learn why.
    for path in sorted(directory.glob("*/*.toml")):
        if not (directory / path.name).exists():
            raise DefinitionError(
                f"{path.parent.name}/{path.name}: there is no {path.name} that this could be a translation of"
            )
    sources = [_read_file(path) for path in sorted(directory.glob("*.toml"))]
    if not sources:
        raise DefinitionError(f"{directory}: there is no definition; expected at least one .toml file")
    seen: dict[tuple[str, str], Source] = {}
    for source in sources:
        earlier = seen.setdefault((source.protocol.id, source.protocol.version), source)
        if earlier is not source:
            raise DefinitionError(
                f"{source.file}: version {source.protocol.version} of {source.protocol.id} "
                f"is also in {earlier.file}; expected a version of its own"
            )
    return sources


def _read_file(path: Path) -> Source:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DefinitionError(
            f"{path.name}: byte {error.start} is not UTF-8 text; expected a UTF-8 file"
        ) from error
    protocol = schema.parse(text, file=path.name)
    return Source(path.name, text, protocol, tuple(translations.check(protocol, path.parent, path.name)))


def compare(sources: list[Source], *, using: str = "owner") -> list[Result]:
    """What loading would do. ChangedAfterPublishing when a file differs from what was published."""
    results = []
    for source in sources:
        found = (
            ProtocolVersion.objects.using(using)
            .published(source.protocol.id, source.protocol.version)
            .first()
        )
        if found and found.digest != source.digest:
            raise ChangedAfterPublishing(source, found)
        results.append(Result(source, "unchanged" if found else "loaded"))
    return results


def load(directory: Path = DEFINITIONS, *, at: datetime, using: str = "owner") -> list[Result]:
    """Publish every definition of a directory that is not published yet: all of them, or none.

    DefinitionError (ChangedAfterPublishing is one) when a file cannot be used; then nothing was written.
    """
    sources = read(directory)
    with transaction.atomic(using=using):
        with connections[
            using
        ].cursor() as cursor:  # two loaders at once: the second waits and finds all done
            cursor.execute("LOCK TABLE protocols_protocolversion IN SHARE ROW EXCLUSIVE MODE")
        results = compare(sources, using=using)
        for result in results:
            if result.state == "loaded":
                _publish(result.source, at=at, using=using)
    return results


def _publish(source: Source, *, at: datetime, using: str) -> None:
    ProtocolVersion.objects.using(using).create(
        protocol=source.protocol.id,
        version=source.protocol.version,
        digest=source.digest,
        text=source.text,
        in_force_from=source.protocol.in_force_from,
        loaded_at=at,
    )


def shipped(on: date) -> Protocol:
    """The definition in force on a day, in the active language, straight from the files of the product: no database.

    LookupError when none had come into force by then.
    """
    in_force = [protocol for protocol in _shipped() if protocol.in_force_from <= on]
    if not in_force:
        raise LookupError(f"no definition was in force on {on:%Y-%m-%d}")
    return translations.spoken(max(in_force, key=lambda protocol: (protocol.in_force_from, protocol.version)))


@lru_cache(maxsize=1)
def _shipped() -> tuple[Protocol, ...]:
    """The files change only with the product itself, so each process reads them once."""
    return tuple(source.protocol for source in read(DEFINITIONS))
