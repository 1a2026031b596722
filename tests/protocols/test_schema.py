"""A definition that does not fit is refused with file, line or key, and what is expected."""

from collections.abc import Callable
from pathlib import Path

import pytest

from protocols.schema import DefinitionError, Protocol, digest, parse

HERE = Path(__file__).parent
GOOD = (HERE / "small.toml").read_text(encoding="utf-8")
OTHER = (HERE / "other.toml").read_text(encoding="utf-8")


def refusal(text: str) -> str:
    with pytest.raises(DefinitionError) as refused:
        parse(text, file="small.toml")
    return str(refused.value)


def swap(old: str, new: str) -> Callable[[], str]:
    def broken() -> str:
        assert old in GOOD, f"the table of breakages is out of date: {old}"
        return GOOD.replace(old, new, 1)

    return broken


FIRST = "tracks[0].steps[0].parts[0]"
# What is broken -> the words that the refusal must hold, beside the file's name.
SYNTAX = {
    "a value is missing": (swap('version = "1"', "version ="), ["line 5, column 10", "Invalid value"]),
    "a quotation mark is missing": (swap('version = "1"', 'version = "1'), ["line 5, column 13"]),
    "a key stands twice": (swap('version = "1"', 'version = "1"\nversion = "2"'), ["line 6, column"]),
    "a bracket is not closed": (lambda: GOOD + "\nlast = [", ["line 51, column 9"]),
}
KEYS = {
    "a key is unknown": (
        swap("updated =", "updatd ="),
        ["updatd is not a known key", "expected updated, or another of"],
    ),
    "a key of a part is unknown": (
        swap('kind = "plain"', 'kin = "plain"'),
        [f"{FIRST}.kin is not a known key", "kind"],
    ),
    "a key of a field is unknown": (
        swap('label = "A note"', 'lable = "A note"'),
        ["field_sets.facts[0].lable is not a known key", "expected label"],
    ),
    "a key is missing": (swap('title = "A small protocol"', ""), ["title is missing"]),
    "a kind is missing": (
        swap(', kind = "plain"', ""),
        [f"{FIRST}.kind is missing", "expected one of plain, sro_request"],
    ),
    "a field's type is missing": (
        swap(', type = "note"', ""),
        ["field_sets.facts[0].type is missing", "expected one of text, note, choice"],
    ),
    "a track's id is missing": (
        swap('id = "suspected_recruiter"', ""),
        [
            "tracks[0].id is missing",
            "expected one of suspected_recruiter, suspected_victim, confirmed_victim",
        ],
    ),
    "a kind is unknown": (
        swap('kind = "plain"', 'kind = "telling"'),
        [f"{FIRST}.kind is 'telling'", "expected one of plain, sro_request"],
    ),
    "an actor is unknown": (
        swap('["administrator"]', '["principal"]'),
        [f"{FIRST}.actors[0] is 'principal'", "counselor"],
    ),
    "an outcome is unknown": (
        swap('["done", "unable"]', '["finished"]'),
        [f"{FIRST}.outcomes[0] is 'finished'", "done"],
    ),
    "a number is text": (
        swap("number = 1", 'number = "one"'),
        ["tracks[0].steps[0].number is text", "a whole number"],
    ),
    "a date is a number": (
        swap("2020-01-01", "20200101"),
        ["in_force_from is a whole number", "expected a date such as"],
    ),
    "a list is text": (
        swap('["administrator"]', '"administrator"'),
        [f"{FIRST}.actors is text", "expected a list in [ ]"],
    ),
    "a list is empty": (
        swap('["administrator"]', "[]"),
        [f"{FIRST}.actors has the wrong length", "at least 1"],
    ),
    "a text is empty": (
        swap('title = "A small protocol"', 'title = ""'),
        ["title has the wrong length", "at least 1"],
    ),
    "an id has capitals": (swap('"first_part"', '"First part"'), [f"{FIRST}.id", "lower-case letters"]),
    "a letter is a word": (swap('letter = "R"', 'letter = "Ra"'), ["tracks[0].letter", "one capital letter"]),
    "an interval is nothing": (
        swap("every_days = 7", "every_days = 0"),
        ["tracks[0].steps[1].parts[0].repeat.every_days is out of range", "at least 1"],
    ),
    "an earlier report's field is asked never": (
        swap('type = "note"', 'type = "note", asked = "never"'),
        ["field_sets.facts[0].asked is 'never'", "expected one of always, after_earlier"],
    ),
}
RULES = {
    "a track is missing": (
        swap('id = "confirmed_victim"', 'id = "suspected_victim"'),
        ["tracks holds suspected_recruiter, suspected_victim, suspected_victim", "confirmed_victim once"],
    ),
    "a letter stands twice": (swap('letter = "S"', 'letter = "R"'), ["tracks has the letter R twice"]),
    "a part's id stands twice": (
        swap('id = "second_part"', 'id = "first_part"'),
        ["tracks[0] has two parts with the id first_part", "unique"],
    ),
    "a step is numbered out of order": (
        swap("number = 2", "number = 3"),
        ["tracks[0].steps[1].number is 3", "expected 2"],
    ),
    "a gate names no part": (
        swap('parts = ["first_part"]', 'parts = ["nowhere"]'),
        ["tracks[0].steps[1].parts[0].gate.parts[0] is nowhere", "expected a part of the same track"],
    ),
    "a gate names a part of another track": (
        swap('parts = ["first_part"]', 'parts = ["tell"]'),
        ["gate.parts[0] is tell", "expected a part of the same track: first_part, second_part"],
    ),
    "a gate names its own part": (
        swap('parts = ["first_part"]', 'parts = ["second_part"]'),
        ["tracks[0] has a circle of gates through second_part"],
    ),
    "two gates form a circle": (
        swap('fields = "facts" }', 'fields = "facts", gate = { parts = ["second_part"], why = "Round." } }'),
        ["tracks[0] has a circle of gates through first_part", "expected gates that can be passed"],
    ),
    "a gate stands before a report": (
        swap('fields = "call"', 'fields = "call", gate = { parts = ["look"], why = "Later." }'),
        ["tracks[1].steps[0].parts[0].gate", "a report is never held back"],
    ),
    "follows names no part": (
        swap('"suspected_victim/tell"', '"suspected_victim/nowhere"'),
        ["tracks[2].steps[0].parts[0].follows is suspected_victim/nowhere", "expected track/part"],
    ),
    "follows names no track": (
        swap('"suspected_victim/tell"', '"tell"'),
        ["follows is tell", "expected track/part"],
    ),
    "follows names its own track": (
        swap('"suspected_victim/tell"', '"confirmed_victim/tell_again"'),
        ["follows is confirmed_victim/tell_again", "expected a part of another track"],
    ),
    "follows comes without carry": (
        swap(', carry = "report_again"', ""),
        ["parts[0].carry is missing", "together"],
    ),
    "carry comes without follows": (
        swap(', follows = "suspected_victim/tell"', ""),
        ["parts[0].follows is missing", "together"],
    ),
    "a field set does not exist": (
        swap('fields = "facts"', 'fields = "fact"'),
        [f"{FIRST}.fields is fact", "here one of facts, call"],
    ),
    "a choice has no choices": (
        swap('type = "note"', 'type = "choice"'),
        ["field_sets.facts[0].choices has 0", "expected two or more for a field of type choice"],
    ),
    "a note has choices": (
        swap('type = "note"', 'type = "note", choices = [{ value = "a", label = "A" }]'),
        ["field_sets.facts[0].choices is given", "expected none for a field of type note"],
    ),
    "two choices have one value": (
        swap(
            'type = "note"',
            'type = "choice", choices = [{ value = "a", label = "A" }, { value = "a", label = "B" }]',
        ),
        ["field_sets.facts[0].choices has the value a twice"],
    ),
    "two fields have one name": (
        swap('name = "phoned_at"', 'name = "agency"'),
        ["field_sets.call has two fields named agency"],
    ),
    "one name has two types": (
        swap('name = "note"', 'name = "agency"'),
        ["field_sets.call[0].type is text", "expected note, as agency is elsewhere"],
    ),
    "a field is required for an outcome that cannot be": (
        swap('type = "note"', 'type = "note", required_for = ["declined"]'),
        [
            "field_sets.facts[0].required_for has declined",
            f"expected outcomes that {FIRST} allows: done, unable",
        ],
    ),
    "done is not an outcome": (swap('["done", "unable"]', '["unable"]'), [f"{FIRST}.outcomes lacks done"]),
    "an outcome stands twice": (
        swap('["done", "unable"]', '["done", "done"]'),
        [f"{FIRST}.outcomes has done twice"],
    ),
    "an actor stands twice": (
        swap('["administrator"]', '["administrator", "administrator"]'),
        [f"{FIRST}.actors has administrator twice"],
    ),
    "superseded is listed": (
        swap('["done", "unable"]', '["done", "superseded"]'),
        [f"{FIRST}.outcomes has superseded", "only reclassifying"],
    ),
    "a report can be declined": (
        swap('["done", "not_applicable"]', '["done", "declined"]'),
        ["tracks[1].steps[0].parts[0].outcomes has declined", "kind report"],
    ),
    "a contact can be declined": (
        swap(
            'kind = "impact", actors = ["counselor"]',
            'kind = "contact", repeat = { every_days = 1 }, actors = ["counselor"]',
        ),
        ["tracks[1].steps[0].parts[1].outcomes has declined", "kind contact"],
    ),
    "what repeats can be declined": (
        swap(
            'kind = "impact", actors = ["counselor"]',
            'kind = "impact", repeat = { every_days = 1 }, actors = ["counselor"]',
        ),
        ["tracks[1].steps[0].parts[1].outcomes has declined", "where repeat is given"],
    ),
    "a contact does not repeat": (
        swap('kind = "plain"', 'kind = "contact"'),
        [f"{FIRST}.repeat is missing", "kind contact"],
    ),
    "a time is given twice": (
        swap("due = { hours = 36 }", "due = { hours = 36, school_days = 2 }"),
        ["tracks[1].steps[0].parts[0].due", "exactly one of school_days and hours"],
    ),
    "a time is given not at all": (
        swap("due = { hours = 36 }", 'due = { after = "known" }'),
        ["tracks[1].steps[0].parts[0].due", "exactly one of school_days and hours"],
    ),
    "a report does not ask when it was telephoned": (
        swap('name = "phoned_at"', 'name = "told_at"'),
        ["tracks[1].steps[0].parts[0].fields", "the field phoned_at of type moment"],
    ),
    "an officer's answer has other words": (
        lambda: OTHER.replace('value = "referred"', 'value = "passed_on"'),
        [
            "field_sets.z_answer_facts",
            "expected report_back to offer investigating, referred, closed, cannot_share",
        ],
    ),
}
BREAKAGES = SYNTAX | KEYS | RULES


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_a_definition_is_refused_when(breakage: str) -> None:
    broken, words = BREAKAGES[breakage]
    said = refusal(broken())
    assert said.startswith("small.toml")
    assert "\n" not in said
    for word in words:
        assert word in said, said


