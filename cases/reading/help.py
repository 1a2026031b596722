"""The pages of the help: what stands where in the protocol, and what a new colleague reads first."""

from dataclasses import dataclass
from datetime import date

from cases.help import KINDS, SUBJECT_OF, SUBJECTS, label, steps_of
from cases.help.roles import HOW_THIS_WORKS
from cases.help.words import Help, Subject
from cases.text import Words
from csec.accounts.models import User
from csec.accounts.roles import Role
from protocols.models import ProtocolVersion
from protocols.schema import Part, Protocol, Step, Track


@dataclass(frozen=True)
class PartHelp:
    """A part of a step, its help, and the page on which that stands with its like."""

    part: Part
    help: Help
    subject: str


@dataclass(frozen=True)
class StepHelp:
    step: Step
    called: str
    parts: tuple[PartHelp, ...]

    @property
    def steps(self) -> list[str]:
        """As the help with a part names them."""
        return [self.called]


@dataclass(frozen=True)
class TrackHelp:
    track: Track
    steps: tuple[StepHelp, ...]


@dataclass(frozen=True)
class RoleHelp:
    """How this works for a role; the reader's own come first, open."""

    role: Role
    lines: tuple[Words, ...]
    own: bool


class Contents:
    """All help there is: by role, under the tracks of the protocol in force, and by subject."""

    subjects = SUBJECTS

    def __init__(self, reader: User, day: date) -> None:
        self.protocol = in_force(day)
        self.tracks = [
            TrackHelp(track, tuple(help_of_step(track, step) for step in track.steps))
            for track in self.protocol.tracks
        ]
        self.translated = any(track.translated for track in self.protocol.tracks)
        found = [RoleHelp(role, lines, role in reader.roles) for role, lines in HOW_THIS_WORKS.items()]
        self.roles = sorted(found, key=lambda one: not one.own)


def in_force(day: date) -> Protocol:
    return ProtocolVersion.objects.in_force(day).definition


def help_of_step(track: Track, step: Step) -> StepHelp:
    """The help with each part of a step."""
    parts = tuple(
        PartHelp(part, found, SUBJECT_OF[found.name])
        for part in step.parts
        if (found := KINDS.get(part.kind)) is not None
    )
    return StepHelp(step, label(track, step), parts)


def helps_of(subject: Subject, day: date) -> list[tuple[Help, list[str]]]:
    """Each help of a subject, with the steps of the protocol in force that it is about."""
    protocol = in_force(day)
    return [(one, steps_of(one, protocol)) for one in subject.helps]
