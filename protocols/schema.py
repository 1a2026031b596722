"""The shape of a protocol definition: one TOML file per version, read into frozen structures.

Nothing here names a step or a part of any one protocol. What needs a rule of its own (the report and its
clock, regular contact, ...) is a *kind* that a part names. A file that does not fit is refused with a
`DefinitionError`, one sentence that a person who edits the file can act on.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta, Struct

Outcome = Literal["done", "not_applicable", "declined", "unable", "superseded"]
TrackId = Literal["suspected_recruiter", "suspected_victim", "confirmed_victim"]
Compartment = Literal["team", "counseling", "sro", "reporter"]
Carry = Literal["", "again", "report_again", "condition_dropped", "decide_again", "offer_again", "continue"]
FieldType = Literal["text", "note", "choice", "choices", "date", "moment", "yes_no"]
Asked = Literal["always", "after_earlier", "of_age"]
After = Literal["opened", "known"]
# Roles that a person holds at a school, and one relation: the person who learned of the suspicion.
Actor = Literal[
    "counselor",
    "social_worker",
    "sro",
    "administrator",
    "liaison",
    "counsel",
    "reporter",
    "mandated_reporter",
]
Kind = Literal[
    "plain",
    "sro_request",
    "sro_response",
    "impact",
    "victim_screen",
    "consequence",
    "website",
    "investigation",
    "report",
    "consultation",
    "parent_decision",
    "parent_contact",
    "referral",
    "contact",
    "placement",
]

Slug = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Words = Annotated[str, Meta(min_length=1, max_length=1000)]
Label = Annotated[str, Meta(min_length=1, max_length=120)]


#: Kinds of which a district may set the time on its page of settings as well: by the name of that setting.
SET_BY_DISTRICT: Mapping[str, str] = {
    "sro_request": "sro_asked_in_days",
    "impact": "campus_looked_at_in_days",
}


class DefinitionError(ValueError):
    """A definition that cannot be used. Its text is one sentence: file, line or key, what is expected."""


class Definition(Struct, frozen=True, forbid_unknown_fields=True):
    """The common ground of all parts of a definition: frozen, and a key that is not known is an error."""


class Due(Definition, frozen=True):
    """When a part should have ended: a district's setting, never the page's word.

    Of some kinds the district may set another number of days (`SET_BY_DISTRICT`); then this is what it starts from.
    Exactly one of `school_days` (0 is the same school day) and `hours` (elapsed, weekends included), counted
    from the opening of the track or, with `known`, from when the person first knew or suspected.
    """

    school_days: Annotated[int, Meta(ge=0, le=200)] | None = None
    hours: Annotated[int, Meta(ge=1, le=8760)] | None = None
    after: After = "opened"


class Repeat(Definition, frozen=True):
    """The proposed interval, in days, between two times of a part that recurs. The district's proposal."""

    every_days: Annotated[int, Meta(ge=1, le=365)]


class Gate(Definition, frozen=True):
    """Parts of the same track that must have ended before this one can be `done`; it holds back no more."""

    parts: Annotated[tuple[Slug, ...], Meta(min_length=1)]
    why: Words


class Part(Definition, frozen=True):
    """One duty within a step. It, not the step, has an outcome."""

    id: Slug
    label: Label
    kind: Kind
    actors: Annotated[tuple[Actor, ...], Meta(min_length=1)]
    outcomes: Annotated[tuple[Outcome, ...], Meta(min_length=1)]
    fields: str = ""
    compartment: Compartment = "team"
    due: Due | None = None
    repeat: Repeat | None = None
    gate: Gate | None = None
    follows: str = ""
    carry: Carry = ""
    prompt: Annotated[str, Meta(max_length=120)] = ""

    @property
    def setting(self) -> str:
        """The setting by which a district may give it another time; "" where it has none."""
        return SET_BY_DISTRICT.get(self.kind, "")


class Step(Definition, frozen=True):
    """One numbered box of the printed page.

    `text`, `condition` and `note` are printed words, to the letter; `acts` is this project's reading.
    """

    number: Annotated[int, Meta(ge=1)]
    text: Words
    acts: Words
    parts: Annotated[tuple[Part, ...], Meta(min_length=1)]
    condition: Annotated[str, Meta(max_length=200)] = ""
    note: Annotated[str, Meta(max_length=200)] = ""


class Track(Definition, frozen=True):
    """One column of the printed page."""

    id: TrackId
    letter: Annotated[str, Meta(pattern=r"^[A-Z]$")]
    title: Label
    steps: Annotated[tuple[Step, ...], Meta(min_length=1)]
    #: Of the words: the printed page's, or a translation's. No key of a file.
    language: ClassVar[str] = "en"

    @property
    def translated(self) -> bool:
        """Whether these are other words than the printed ones, which decide."""
        return self.language != Track.language

    def parts(self) -> Iterator[tuple[Step, Part]]:
        """Every part with its step, in printed order."""
        return ((step, part) for step in self.steps for part in step.parts)

    def part(self, part_id: str) -> Part:
        """The part of that id. KeyError when the track has none."""
        for _, part in self.parts():
            if part.id == part_id:
                return part
        raise KeyError(f"{self.id}/{part_id}")


class Choice(Definition, frozen=True):
    """One answer of a field: what is stored, and what is read."""

    value: Slug
    label: Label


class Field(Definition, frozen=True):
    """One fact that is recorded with an outcome.

    The same `name` is the same fact wherever it stands: what was typed once is offered again under it.
    `shared` shows it to everybody who may open the case; else it stays in the part's compartment.
    `asked = "after_earlier"`: only where the part follows one that was done on an earlier track; `"of_age"`: only of a
    student of 18 or older.
    """

    name: Slug
    label: Label
    type: FieldType
    required_for: tuple[Outcome, ...] = ()
    choices: tuple[Choice, ...] = ()
    help: Annotated[str, Meta(max_length=300)] = ""
    asked: Asked = "always"
    shared: bool = False


class Protocol(Definition, frozen=True):
    """One version of one protocol: its tracks, and the sets of fields that its parts ask for."""

    id: Slug
    version: Annotated[str, Meta(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$")]
    title: Label
    updated: Label
    in_force_from: date
    tracks: tuple[Track, ...]
    field_sets: Mapping[str, tuple[Field, ...]] = {}

    def track(self, track_id: str) -> Track:
        """The track of that id. KeyError when there is none."""
        for track in self.tracks:
            if track.id == track_id:
                return track
        raise KeyError(track_id)

    def part(self, track_id: str, part_id: str) -> Part:
        """The part of that id on that track. KeyError when there is none."""
        return self.track(track_id).part(part_id)

    def fields_of(self, part: Part) -> tuple[Field, ...]:
        """The fields that a part asks for, in the order of the file; none when it names no set."""
        return self.field_sets[part.fields] if part.fields else ()


def digest(text: str) -> str:
    """SHA-256 of a definition's text, in hexadecimal. Line ends do not count: a checkout may change them."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()


def parse(text: str, *, file: str) -> Protocol:
    """Read a definition. `file` is the name that errors carry. DefinitionError when it cannot be used."""
    from protocols import checks, reading  # here, because both build on the structures above

    document: dict[str, Any] = reading.toml(text, file=file)
    protocol = reading.structures(document, file=file)
    checks.check(protocol, file=file)
    return protocol
