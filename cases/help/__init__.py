"""
What each form asks for, why, and where that comes from: data by the kind of a part and by verb, one file a subject.

No help knows a step: a page names the one in which the protocol's definition puts the part.
"""

from cases.help import (
    around,
    campus,
    care,
    cases,
    concerns,
    officer,
    parents,
    records,
    reports,
    transfers,
)
from cases.help.words import Help, Subject
from protocols.schema import Protocol, Step, Track

#: In the order in which they are read.
SUBJECTS: list[Subject] = []
KINDS: dict[str, Help] = {}
VERBS: dict[str, Help] = {}
#: On the page of which subject a help stands, by its name.
SUBJECT_OF: dict[str, str] = {}


def register(subject: Subject) -> None:
    """Its helps are found from now on. A room that builds on this one brings its own when it is set up."""
    SUBJECTS.append(subject)
    for one in subject.helps:
        KINDS.update(dict.fromkeys(one.kinds, one))
        VERBS.update(dict.fromkeys(one.verbs, one))
        SUBJECT_OF[one.name] = subject.name


for room in (concerns, reports, officer, campus, parents, care, around, cases, transfers, records):
    register(room.SUBJECT)


def help_with(verb: str, kind: str = "") -> Help | None:
    """The help of a form by its verb; of one that ends any part, by the part's kind."""
    return VERBS.get(verb) or KINDS.get(kind)


def label(track: Track, step: Step) -> str:
    """How a step is called wherever it is named: by the letter and the number that are printed."""
    return f"{track.letter}{step.number}"


def steps_of(one: Help, protocol: Protocol) -> list[str]:
    """In which steps of a protocol parts of this help's kinds stand."""
    return [
        label(track, step)
        for track in protocol.tracks
        for step in track.steps
        if any(part.kind in one.kinds for part in step.parts)
    ]
