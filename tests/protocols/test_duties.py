"""A definition under which a duty could not be done, or would tell who reported, is refused before it is published."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connections, transaction

from csec.accounts.roles import CASE_ROLES
from protocols.duties import READERS, RESERVED
from protocols.schema import DefinitionError, parse

HERE = Path(__file__).parent
GOOD = (HERE / "small.toml").read_text(encoding="utf-8")
OTHER = (HERE / "other.toml").read_text(encoding="utf-8")


def swap(text: str, old: str, new: str) -> Callable[[], str]:
    def broken() -> str:
        assert old in text, f"the table of breakages is out of date: {old}"
        return text.replace(old, new, 1)

    return broken


def line(part: str) -> str:
    return next(line for line in OTHER.splitlines() if line.startswith(f'  {{ id = "{part}"'))


TELL = "tracks[1].steps[0].parts[0]"
# What is broken -> the words of the refusal, beside the file's name.
DUTIES = {
    "everybody on the case would read who reported": (
        swap(
            GOOD,
            'fields = "call", compartment = "reporter", due',
            'fields = "call", compartment = "team", due',
        ),
        f"{TELL}.compartment is team; expected reporter for kind report: who reported stays with its author",
    ),
    "a report names no compartment": (
        swap(GOOD, 'fields = "call", compartment = "reporter", due', 'fields = "call", due'),
        f"{TELL}.compartment is team; expected reporter for kind report: who reported stays with its author",
    ),
    "somebody else than the reporter makes the report": (
        swap(GOOD, 'actors = ["mandated_reporter"]', 'actors = ["mandated_reporter", "counselor"]'),
        f"{TELL}.actors[1] is counselor, who does not read compartment reporter; "
        "expected of mandated_reporter, or another compartment",
    ),
    "the reporter would be named as the actor of another part": (
        swap(
            GOOD,
            'kind = "plain", actors = ["administrator"]',
            'kind = "plain", actors = ["mandated_reporter"]',
        ),
        "tracks[0].steps[0].parts[0].actors[0] is mandated_reporter, who does not read compartment team; "
        "expected of administrator, counsel, counselor, liaison, social_worker, sro, or another compartment",
    ),
    "the officer never sees the officer's own part": (
        swap(OTHER, 'compartment = "sro"', 'compartment = "counseling"'),
        "tracks[0].steps[1].parts[1].actors[0] is sro, who does not read compartment counseling; "
        "expected of counselor, social_worker, or another compartment",
    ),
    "the administrator could not read what they entered": (
        swap(
            OTHER,
            'kind = "consultation", actors = ["counselor"]',
            'kind = "consultation", actors = ["counselor", "administrator"]',
        ),
        "tracks[2].steps[2].parts[0].actors[1] is administrator, who does not read compartment counseling; "
        "expected of counselor, social_worker, or another compartment",
    ),
    "the officer who is asked could not report back": (
        swap(OTHER, line("y_answer"), line("y_answer").replace("sro_response", "plain")),
        "tracks[2].steps[3].parts[0] has no answer; expected a part of kind sro_response in the same step: "
        "the officer could not report back",
    ),
    "an officer answers whom nobody asked": (
        swap(OTHER, line("y_ask"), line("y_ask").replace("sro_request", "plain")),
        "tracks[2].steps[3].parts[1] answers nothing; expected one sro_response in a step, beside an sro_request",
    ),
    "an attempt at a contact could not be recorded": (
        swap(OTHER, line("x_touch"), line("x_touch").replace('"done", "unable"', '"done"')),
        "tracks[1].steps[0].parts[5].outcomes lacks unable; "
        "expected it for kind contact: an attempt is recorded and asks again",
    ),
    "a track has two contacts and one plan": (
        swap(OTHER, line("x_offer"), line("x_touch").replace("x_touch", "x_offer").rstrip(",") + "]"),
        "tracks[1] has two parts of kind contact, x_touch and x_offer; expected at most one in a track",
    ),
}


@pytest.mark.parametrize("breakage", DUTIES)
def test_a_definition_is_refused_under_which(breakage: str) -> None:
    broken, words = DUTIES[breakage]
    with pytest.raises(DefinitionError) as refused:
        parse(broken(), file="mine.toml")
    assert str(refused.value) == f"mine.toml: {words}"


@pytest.mark.parametrize("name", RESERVED)
def test_no_evidence_is_called_like_what_the_software_asks_itself(name: str) -> None:
    broken = GOOD.replace('name = "note"', f'name = "{name}"')
    with pytest.raises(DefinitionError) as refused:
        parse(broken, file="mine.toml")
    assert str(refused.value).startswith(
        f"mine.toml: field_sets.facts[0].name is {name}; expected another name"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("compartment", ["team", "counseling", "sro"])
def test_a_compartment_is_read_by_those_whom_postgresql_lets_read_it(compartment: str) -> None:
    """Asked of the very function that the policies ask, for somebody who is on the case in each role."""
    read = set()
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION case_role(which uuid) RETURNS text LANGUAGE sql"
            " AS $$ SELECT current_setting('lantern.role') $$"
        )
        for role in CASE_ROLES:
            cursor.execute("SELECT set_config('lantern.role', %s, true)", [str(role)])
            cursor.execute("SELECT compartment_access(gen_random_uuid(), %s, NULL)", [compartment])
            [(allowed,)] = cursor.fetchall()
            read |= {str(role)} if allowed else set()
        transaction.set_rollback(True, using="owner")
    assert read == READERS[compartment]