def test_an_empty_file_is_refused_with_the_first_key_that_is_missing() -> None:
    assert refusal("") == "small.toml: id is missing; expected this key to be given"


@pytest.mark.parametrize("text", [GOOD, OTHER], ids=["small", "other"])
def test_a_differently_numbered_protocol_is_read(text: str) -> None:
    assert isinstance(parse(text, file="any.toml"), Protocol)


def test_a_part_is_found_by_track_and_id_and_an_unknown_one_is_a_key_error() -> None:
    protocol = parse(GOOD, file="small.toml")
    assert protocol.part("suspected_victim", "tell").kind == "report"
    with pytest.raises(KeyError, match="suspected_victim/nowhere"):
        protocol.part("suspected_victim", "nowhere")
    with pytest.raises(KeyError, match="nowhere"):
        protocol.track("nowhere")


def test_the_fields_of_a_part_are_those_of_its_set() -> None:
    protocol = parse(GOOD, file="small.toml")
    assert [field.name for field in protocol.fields_of(protocol.part("suspected_victim", "tell"))] == [
        "agency",
        "phoned_at",
    ]
    assert protocol.fields_of(protocol.part("suspected_victim", "look")) == ()


def test_a_definition_cannot_be_changed_once_read() -> None:
    part = parse(GOOD, file="small.toml").part("suspected_victim", "tell")
    with pytest.raises(AttributeError):
        part.label = "Something else"  # type: ignore[misc]


def test_the_digest_is_of_the_text_and_not_of_its_line_ends() -> None:
    assert digest("a\nb\n") == digest("a\r\nb\r\n") != digest("a\nc\n")
