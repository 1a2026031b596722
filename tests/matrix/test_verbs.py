"""A verb is given a thing of another case as if it were of this one: each looks for itself, whatever the page did."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from cases.models import (
    Alert,
    Case,
    CasePerson,
    Contact,
    Custody,
    EmergencyAccess,
    Entry,
    ParentHold,
    ReviewQuestion,
    SroRequest,
    StepPart,
    Transfer,
)
from cases.workflow import VERBS
from csec.errors import Absent
from tests import around
from tests.matrix.asking import undone
from tests.matrix.world import Thing, World

pytestmark = pytest.mark.django_db

Given = dict[str, Any]


def part(mine: Thing, pk: UUID) -> StepPart:
    return StepPart(pk=pk, case_id=mine.ids["case_id"])


def request(mine: Thing, theirs: Thing) -> SroRequest:
    return SroRequest(pk=theirs.ids["request_id"], part=part(mine, mine.parts["notify"]))


def case(mine: Thing) -> Given:
    return {"case": Case(pk=mine.ids["case_id"])}


#: By whom, and with what of another case.
CALLS: dict[str, tuple[str, Callable[[World, Thing, Thing], Given]]] = {
    "record_outcome": (
        "counselor",
        lambda w, mine, theirs: {
            "part": part(mine, theirs.parts["report"]),
            "outcome": "done",
            "happened_at": w.at,
            "version": 0,
        },
    ),
    "record_checkin": (
        "counselor",
        lambda w, mine, theirs: {
            "part": part(mine, theirs.parts["regular_contact"]),
            "seen": True,
            "happened_at": w.at,
            "version": 0,
        },
    ),
    "request_sro": (
        "counselor",
        lambda w, mine, theirs: {
            "part": part(mine, theirs.parts["notify"]),
            "officer": w.substitute,
            "version": 0,
        },
    ),
    "correct_entry": (
        "administrator",
        lambda w, mine, theirs: {
            "entry": Entry(pk=theirs.ids["entry_id"], part=part(mine, mine.parts["impact"])),
            "outcome": "unable",
            "happened_at": w.at,
            "reason": "Planted.",
        },
    ),
    "follow_referral": (
        "counselor",
        lambda w, mine, theirs: {"part": part(mine, theirs.parts["offer_referral"]), "state": "began"},
    ),
    "accept_request": ("sro", lambda w, mine, theirs: {"request": request(mine, theirs)}),
    "decline_request": (
        "sro",
        lambda w, mine, theirs: {"request": request(mine, theirs), "reason": "Planted."},
    ),
    "report_back": (
        "sro",
        lambda w, mine, theirs: {"request": request(mine, theirs), "version": 0, "values": {}},
    ),
    "remove_person": (
        "counselor",
        lambda w, mine, theirs: {
            **case(mine),
            "person": CasePerson(pk=theirs.ids["person_id"]),
            "reason": "Planted.",
        },
    ),
    "readmit_person": (
        "liaison",
        lambda w, mine, theirs: {
            **case(mine),
            "person": CasePerson(pk=theirs.ids["kept_away"]),
            "reason": "Planted.",
        },
    ),
    "end_alert": (
        "counselor",
        lambda w, mine, theirs: {
            **case(mine),
            "alert": Alert(pk=theirs.ids["alert_id"]),
            "reason": "Planted.",
        },
    ),
    "change_contact": (
        "counselor",
        lambda w, mine, theirs: {
            **case(mine),
            "contact": Contact(pk=theirs.ids["contact_id"]),
            **around.person("Planted"),
        },
    ),
    "end_contact": (
        "counselor",
        lambda w, mine, theirs: {
            **case(mine),
            "contact": Contact(pk=theirs.ids["contact_id"]),
            "reason": "Planted.",
        },
    ),
    "release_parent_hold": (
        "counsel",
        lambda w, mine, theirs: {
            **case(mine),
            "hold": ParentHold(pk=theirs.ids["hold_id"]),
            "reason": "Planted.",
        },
    ),
    "end_custody": (
        "counselor",
        lambda w, mine, theirs: {
            **case(mine),
            "custody": Custody(pk=theirs.ids["custody_id"]),
            "back_at": w.at,
            "reason": "Planted.",
        },
    ),
    "withdraw_transfer": (
        "counselor",
        lambda w, mine, theirs: {
            **case(mine),
            "transfer": Transfer(pk=theirs.ids["transfer_id"]),
            "reason": "Planted.",
        },
    ),
    "acknowledge_transfer": (
        "counselor",
        lambda w, mine, theirs: {
            **case(mine),
            "transfer": Transfer(pk=theirs.ids["transfer_id"]),
            "acknowledged_by": "Planted.",
            "acknowledged_at": w.at,
        },
    ),
    "take_over": ("counselor", lambda w, mine, theirs: {**case(mine), "subject": theirs.ids["subject"]}),
    "answer_question": (
        "counselor",
        lambda w, mine, theirs: {
            **case(mine),
            "question": ReviewQuestion(pk=theirs.ids["question_id"]),
            "answer": "cannot_say",
        },
    ),
    "review_emergency_access": (
        "counselor",
        lambda w, mine, theirs: {
            **case(mine),
            "access": EmergencyAccess(pk=theirs.ids["access_id"]),
            "finding": "needed",
            "note": "Planted.",
        },
    ),
}


@pytest.mark.parametrize("verb", CALLS)
@pytest.mark.parametrize("other", ["closed", "other", "absent"])
def test_a_verb_does_not_find_a_thing_of_another_case(verb: str, other: str, world: World) -> None:
    who, given = CALLS[verb]
    with undone(), pytest.raises(Absent):
        VERBS[verb].run(
            actor=world.people[who], at=world.at, **given(world, world.cases["own"], world.cases[other])
        )
