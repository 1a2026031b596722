"""What the software needs of a definition so that every duty can be done, and is read only by whom it concerns."""

from collections.abc import Mapping

from protocols.faults import refuse
from protocols.schema import Part, Protocol, Step, Track

# What the rules of a kind rest on, whatever the protocol: field name -> type.
_NEEDED: Mapping[str, Mapping[str, str]] = {
    "report": {"agency": "text", "phoned_at": "moment"},
    "sro_response": {"report_back": "choice"},
    "parent_decision": {
        "parent_suspected": "choice",
        "advice_from": "choice",
        "advice_of": "text",
        "advised_at": "moment",
        "advice": "note",
        "parent_step": "choice",
        "decided_by": "text",
    },
}
# The four words of an officer's report back.
REPORT_BACK = ("investigating", "referred", "closed", "cannot_share")
# The answers that the gate before a parent goes by: field name -> what it offers at least.
PARENT_ANSWERS: Mapping[str, frozenset[str]] = {
    "parent_suspected": frozenset({"no_sign", "unsure", "yes"}),
    "advice_from": frozenset({"not_asked"}),
    "parent_step": frozenset({"contact"}),
}
# A report is a duty and a check-in is the adult's: neither is the student's to decline.
_NEVER_DECLINED = ("report", "contact")
# Who reads the evidence of a compartment, as row-level security has it (`compartment_access`); the reporter's is
# its author's alone. Who may not read what they enter would do their duty blindly.
READERS: Mapping[str, frozenset[str]] = {
    "team": frozenset({"counselor", "social_worker", "sro", "administrator", "liaison", "counsel"}),
    "counseling": frozenset({"counselor", "social_worker"}),
    "sro": frozenset({"sro", "administrator", "counselor", "social_worker"}),
    "reporter": frozenset({"mandated_reporter"}),
}
# What the software itself asks with every outcome: a field of that name would be mixed up with it.
RESERVED = ("happened_at", "next_on", "officer", "outcome", "reason", "review_on", "version")


def reserved_names(protocol: Protocol) -> None:
    """No evidence is called like what the software asks itself."""
    for set_name, asked in protocol.field_sets.items():
        for index, field in enumerate(asked):
            if field.name in RESERVED:
                refuse(
                    f"field_sets.{set_name}[{index}].name",
                    f"is {field.name}; expected another name: {', '.join(RESERVED)} are asked by the software",
                )


def readers(path: str, part: Part) -> None:
    """Who made a report stays with its author, and whoever acts can read what is recorded there."""
    if part.kind == "report" and part.compartment != "reporter":
        refuse(
            f"{path}.compartment",
            f"is {part.compartment}; expected reporter for kind report: who reported stays with its author",
        )
    for index, name in enumerate(part.actors):
        if name not in READERS[part.compartment]:
            refuse(
                f"{path}.actors[{index}]",
                f"is {name}, who does not read compartment {part.compartment}; "
                f"expected of {', '.join(sorted(READERS[part.compartment]))}, or another compartment",
            )


def needed_outcomes(path: str, part: Part) -> None:
    """The student declines only what is the student's; an attempt at a contact can be recorded."""
    if "declined" in part.outcomes and part.kind in _NEVER_DECLINED:
        refuse(
            f"{path}.outcomes",
            f"has declined; expected none for kind {part.kind}: it is not the student's to decline",
        )
    if part.kind == "contact" and "unable" not in part.outcomes:
        refuse(
            f"{path}.outcomes",
            "lacks unable; expected it for kind contact: an attempt is recorded and asks again",
        )


def needed_fields(path: str, part: Part, protocol: Protocol) -> None:
    """The fields that the rules of a kind go by are asked."""
    asked = protocol.fields_of(part)
    given = {field.name: field.type for field in asked}
    for name, kind_of_field in _NEEDED.get(part.kind, {}).items():
        if given.get(name) != kind_of_field:
            refuse(
                f"{path}.fields",
                f"does not fit; expected a set with the field {name} of type {kind_of_field}",
            )
    if part.kind == "sro_response":
        answers = next(field.choices for field in asked if field.name == "report_back")
        if {choice.value for choice in answers} != set(REPORT_BACK):
            refuse(
                f"field_sets.{part.fields}",
                f"does not fit; expected report_back to offer {', '.join(REPORT_BACK)}",
            )
    if part.kind == "parent_decision":
        for name, wanted in PARENT_ANSWERS.items():
            offered = {choice.value for field in asked if field.name == name for choice in field.choices}
            if not wanted <= offered:
                refuse(
                    f"field_sets.{part.fields}",
                    f"does not fit; expected {name} to offer {', '.join(sorted(wanted))}",
                )
        if part.compartment != "team":
            refuse(
                f"{path}.compartment",
                f"is {part.compartment}; expected team for kind parent_decision: whoever contacts a parent reads it",
            )


def officer(path: str, step: Step) -> None:
    """A step in which an officer is asked holds the one part that the officer's answer ends."""
    kinds = [part.kind for part in step.parts]
    asks, answers = kinds.count("sro_request"), kinds.count("sro_response")
    if asks and not answers:
        refuse(
            f"{path}.parts[{kinds.index('sro_request')}]",
            "has no answer; expected a part of kind sro_response in the same step: the officer could not report back",
        )
    if answers > asks or answers > 1:
        refuse(
            f"{path}.parts[{len(kinds) - 1 - kinds[::-1].index('sro_response')}]",
            "answers nothing; expected one sro_response in a step, beside an sro_request",
        )


def contacts(path: str, track: Track) -> None:
    """One plan of check-ins goes with a track: a second contact would have none."""
    ids = [part.id for _, part in track.parts() if part.kind == "contact"]
    if len(ids) > 1:
        refuse(path, f"has two parts of kind contact, {' and '.join(ids)}; expected at most one in a track")
