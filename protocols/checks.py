"""What must hold between the parts of a definition. The first rule that does not hold is the error shown."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import get_args

from protocols import duties
from protocols.faults import Fault, refuse
from protocols.schema import DefinitionError, Field, Part, Protocol, Step, Track, TrackId


def check(protocol: Protocol, *, file: str) -> None:
    """Pass, or raise DefinitionError with the key's path and what is expected."""
    try:
        _tracks(protocol)
        _field_sets(protocol)
        duties.reserved_names(protocol)
        for path, track, part in _all_parts(protocol):
            duties.needed_outcomes(path, part)
            _outcomes(path, part)
            duties.readers(path, part)
            _timing(path, part)
            _fields(path, part, protocol)
            duties.needed_fields(path, part, protocol)
            _gate(path, part, track)
            _follows(path, part, track, protocol)
        for index, track in enumerate(protocol.tracks):
            _no_circle(f"tracks[{index}]", track)
            duties.contacts(f"tracks[{index}]", track)
            for number, step in enumerate(track.steps):
                duties.officer(f"tracks[{index}].steps[{number}]", step)
    except Fault as fault:
        raise DefinitionError(f"{file}: {fault}") from None


def _all_parts(protocol: Protocol) -> Iterator[tuple[str, Track, Part]]:
    for t, track in enumerate(protocol.tracks):
        for s, step in enumerate(track.steps):
            for p, part in enumerate(step.parts):
                yield f"tracks[{t}].steps[{s}].parts[{p}]", track, part


def _twice(words: Iterable[str]) -> str:
    """The first word that stands more than once, or ""."""
    return next((word for word, times in Counter(words).items() if times > 1), "")


def _tracks(protocol: Protocol) -> None:
    ids = [track.id for track in protocol.tracks]
    wanted = get_args(TrackId)
    if sorted(ids) != sorted(wanted):
        refuse("tracks", f"holds {', '.join(ids) or 'nothing'}; expected each of {', '.join(wanted)} once")
    if letter := _twice(track.letter for track in protocol.tracks):
        refuse("tracks", f"has the letter {letter} twice; expected another letter for each track")
    for index, track in enumerate(protocol.tracks):
        _numbers(f"tracks[{index}].steps", track.steps)
        if part_id := _twice(part.id for _, part in track.parts()):
            refuse(
                f"tracks[{index}]", f"has two parts with the id {part_id}; expected ids that are unique in it"
            )


def _numbers(path: str, steps: tuple[Step, ...]) -> None:
    for index, step in enumerate(steps):
        if step.number != index + 1:
            refuse(
                f"{path}[{index}].number",
                f"is {step.number}; expected {index + 1}: steps are numbered in order",
            )


def _field_sets(protocol: Protocol) -> None:
    types: dict[str, str] = {}
    for set_name, fields in protocol.field_sets.items():
        if name := _twice(field.name for field in fields):
            refuse(f"field_sets.{set_name}", f"has two fields named {name}; expected unique names")
        for index, field in enumerate(fields):
            path = f"field_sets.{set_name}[{index}]"
            _choices(path, field)
            # A value typed once is offered again by name, so a name cannot mean two types.
            if types.setdefault(field.name, field.type) != field.type:
                refuse(
                    f"{path}.type",
                    f"is {field.type}; expected {types[field.name]}, as {field.name} is elsewhere",
                )


def _choices(path: str, field: Field) -> None:
    if field.type in ("choice", "choices"):
        if len(field.choices) < 2:
            refuse(
                f"{path}.choices",
                f"has {len(field.choices)}; expected two or more for a field of type {field.type}",
            )
        if value := _twice(choice.value for choice in field.choices):
            refuse(f"{path}.choices", f"has the value {value} twice; expected unique values")
    elif field.choices:
        refuse(f"{path}.choices", f"is given; expected none for a field of type {field.type}")


def _outcomes(path: str, part: Part) -> None:
    if word := _twice(part.outcomes):
        refuse(f"{path}.outcomes", f"has {word} twice; expected each outcome once")
    if word := _twice(part.actors):
        refuse(f"{path}.actors", f"has {word} twice; expected each actor once")
    if "done" not in part.outcomes:
        refuse(f"{path}.outcomes", "lacks done; expected every part to allow it")
    if "superseded" in part.outcomes:
        refuse(
            f"{path}.outcomes",
            "has superseded; expected it never to be listed: only reclassifying a case sets it",
        )
    if "declined" in part.outcomes and part.repeat:
        refuse(
            f"{path}.outcomes",
            "has declined; expected none where repeat is given: one refusal does not end it",
        )


def _timing(path: str, part: Part) -> None:
    if part.due and (part.due.school_days is None) == (part.due.hours is None):
        refuse(f"{path}.due", "does not fit; expected exactly one of school_days and hours")
    if part.kind == "contact" and part.repeat is None:
        refuse(f"{path}.repeat", "is missing; expected every_days for kind contact, which recurs")


def _fields(path: str, part: Part, protocol: Protocol) -> None:
    if part.fields and part.fields not in protocol.field_sets:
        known = ", ".join(protocol.field_sets) or "none"
        refuse(f"{path}.fields", f"is {part.fields}; expected the name of a field set, here one of {known}")
    fields = protocol.fields_of(part)
    for index, field in enumerate(fields):
        if foreign := set(field.required_for) - set(part.outcomes):
            refuse(
                f"field_sets.{part.fields}[{index}].required_for",
                f"has {', '.join(sorted(foreign))}; "
                f"expected outcomes that {path} allows: {', '.join(part.outcomes)}",
            )


def _gate(path: str, part: Part, track: Track) -> None:
    if part.gate is None:
        return
    if part.kind == "report":
        refuse(f"{path}.gate", "stands before a report; expected none: a report is never held back")
    ids = {other.id for _, other in track.parts()}
    for index, name in enumerate(part.gate.parts):
        if name not in ids:
            refuse(
                f"{path}.gate.parts[{index}]",
                f"is {name}; expected a part of the same track: {', '.join(sorted(ids))}",
            )


def _no_circle(path: str, track: Track) -> None:
    waits = {part.id: part.gate.parts if part.gate else () for _, part in track.parts()}
    for start in waits:
        reached: set[str] = set()
        ahead = list(waits[start])
        while ahead:
            name = ahead.pop()
            if name == start:
                refuse(path, f"has a circle of gates through {start}; expected gates that can be passed")
            if name not in reached:
                reached.add(name)
                ahead.extend(waits[name])


def _follows(path: str, part: Part, track: Track, protocol: Protocol) -> None:
    if bool(part.follows) != bool(part.carry):
        missing = "carry" if part.follows else "follows"
        refuse(f"{path}.{missing}", "is missing; expected follows and carry together")
    if not part.follows:
        return
    track_id, _, part_id = part.follows.partition("/")
    try:
        protocol.part(track_id, part_id)
    except KeyError:
        refuse(f"{path}.follows", f"is {part.follows}; expected track/part, naming a part that exists")
    if track_id == track.id:
        refuse(f"{path}.follows", f"is {part.follows}; expected a part of another track")
