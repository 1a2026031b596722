"""Every verb x every state x every role: what happens is declared here and run for real."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from cases import workflow
from cases.models import Case, CasePerson, Concern, Entry, SroRequest, StepPart
from cases.workflow import VERBS, Conflict, Invalid
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.make import AT

pytestmark = pytest.mark.django_db

PEOPLE = (
    "teacher", "counselor", "social_worker", "sro", "administrator", "liaison", "counsel", "elsewhere",
    "excluded", "former",
)  # fmt: skip

#: Who sees the case: those on it, the school's administrator, the liaison. For the rest it does not exist.
SEE_CASE = {"counselor", "sro", "administrator", "liaison"}

#: verb: (who may, what happens to them in each state of the case). The part is one that an administrator ends.
ON_CASE: dict[str, tuple[set[str], dict[str, str]]] = {
    "record_outcome": (
        {"administrator"},
        {
            "open": "done",
            "ended": "Conflict",
            "closed": "Conflict",
            "voided": "Conflict",
            "reclassified": "Conflict",
        },
    ),
    "correct_entry": (
        {"administrator"},
        {"ended": "done", "closed": "Conflict", "voided": "Conflict", "reclassified": "Conflict"},
    ),
    "request_sro": (
        {"counselor", "administrator"},
        {
            "fresh": "done",
            "open": "Conflict",
            "closed": "Conflict",
            "voided": "Conflict",
            "reclassified": "Conflict",
        },
    ),
    "accept_request": (
        {"sro"},
        {"open": "done", "closed": "Conflict", "voided": "Conflict", "reclassified": "Conflict"},
    ),
    "decline_request": (
        {"sro"},
        {"open": "done", "closed": "Conflict", "voided": "Conflict", "reclassified": "Conflict"},
    ),
    "report_back": (
        {"sro"},
        {"open": "Conflict", "accepted": "done", "closed": "Conflict", "voided": "Conflict"},
    ),
    "reclassify": (
        {"counselor", "administrator"},
        {"open": "done", "closed": "Conflict", "voided": "Conflict", "reclassified": "Conflict"},
    ),
    "close_case": (
        {"counselor", "administrator"},
        {"open": "done", "closed": "Conflict", "voided": "Conflict"},
    ),
    "reopen_case": (
        {"counselor", "administrator", "liaison"},
        {"open": "Conflict", "closed": "done", "voided": "Conflict"},
    ),
    "void_case": ({"liaison"}, {"open": "done", "closed": "done", "voided": "Conflict"}),
    "correct_student": (
        {"counselor", "administrator", "liaison"},
        {"open": "done", "closed": "Conflict", "voided": "Conflict"},
    ),
    "add_person": (
        {"counselor", "administrator", "liaison"},
        {"open": "done", "closed": "Conflict", "voided": "Conflict"},
    ),
    "remove_person": (
        {"counselor", "administrator", "liaison"},
        {"open": "done", "closed": "done", "voided": "done"},
    ),
}

#: verb: (who may, what happens to them in each state of the concern).
ON_CONCERN: dict[str, tuple[set[str], dict[str, str]]] = {
    "log_concern": (set(PEOPLE), {"none": "done"}),
    "supplement_concern": ({"teacher"}, {"received": "done", "attached": "done", "closed": "done"}),
    "accept_concern": (
        {"counselor", "social_worker"},
        {"received": "done", "accepted": "Conflict", "attached": "Conflict", "closed": "Conflict"},
    ),
    "match_concern": (
        {"counselor", "social_worker"},
        {"received": "done", "attached": "Conflict", "closed": "Conflict"},
    ),
    "close_concern": (
        {"counselor", "social_worker"},
        {"received": "done", "attached": "Conflict", "closed": "Conflict"},
    ),
    "open_case": (
        {"counselor", "social_worker"},
        {"received": "done", "attached": "Conflict", "closed": "Conflict"},
    ),
    "attach_concern": ({"counselor"}, {"received": "done", "attached": "Conflict", "closed": "Conflict"}),
}
#: Who sees a concern: its author, its receiver and backup; once it is in a case, those who oversee that too.
SEE_CONCERN = {"teacher", "counselor", "social_worker"}
SEE_ATTACHED = SEE_CONCERN | {"administrator", "liaison"}


@dataclass
class Scene:
    """A case or a concern in one state, with everybody who tries."""

    staff: make.Staff
    people: dict[str, User]
    case: Case | None = None
    concern: Concern | None = None
    part: StepPart | None = None
    notify: StepPart | None = None
    request: SroRequest | None = None
    entry: Entry | None = None
    row: CasePerson | None = None


def everybody() -> tuple[make.Staff, dict[str, User]]:
    staff = make.Staff()
    people = {name: getattr(staff, name) for name in PEOPLE if hasattr(staff, name)}
    people["excluded"] = make.user("Ezra Excluded", Role.ADMINISTRATOR, staff.school)
    people["former"] = make.user("Fran Former", Role.SOCIAL_WORKER, staff.school)
    return staff, people


def case_in(state: str) -> Scene:
    staff, people = everybody()
    concern = make.concern(staff, implicated=[people["excluded"]])
    case = make.case(staff, about=concern)
    scene = Scene(staff, people, case)
    row = workflow.add_person(
        actor=staff.counselor,
        case=case,
        person=people["former"],
        role="social_worker",
        reason="Helps.",
        at=AT,
    )
    workflow.remove_person(actor=staff.counselor, case=case, person=row, reason="Moved.", at=AT)
    helper = make.user("Hana Helper", Role.COUNSELOR, staff.school)
    scene.row = workflow.add_person(
        actor=staff.counselor, case=case, person=helper, role="counselor", reason="Covers.", at=AT
    )
    scene.part = make.part(case, staff.administrator, "impact")
    scene.notify = make.part(case, staff.counselor, "notify")
    if state == "fresh":
        # The officer is on the case by name, not yet asked.
        workflow.add_person(
            actor=staff.counselor, case=case, person=staff.sro, role="sro", reason="Soon.", at=AT
        )
    else:
        scene.request = workflow.request_sro(
            actor=staff.counselor, part=scene.notify, version=0, officer=staff.sro, at=AT
        )
    if state != "open":
        scene.entry = outcome(scene, staff.administrator)
    if state == "accepted":
        workflow.accept_request(actor=staff.sro, request=scene.request, at=AT)
    if state == "reclassified":
        reclassify(scene, staff.counselor)
    if state == "closed":
        reported(scene)
        close(scene, staff.counselor)
    if state == "voided":
        workflow.void_case(actor=staff.liaison, case=case, reason="By mistake.", at=AT)
    return scene


def concern_in(state: str) -> Scene:
    staff, people = everybody()
    scene = Scene(staff, people)
    scene.concern = make.concern(staff, implicated=[people["excluded"]])
    if state in ("received", "closed", "accepted", "none"):
        scene.case = make.case(staff)
    if state == "accepted":
        workflow.accept_concern(actor=staff.counselor, concern=scene.concern, at=AT)
    if state == "attached":
        scene.case = make.case(staff, about=scene.concern)
    if state == "closed":
        workflow.close_concern(actor=staff.counselor, concern=scene.concern, reason="Cleared up.", at=AT)
    return scene


def outcome(scene: Scene, actor: User) -> Entry:
    return workflow.record_outcome(
        actor=actor,
        part=scene.part,
        version=0,
        outcome="done",
        happened_at=AT,
        values={"areas_checked": ["recruitment"], "impact_found": False},
        at=AT,
    )


def reported(scene: Scene) -> None:
    part = make.part(scene.case, scene.staff.counselor, "report")
    workflow.record_outcome(
        actor=scene.staff.counselor,
        part=part,
        version=part.version,
        outcome="done",
        happened_at=AT,
        values={"phoned_at": AT, "agency": "Child Welfare Services"},
        at=AT,
    )


def close(scene: Scene, actor: User) -> None:
    left = {part.pk: "Others go on." for part in make.parts(scene.case, scene.staff.counselor)}
    workflow.close_case(
        actor=actor, case=scene.case, outcome="other_support", reason="Over.", left_open=left, at=AT
    )


def close_reported(scene: Scene, actor: User) -> None:
    if make.as_seen(scene.case, scene.staff.counselor).is_open:
        reported(scene)
    close(scene, actor)


def reclassify(scene: Scene, actor: User) -> Any:
    return workflow.reclassify(
        actor=actor,
        case=scene.case,
        to="confirmed_victim",
        basis="disclosure",
        decided_by="Both",
        reason="Told us.",
        at=AT,
    )


def correct(scene: Scene, actor: User) -> Any:
    return workflow.correct_entry(
        actor=actor,
        entry=scene.entry,
        outcome="unable",
        happened_at=AT,
        reason="Not looked into yet.",
        review_on=AT.date(),
        at=AT,
    )


def another_student(scene: Scene) -> Any:
    return make.student(scene.staff.school, "Robin", "Reed")


ACTS: dict[str, Callable[[Scene, User], Any]] = {
    "record_outcome": outcome,
    "correct_entry": correct,
    "request_sro": lambda s, actor: workflow.request_sro(
        actor=actor, part=s.notify, version=0, officer=s.staff.sro, at=AT
    ),
    "accept_request": lambda s, actor: workflow.accept_request(actor=actor, request=s.request, at=AT),
    "decline_request": lambda s, actor: workflow.decline_request(
        actor=actor, request=s.request, reason="On leave.", at=AT
    ),
    "report_back": lambda s, actor: workflow.report_back(
        actor=actor, request=s.request, version=0, values={"report_back": "referred"}, at=AT
    ),
    "reclassify": reclassify,
    "close_case": close_reported,
    "reopen_case": lambda s, actor: workflow.reopen_case(actor=actor, case=s.case, reason="Again.", at=AT),
    "void_case": lambda s, actor: workflow.void_case(actor=actor, case=s.case, reason="By mistake.", at=AT),
    "correct_student": lambda s, actor: workflow.correct_student(
        actor=actor, case=s.case, student=another_student(s), reason="Mixed up.", at=AT
    ),
    "add_person": lambda s, actor: workflow.add_person(
        actor=actor, case=s.case, person=s.staff.social_worker, role="social_worker", reason="Helps.", at=AT
    ),
    "remove_person": lambda s, actor: workflow.remove_person(
        actor=actor, case=s.case, person=s.row, reason="No longer.", at=AT
    ),
    "log_concern": lambda s, actor: make.concern(s.staff, author=actor, concern_id=uuid4()),
    "supplement_concern": lambda s, actor: workflow.supplement_concern(
        actor=actor, concern=s.concern, account="Also on Monday.", at=AT
    ),
    "accept_concern": lambda s, actor: workflow.accept_concern(actor=actor, concern=s.concern, at=AT),
    "match_concern": lambda s, actor: workflow.match_concern(
        actor=actor, concern=s.concern, student=another_student(s), reason="Mixed up.", at=AT
    ),
    "close_concern": lambda s, actor: workflow.close_concern(
        actor=actor, concern=s.concern, reason="Cleared up.", at=AT
    ),
    "open_case": lambda s, actor: workflow.open_case(
        actor=actor, concern=s.concern, track="suspected_victim", reason="It fits.", at=AT
    ),
    "attach_concern": lambda s, actor: workflow.attach_concern(
        actor=actor, concern=s.concern, case=s.case, reason="The same event.", at=AT
    ),
}


def happens(act: Callable[[Scene, User], Any], scene: Scene, actor: User) -> str:
    """Try it, and take it back."""
    try:
        with transaction.atomic():
            act(scene, actor)
            transaction.set_rollback(True)
    except (Absent, NotPermitted, Conflict, Invalid) as refusal:
        return type(refusal).__name__
    return "done"


def test_the_table_names_every_verb() -> None:
    assert set(ON_CASE) | set(ON_CONCERN) == set(VERBS) == set(ACTS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_tests_of_its_own(verb: str) -> None:
    assert Path(__file__).with_name(f"test_{verb}.py").exists()


@pytest.mark.parametrize(("verb", "state"), [(verb, state) for verb in ON_CASE for state in ON_CASE[verb][1]])
def test_on_a_case(verb: str, state: str) -> None:
    scene = case_in(state)
    may, result = ON_CASE[verb]
    expected = {
        name: "Absent" if name not in SEE_CASE else result[state] if name in may else "NotPermitted"
        for name in PEOPLE
    }
    found = {name: happens(ACTS[verb], scene, person) for name, person in scene.people.items()}
    assert found == expected


@pytest.mark.parametrize(
    ("verb", "state"), [(verb, state) for verb in ON_CONCERN for state in ON_CONCERN[verb][1]]
)
def test_on_a_concern(verb: str, state: str) -> None:
    scene = concern_in(state)
    may, result = ON_CONCERN[verb]
    see = set(PEOPLE) if state == "none" else SEE_ATTACHED if state == "attached" else SEE_CONCERN
    if verb == "attach_concern":
        see = see & SEE_CASE  # the case it goes to is looked up first
    expected = {
        name: "Absent" if name not in see else result[state] if name in may else "NotPermitted"
        for name in PEOPLE
    }
    found = {name: happens(ACTS[verb], scene, person) for name, person in scene.people.items()}
    assert found == expected


def test_whoever_may_not_write_may_not_read_either() -> None:
    scene = case_in("open")
    assert scene.case is not None
    for name, person in scene.people.items():
        with acting_as(person.pk):
            sees = Case.objects.visible_to(person).filter(pk=scene.case.pk).exists()
        assert sees == (name in SEE_CASE), name
