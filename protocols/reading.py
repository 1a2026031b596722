"""From the text of a TOML file to the structures of `schema`, with errors that a person can act on."""

import difflib
import re
import tomllib
from typing import Any, get_args

import msgspec

from protocols import schema
from protocols.schema import DefinitionError, Field, Protocol

_STRUCTURES: dict[str, type[schema.Definition]] = {
    "": Protocol,
    "tracks": schema.Track,
    "steps": schema.Step,
    "parts": schema.Part,
    "due": schema.Due,
    "repeat": schema.Repeat,
    "gate": schema.Gate,
    "field_sets": Field,
    "choices": schema.Choice,
}
_VOCABULARY: dict[str, tuple[str, ...]] = {
    "kind": get_args(schema.Kind),
    "actors": get_args(schema.Actor),
    "outcomes": get_args(schema.Outcome),
    "required_for": get_args(schema.Outcome),
    "compartment": get_args(schema.Compartment),
    "carry": get_args(schema.Carry),
    "type": get_args(schema.FieldType),
    "asked": get_args(schema.Asked),
    "after": get_args(schema.After),
    "id": get_args(schema.TrackId),  # of the ids, a track's alone is one of a few words
}
_TYPES = {
    "str": "text in quotes",
    "int": "a whole number",
    "bool": "true or false",
    "array": "a list in [ ]",
    "object": "a table",
    "date": "a date such as 2011-08-27",
    "float": "a number with a fraction",
    "null": "nothing",
}
_SYNTAX = re.compile(
    r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL
)


def toml(text: str, *, file: str) -> dict[str, Any]:
    """The document as plain tables and lists. DefinitionError with line and column when it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX.fullmatch(str(error))
        if found is None:
            raise DefinitionError(f"{file}: this is not TOML: {error}") from error
        lines = text.splitlines() or [""]
        line, column = found["line"] or len(lines), found["column"] or len(lines[-1]) + 1
        raise DefinitionError(
            f"{file}, line {line}, column {column}: this is not TOML: {found['what']}"
        ) from error


def structures(document: dict[str, Any], *, file: str) -> Protocol:
    """The document as a `Protocol`. DefinitionError with the key's path when a key does not fit."""
    try:
        return msgspec.convert(document, Protocol)
    except msgspec.ValidationError as error:
        what, path = _split(error)
        if path.startswith("field_sets[...]"):
            what, path = _in_field_sets(document["field_sets"])
        raise DefinitionError(f"{file}: {_sentence(what, path)}") from error


def _split(error: msgspec.ValidationError) -> tuple[str, str]:
    """What msgspec says, and where: `Expected ... - at `$.tracks[0].id``, the place left out at the top."""
    what, _, place = str(error).partition(" - at `$")
    return what, place.rstrip("`").removeprefix(".")


def _in_field_sets(sets: dict[str, Any]) -> tuple[str, str]:
    """The first fault in the field sets, with its set's name: msgspec leaves the keys of a mapping out."""
    for name, fields in sets.items():
        try:
            msgspec.convert(fields, tuple[Field, ...])
        except msgspec.ValidationError as error:
            what, path = _split(error)
            return what, f"field_sets.{name}{path}"
    raise AssertionError("a fault in the field sets that no set shows")


def _sentence(what: str, path: str) -> str:
    """What is wrong at `path`, and what is expected there."""
    if found := re.fullmatch(r"Object missing required field `(.*)`", what):
        key = _join(path, found[1])
        return f"{key} is missing; expected {_expected(found[1], path) or 'this key to be given'}"
    if found := re.fullmatch(r"Object contains unknown field `(.*)`", what):
        return f"{_join(path, found[1])} is not a known key; expected {_nearest(found[1], _keys(path))}"
    if found := re.fullmatch(r"Invalid enum value (.*)", what, re.DOTALL):
        return f"{path} is {found[1]}; expected {_expected(_last(path), path.rpartition('.')[0])}"
    if found := re.fullmatch(r"Expected `(.*)`, got `(.*)`", what):
        wanted = " or ".join(_TYPES.get(name, name) for name in found[1].split(" | ") if name != "null")
        return f"{path or 'the file'} is {_TYPES.get(found[2], found[2])}; expected {wanted}"
    if "matching regex" in what:
        return f"{path} is not in the right form; expected {_form(path)}"
    if found := re.fullmatch(r"Expected `(str|array)` of length (>=|<=) (\d+)", what):
        most = "at least" if found[2] == ">=" else "at most"
        unit = "characters" if found[1] == "str" else "entries"
        return f"{path} has the wrong length; expected {most} {found[3]} {unit}"
    if found := re.fullmatch(r"Expected `int` (>=|<=) (-?\d+)", what):
        return f"{path} is out of range; expected {'at least' if found[1] == '>=' else 'at most'} {found[2]}"
    return f"{path}: {what}"


def _last(path: str) -> str:
    return re.sub(r"\[\d+\]$", "", path).rpartition(".")[2]


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _expected(key: str, path: str) -> str:
    """The words that `key` may hold, when they are few."""
    if key not in _VOCABULARY or (key == "id" and _last(path) != "tracks"):
        return ""
    return "one of " + ", ".join(word or '""' for word in _VOCABULARY[key])


def _keys(path: str) -> tuple[str, ...]:
    name = "field_sets" if re.fullmatch(r"field_sets\.[^.]*", path) else _last(path)
    return tuple(field.encode_name for field in msgspec.structs.fields(_STRUCTURES[name]))


def _nearest(word: str, words: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word, words, n=1)
    return f"{near[0]}, or another of " * bool(near) + "one of " * (not near) + ", ".join(words)


def _form(path: str) -> str:
    if path == "version":
        return "letters, digits, dots and hyphens, at most 40, such as 2011-08-27"
    if _last(path) == "letter":
        return "one capital letter"
    return "lower-case letters, digits and underscores, a letter first, at most 40"
