"""No order of the transfer's verbs opens two cases of one, loses a check-in or a duty, or shows a case to another."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from cases import workflow
from cases.models import Case, Transfer
from cases.workflow import Conflict, Invalid
from csec.accounts.models import User
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.make import AT
from tests.matrix.rows import as_owner, looked_at

pytestmark = pytest.mark.django_db


class Walk:
    """One student between three people at three schools, who try the verbs in any order."""

    def __init__(self, seed: int) -> None:
        self.lot, self.at = random.Random(seed), AT
        self.staff = staff = make.Staff()
        third = make.user("Tia Third", "social_worker", make.school("Cedar High"))
        self.people: list[User] = [staff.counselor, staff.elsewhere, third]
        self.first = make.case(staff)
        self.due = make.check_in(self.first, staff.counselor).due_on

    def seen(self, person: User) -> tuple[list[Case], list[Transfer]]:
        with acting_as(person.pk):
            cases = Case.objects.visible_to(person).select_related("school", "key", "protocol")
            return list(cases.order_by("opened_at")), list(
                Transfer.objects.visible_to(person).order_by("began_at")
            )

    def step(self) -> None:
        self.at += timedelta(minutes=1)
        actor = self.lot.choice(self.people)
        cases, transfers = self.seen(actor)
        at, case = self.at, self.lot.choice(cases) if cases else self.first
        row = self.lot.choice(transfers) if transfers else Transfer()
        known = {"acknowledged_by": "Intake", "acknowledged_at": at}
        acts: list[Callable[[], Any]] = [
            lambda: make.offered(case, actor, self.lot.choice(self.people), at=at),
            lambda: workflow.accept_transfer(actor=actor, transfer=row, at=at),
            lambda: workflow.refuse_transfer(actor=actor, transfer=row, reason="No.", at=at),
            lambda: workflow.withdraw_transfer(actor=actor, case=case, transfer=row, reason="Stays.", at=at),
            lambda: make.left(case, actor, at=at),
            lambda: workflow.acknowledge_transfer(actor=actor, case=case, transfer=row, at=at, **known),
            lambda: make.sent(case, actor, at=at),
            lambda: workflow.reopen_case(actor=actor, case=case, reason="Again.", at=at),
        ]
        # Half of the time somebody does what would go through: otherwise little would happen.
        goes_on = self.lot.random() < 0.5
        with suppress(Absent, NotPermitted, Conflict, Invalid):
            self.hand_on() if goes_on else self.lot.choice(acts)()

    def hand_on(self) -> None:
        """Whoever has the open case offers it, or whoever it is offered to accepts."""
        for person in self.people:
            cases, transfers = self.seen(person)
            for one in transfers:
                if one.waits and one.receiver_id == person.pk:
                    workflow.accept_transfer(actor=person, transfer=one, at=self.at)
                    return
            for one_case in cases:
                if one_case.is_open and not any(one.waits for one in transfers):
                    others = [other for other in self.people if other != person]
                    make.offered(one_case, person, self.lot.choice(others), at=self.at)
                    return

    def check(self) -> None:
        open_cases = as_owner("SELECT id FROM cases_case WHERE status = 'open'")
        assert len(open_cases) == 1
        waiting = "SELECT case_id FROM cases_checkin WHERE state = 'waiting' AND due_on = %s"
        assert as_owner(waiting, self.due) == open_cases
        # Nobody has reported: each case in turn goes on asking.
        owed = "SELECT case_id FROM cases_steppart WHERE kind = 'report' AND outcome IN ('', 'unable')"
        assert sorted(as_owner(owed)) == sorted(as_owner("SELECT id FROM cases_case"))
        assert len(as_owner("SELECT id FROM cases_transfer WHERE state IN ('asked', 'open')")) <= 1

    def check_who_sees(self) -> None:
        for person in self.people:
            schools = {m.school_id for m in person.current_memberships}
            assert {case.school_id for case in self.seen(person)[0]} <= schools


@pytest.fixture(scope="module", autouse=True)
def looking(django_db_setup: None, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock(), looked_at():
        yield


@pytest.mark.parametrize("seed", range(2))
def test_there_is_one_open_case_and_its_check_in_waits_whatever_they_do(seed: int) -> None:
    walk = Walk(seed)
    for _n in range(16):
        walk.step()
        walk.check()
    walk.check_who_sees()
    assert len(as_owner("SELECT id FROM cases_case")) > 1, "no case was handed over: this walk shows nothing"
