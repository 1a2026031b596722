"""In no order of verbs does a duty to report get lost, end by another's hand, or stay open in a case that closes."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from cases import workflow
from cases.models import Case, CasePerson, Concern, ReportDuty
from cases.workflow import Conflict, Invalid
from csec.accounts.models import User
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.make import AT

pytestmark = pytest.mark.django_db

STEPS = 14
REASON = {"reason": "It is so."}


class Play:
    """Some people at one school, who do what comes into their minds."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.staff = staff = make.Staff()
        self.at = AT
        self.concerns: list[Concern] = [make.concern(staff)]
        self.cases: list[Case] = []
        self.everybody = [
            staff.teacher, staff.counselor, staff.social_worker, staff.administrator, staff.liaison,
        ]  # fmt: skip
        self.known: dict[UUID, ReportDuty] = {}
        self.look(None)

    def duties(self) -> dict[UUID, ReportDuty]:
        return {row.pk: row for person in self.everybody for row in make.duties(person, number__gt=0)}

    def look(self, actor: User | None) -> None:
        """Every duty that there was is still there, its person's and with its first clock; ended by them alone."""
        now = self.duties()
        for pk, before in self.known.items():
            after = now[pk]
            assert (after.person_id, after.learned_at, after.concern_id) == (
                before.person_id, before.learned_at, before.concern_id,
            )  # fmt: skip
            if before.is_open and not after.is_open:
                assert actor is not None
                assert after.person_id == actor.pk
        self.known = now

    def pick(self, rows: Any) -> Any:
        return self.random.choice(list(rows)) if rows else None

    def step(self) -> None:
        self.at += timedelta(hours=self.random.choice((0, 1, 7)))
        actor = self.pick(self.everybody)
        verb = self.pick(VERBS)
        try:
            with transaction.atomic():
                verb(self, actor)
        except (Absent, NotPermitted, Conflict, Invalid, AttributeError, ObjectDoesNotExist):
            pass
        self.look(actor)


def log(play: Play, actor: User) -> None:
    play.concerns.append(make.concern(play.staff, author=actor, at=play.at))


def supplement(play: Play, actor: User) -> None:
    concern = play.pick(play.concerns)
    workflow.supplement_concern(actor=actor, concern=concern, account="More.", at=play.at)


def accept(play: Play, actor: User) -> None:
    workflow.accept_concern(actor=actor, concern=play.pick(play.concerns), at=play.at)


def open_case(play: Play, actor: User) -> None:
    concern = play.pick(play.concerns)
    track = play.pick(["suspected_victim", "suspected_recruiter"])
    play.cases.append(workflow.open_case(actor=actor, concern=concern, track=track, at=play.at, **REASON))


def attach(play: Play, actor: User) -> None:
    case, concern = play.pick(play.cases), play.pick(play.concerns)
    workflow.attach_concern(actor=actor, concern=concern, case=case, at=play.at, **REASON)


def add(play: Play, actor: User) -> None:
    person = play.pick([play.staff.social_worker, play.staff.counselor])
    role = person.memberships.get().role
    workflow.add_person(
        actor=actor, case=play.pick(play.cases), person=person, role=role, at=play.at, **REASON
    )


def remove(play: Play, actor: User) -> None:
    case = play.pick(play.cases)
    with acting_as(actor.pk):
        row = play.pick(CasePerson.objects.filter(case=case, excluded=False, until__isnull=True))
    workflow.remove_person(actor=actor, case=case, person=row, at=play.at, **REASON)


def exclude(play: Play, actor: User) -> None:
    person = play.pick(play.everybody)
    workflow.exclude_person(actor=actor, case=play.pick(play.cases), person=person, at=play.at, **REASON)


def reclassify(play: Play, actor: User) -> None:
    case = make.as_seen(play.pick(play.cases), actor)
    to = "suspected_victim" if case.track == "confirmed_victim" else "confirmed_victim"
    given = {"basis": "disclosure", "decided_by": "Both."} if to == "confirmed_victim" else {}
    workflow.reclassify(actor=actor, case=case, to=to, at=play.at, **given, **REASON)


def report(play: Play, actor: User) -> None:
    """The actor's own, in the case or on the page of the duty, whole or by half, or that none applies."""
    case = play.pick(play.cases)
    how = play.pick(["done", "unable", "not_applicable"])
    when = {"phoned_at": play.at, "agency": "CWS"}
    values = when | {"written_at": play.at} if how == "done" else when if how == "unable" else {}
    more = {} if how == "done" else {"reason": "So.", "review_on": play.at.date()}
    if how == "not_applicable":
        more = {"reason": "So."}
    make.record(case, actor, "report", how, at=play.at, values=values, **more)


def own_page(play: Play, actor: User) -> None:
    duty = play.pick(make.duties(actor))
    how = play.pick(["done", "called", "not_applicable"])
    when = {"phoned_at": play.at, "agency": "CWS"}
    if duty.number > 1:
        when |= {"against_earlier": "new_report"}
    values = when | {"written_at": play.at} if how == "done" else when if how == "called" else {}
    workflow.record_report(actor=actor, duty=duty, outcome=how, values=values, reason="So.", at=play.at)


def joint(play: Play, actor: User) -> None:
    duty = play.pick(make.duties(actor))
    workflow.confirm_joint_report(actor=actor, duty=duty, agency="CWS", made_at=play.at, at=play.at)


def close(play: Play, actor: User) -> None:
    case = play.pick(play.cases)
    closing: dict[str, Any] = {"outcome": "other_support", "last_look": "Well.", **REASON}
    left = make.left_open(case, actor)
    workflow.close_case(actor=actor, case=case, left_open=left, at=play.at, **closing)
    assert not [one for one in play.duties().values() if one.case_id == case.pk and one.is_open]


def void(play: Play, actor: User) -> None:
    workflow.void_case(actor=actor, case=play.pick(play.cases), at=play.at, **REASON)


def close_concern(play: Play, actor: User) -> None:
    workflow.close_concern(actor=actor, concern=play.pick(play.concerns), at=play.at, **REASON)


VERBS: list[Callable[[Play, User], None]] = [
    log, supplement, accept, open_case, open_case, attach, add, remove, exclude, reclassify, report, report, own_page,
    own_page, joint, close, void, close_concern,
]  # fmt: skip


def played(seed: int, steps: int) -> Play:
    play = Play(seed)
    open_case(play, play.staff.counselor)
    play.look(play.staff.counselor)
    for _n in range(steps):
        play.step()
    # Whoever wrote a concern carries, or carried, a duty for it.
    for concern in play.concerns:
        assert [one for one in play.known.values() if one.concern_id == concern.pk], seed
    return play


@pytest.mark.parametrize("seed", range(3))
def test_no_order_of_verbs_loses_a_duty(seed: int) -> None:
    played(seed, STEPS)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(100, 200))
def test_nor_does_any_of_very_many(seed: int) -> None:
    played(seed, 40)
