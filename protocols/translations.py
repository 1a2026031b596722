"""
A definition in another language: a file of the same name in a folder of the language, beside it.

The printed words decide, and they are English. A translation is help for a reader: it is no version of the protocol, is
not published into the database, and may be mended at any time. It holds one text for each text of the definition, under
the same keys; `check` names what is missing and what is of no use.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from msgspec.structs import asdict, replace

from protocols import reading
from protocols.schema import DefinitionError, Field, Part, Protocol, Step, Track

DEFINITIONS = Path(__file__).resolve().parent / "definitions"

#: Each text of a definition under its place in the file: `tracks.suspected_victim.steps.2.text`.
Words = Mapping[str, str]


class SpokenTrack(Track, frozen=True):
    """A track in the words of a translation."""

    language: str = ""  # type: ignore[misc]


def words_of(protocol: Protocol) -> dict[str, str]:
    """Every text of a definition that somebody reads, by its key."""
    return {key: text for key, text in _texts(protocol) if text}


def _texts(protocol: Protocol) -> Iterator[tuple[str, str]]:
    yield "title", protocol.title
    yield "updated", protocol.updated
    for track in protocol.tracks:
        yield f"tracks.{track.id}.title", track.title
        for step in track.steps:
            here = f"tracks.{track.id}.steps.{step.number}"
            for name in ("text", "condition", "note", "acts"):
                yield f"{here}.{name}", getattr(step, name)
        for _step, part in track.parts():
            here = f"tracks.{track.id}.parts.{part.id}"
            yield f"{here}.label", part.label
            yield f"{here}.prompt", part.prompt
            yield f"{here}.why", part.gate.why if part.gate else ""
    for set_name, fields in protocol.field_sets.items():
        for field in fields:
            here = f"field_sets.{set_name}.{field.name}"
            yield f"{here}.label", field.label
            yield f"{here}.help", field.help
            for choice in field.choices:
                yield f"{here}.choices.{choice.value}", choice.label


def flat(document: Mapping[str, Any], *, file: str, above: str = "") -> dict[str, str]:
    """The texts of a translation by their keys. DefinitionError for what is no text."""
    found: dict[str, str] = {}
    for name, value in document.items():
        key = f"{above}{name}"
        if isinstance(value, dict):
            found |= flat(value, file=file, above=f"{key}.")
        elif isinstance(value, str) and value.strip():
            found[key] = value
        else:
            raise DefinitionError(f"{file}: {key} is not a text in quotes; expected the translation")
    return found


def read(path: Path) -> dict[str, str]:
    """The texts of a file. DefinitionError when it cannot be read."""
    file = f"{path.parent.name}/{path.name}"
    return flat(reading.toml(path.read_text(encoding="utf-8"), file=file), file=file)


def compare(given: Words, wanted: Words, *, file: str) -> None:
    """Pass, or raise DefinitionError that names the first key that is missing or of no use."""
    for key in wanted:
        if key not in given:
            raise DefinitionError(f"{file}: {key} is missing; expected the translation of “{wanted[key]}”")
    for key in given:
        if key not in wanted:
            raise DefinitionError(f"{file}: {key} is not a text of the definition; take it out")


def check(protocol: Protocol, directory: Path, name: str) -> list[str]:
    """The languages in which there is a translation of this definition. DefinitionError for one that does not fit."""
    found = []
    for path in sorted(directory.glob(f"*/{name}")):
        language = path.parent.name
        file = f"{language}/{name}"
        if language not in dict(settings.LANGUAGES) or language == settings.LANGUAGE_CODE:
            raise DefinitionError(f"{file}: {language} is not a language into which pages are translated")
        given = read(path)
        compare(given, words_of(protocol), file=file)
        for key in given:
            # It is shown within the text (`wording.printed`).
            if key.endswith(".condition") and given[key] not in given[key.replace(".condition", ".text")]:
                raise DefinitionError(f"{file}: {key} is no part of the step's text; expected its words")
        found.append(language)
    return found


def spoken(protocol: Protocol) -> Protocol:
    """The definition in the language that is active; as it is where there is no translation of that version."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    found = _translations(language).get((protocol.id, protocol.version))
    return in_words(protocol, found, language) if found else protocol


@lru_cache
def _translations(language: str) -> dict[tuple[str, str], dict[str, str]]:
    """Of the definitions that come with the product, by id and version; they change only with the product itself."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    if language not in dict(settings.LANGUAGES):
        return found
    for path in sorted((DEFINITIONS / language).glob("*.toml")):
        said = reading.toml((DEFINITIONS / path.name).read_text(encoding="utf-8"), file=path.name)
        found[said["id"], said["version"]] = read(path)
    return found


def in_words(protocol: Protocol, words: Words, language: str) -> Protocol:
    """The same definition in these words. A text without a translation stays as it is."""

    def said(key: str, text: str) -> str:
        return words.get(key, text) if text else text

    def step_in_words(track: Track, step: Step) -> Step:
        here = f"tracks.{track.id}.steps.{step.number}"
        named = {name: said(f"{here}.{name}", getattr(step, name)) for name in ("text", "note", "acts")}
        condition = said(f"{here}.condition", step.condition)
        parts = tuple(part_in_words(f"tracks.{track.id}.parts.{part.id}", part) for part in step.parts)
        return replace(step, **named, condition=condition, parts=parts)

    def part_in_words(here: str, part: Part) -> Part:
        gate = part.gate and replace(part.gate, why=said(f"{here}.why", part.gate.why))
        label, prompt = said(f"{here}.label", part.label), said(f"{here}.prompt", part.prompt)
        return replace(part, label=label, prompt=prompt, gate=gate)

    def field_in_words(here: str, field: Field) -> Field:
        choices = tuple(
            replace(choice, label=said(f"{here}.choices.{choice.value}", choice.label))
            for choice in field.choices
        )
        label, help_text = said(f"{here}.label", field.label), said(f"{here}.help", field.help)
        return replace(field, label=label, help=help_text, choices=choices)

    def track_in_words(track: Track) -> Track:
        named = asdict(track) | {
            "title": said(f"tracks.{track.id}.title", track.title),
            "steps": tuple(step_in_words(track, step) for step in track.steps),
        }
        return SpokenTrack(**named, language=language)

    return replace(
        protocol,
        title=said("title", protocol.title),
        updated=said("updated", protocol.updated),
        tracks=tuple(track_in_words(track) for track in protocol.tracks),
        field_sets={
            name: tuple(field_in_words(f"field_sets.{name}.{field.name}", field) for field in fields)
            for name, fields in protocol.field_sets.items()
        },
    )
