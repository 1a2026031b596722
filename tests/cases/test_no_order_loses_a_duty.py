"""In no order of verbs does a duty to report get lost, end by another's hand, or stay open in a case that closes."""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from cases import workflow
from cases.models import Alert, Case, CasePerson, Concern, ReportDuty
from cases.permissions import MANDATED_REPORTERS
from cases.workflow import Conflict, Invalid
from cases.workflow.own_duty import fields_of
from csec.accounts.models import User
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.make import AT
from tests.matrix.rows import as_owner, looked_at, said_to_owner

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def looking(django_db_setup: None, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock(), looked_at():
        yield


REASON = {"reason": "It is so."}


class Nothing(Exception):
    """There is nothing of the kind to do it to, as no closed case to reopen."""


class Play:
    """Some people at two schools, who do each thing that there is to do, in any order."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.staff = staff = make.Staff()
        self.another = make.student(staff.school, "Robin", "Reed")
        self.at = AT
        #: How often somebody tries what is not theirs.
        self.slips = 0.1
        self.concerns: list[Concern] = [make.concern(staff)]
        self.everybody = [
            staff.counselor, staff.social_worker, staff.administrator, staff.teacher, staff.liaison, staff.elsewhere,
        ]  # fmt: skip
        self.known: dict[str, dict[str, Any]] = {}
        self.happened: Counter[str] = Counter()
        self.look(None)

    def look(self, actor: User | None) -> None:
        """Every duty that there was is still there, its person's and with its first clock; ended by them alone."""
        now = {row["id"]: row for row in said_to_owner("SELECT * FROM cases_reportduty")}
        for pk, before in self.known.items():
            after = now[pk]
            for name in ("person_id", "learned_at", "concern_id"):
                assert after[name] == before[name]
            if after["ended_at"] and not before["ended_at"]:
                assert actor is not None
                assert after["person_id"] == str(actor.pk)
        self.known = now

    def pick(self, rows: Any) -> Any:
        found = list(rows)
        if not found:
            raise Nothing
        return self.random.choice(found)

    def case(self, actor: User, **where: Any) -> Case:
        """One that the actor may open; once in a while any that there is, to be refused."""
        if self.random.random() < self.slips:
            return Case(pk=self.pick(as_owner("SELECT id FROM cases_case ORDER BY opened_at, number")))
        with acting_as(actor.pk):
            rows = Case.objects.visible_to(actor).select_related("school", "key", "protocol")
            return self.pick(rows.filter(**(where or {"status": "open"})).order_by("opened_at", "pk"))

    def concern(self, *, waits: bool = True) -> Concern:
        """One that waits, written now where there is none; or any that there is."""
        found = as_owner("SELECT id FROM cases_concern WHERE status = 'received' OR NOT %s", waits)
        if not found:
            log(self, self.staff.teacher)
            return self.concerns[-1]
        return self.pick([one for one in self.concerns if one.pk in found])

    def act(self, verb: Callable[["Play", User], None], actor: User) -> bool:
        """Whether it went through; refused is only what somebody may not do, or not any more."""
        try:
            with transaction.atomic():
                verb(self, actor)
        except (Absent, NotPermitted, Conflict, Invalid, Nothing):
            return False
        self.happened[verb.__name__] += 1
        self.look(actor)
        return True

    def step(self, verb: Callable[["Play", User], None]) -> None:
        """By somebody who may, as a rule; now and then by whoever comes along."""
        self.at += timedelta(minutes=self.random.choice((0, 20, 60)))
        who = self.random.sample(self.everybody, len(self.everybody))
        for actor in who if self.random.random() >= self.slips else who[:1]:
            if self.act(verb, actor):
                return


def knows(play: Play, actor: User, case: Case) -> None:
    """Whoever of the school acted in a case has learned of it, and carries a duty there, on it by name or not."""
    if actor in (play.staff.counselor, play.staff.social_worker, play.staff.administrator):
        of = "SELECT id FROM cases_reportduty WHERE case_id = %s AND person_id = %s"
        assert as_owner(of, case.pk, actor.pk), actor.name


def log(play: Play, actor: User) -> None:
    if actor in (play.staff.liaison, play.staff.elsewhere):
        raise Nothing
    play.concerns.append(make.concern(play.staff, author=actor, at=play.at))


def supplement(play: Play, actor: User) -> None:
    workflow.supplement_concern(actor=actor, concern=play.concern(waits=False), account="More.", at=play.at)


def accept(play: Play, actor: User) -> None:
    workflow.accept_concern(actor=actor, concern=play.concern(waits=play.at.hour % 2 == 0), at=play.at)


def open_case(play: Play, actor: User) -> None:
    concern = play.concern()
    track = play.pick(["suspected_victim", "suspected_recruiter"])
    workflow.open_case(actor=actor, concern=concern, track=track, at=play.at, **REASON)


def open_targeted(play: Play, actor: User) -> None:
    case = workflow.open_case(
        actor=actor, concern=play.concern(), track="suspected_recruiter", at=play.at, **REASON
    )
    make.targeted(case, actor, play.another, at=play.at)


def attach(play: Play, actor: User) -> None:
    case, concern = play.case(actor), play.concern()
    workflow.attach_concern(actor=actor, concern=concern, case=case, at=play.at, **REASON)
    knows(play, actor, case)


def match(play: Play, actor: User) -> None:
    concern, student = play.concern(), play.pick([play.another, play.staff.student])
    workflow.match_concern(actor=actor, concern=concern, student=student, at=play.at, **REASON)


def correct_student(play: Play, actor: User) -> None:
    case, student = play.case(actor), play.pick([play.another, play.staff.student])
    workflow.correct_student(actor=actor, case=case, student=student, at=play.at, **REASON)


def add(play: Play, actor: User) -> None:
    person = play.pick([play.staff.social_worker, play.staff.counselor])
    role = person.memberships.get().role
    workflow.add_person(actor=actor, case=play.case(actor), person=person, role=role, at=play.at, **REASON)


def remove(play: Play, actor: User) -> None:
    case = play.case(actor)
    with acting_as(actor.pk):
        row = play.pick(CasePerson.objects.filter(case=case, excluded=False, until__isnull=True))
    workflow.remove_person(actor=actor, case=case, person=row, at=play.at, **REASON)


def exclude(play: Play, actor: User) -> None:
    person = play.pick([play.staff.social_worker, play.staff.teacher])
    workflow.exclude_person(actor=actor, case=play.case(actor), person=person, at=play.at, **REASON)


def reclassify(play: Play, actor: User) -> None:
    case = play.case(actor, status="open", track__in=["suspected_victim", "confirmed_victim"])
    to = "suspected_victim" if case.track == "confirmed_victim" else "confirmed_victim"
    given = {"basis": "disclosure", "decided_by": "Both."} if to == "confirmed_victim" else {}
    workflow.reclassify(actor=actor, case=case, to=to, at=play.at, **given, **REASON)
    knows(play, actor, case)


def missing(play: Play, actor: User) -> None:
    make.missing(actor, play.staff.student, at=play.at)


def impact(play: Play, actor: User) -> None:
    case = in_sight(play, actor, "impact")
    make.record(
        case, actor, "impact", at=play.at, values={"areas_checked": ["recruitment"], "impact_found": True}
    )
    knows(play, actor, case)


def in_sight(play: Play, actor: User, part: str) -> Case:
    """A case that asks for something which the actor sees."""
    case = play.case(actor, status="open", track__in=["suspected_victim", "confirmed_victim"])
    if not make.parts(case, actor, run__ended_at__isnull=True, part=part):
        raise Nothing
    return case


def report(play: Play, actor: User) -> None:
    """The actor's own, in the case, whole or by half, or that none applies."""
    case = in_sight(play, actor, "report")
    how = play.pick(["done", "done", "unable", "not_applicable"])
    when = {"phoned_at": play.at, "agency": "CWS"}
    values = when | {"written_at": play.at} if how == "done" else when if how == "unable" else {}
    if make.duties(actor, case=case, number__gt=1):
        values |= {"against_earlier": "new_report"}
    more: dict[str, Any] = {} if how == "done" else {"reason": "So.", "review_on": play.at.date()}
    if how == "not_applicable":
        more = {"reason": "So."}
    make.record(case, actor, "report", how, at=play.at, values=values, **more)


def own_page(play: Play, actor: User) -> None:
    how = play.pick(["done", "called", "not_applicable"])
    own(play, actor, play.pick(make.duties(actor)), how)


def own(play: Play, actor: User, duty: ReportDuty, how: str = "done") -> None:
    when = {"phoned_at": play.at, "agency": "CWS"}
    with acting_as(actor.pk):
        asked = fields_of(duty, actor, play.at)
    if any(field.name == "against_earlier" for field in asked):
        when |= {"against_earlier": "new_report"}
    values = when | {"written_at": play.at} if how == "done" else when if how == "called" else {}
    workflow.record_report(actor=actor, duty=duty, outcome=how, values=values, reason="So.", at=play.at)


def joint(play: Play, actor: User) -> None:
    duty = play.pick(make.duties(actor))
    workflow.confirm_joint_report(actor=actor, duty=duty, agency="CWS", made_at=play.at, at=play.at)


def transfer(play: Play, actor: User) -> None:
    here, there = play.staff.counselor, play.staff.elsewhere
    receiver = here if actor == there else there
    case = play.case(actor)
    see_to(play, case, actor)
    offer = make.offered(case, actor, receiver, at=play.at)
    case = workflow.accept_transfer(actor=receiver, transfer=offer, at=play.at)
    assert [one.learned_at for one in make.duties(receiver, case=case)] == [play.at]


def see_to(play: Play, case: Case, actor: User) -> None:
    with acting_as(actor.pk):
        alerts = list(Alert.objects.filter(case=case, ended_at__isnull=True))
    for alert in alerts:
        workflow.end_alert(actor=actor, case=case, alert=alert, at=play.at, **REASON)


def close(play: Play, actor: User) -> None:
    """Whoever carries a duty there answers first, each for themselves."""
    case = play.case(actor)
    for person in play.everybody:
        for duty in make.duties(person, case=case, ended_at=None):
            own(play, person, duty)
            play.look(person)
    see_to(play, case, actor)
    left = make.left_open(case, actor)
    closing: dict[str, Any] = {"outcome": "other_support", "last_look": "Well.", **REASON}
    workflow.close_case(actor=actor, case=case, left_open=left, at=play.at, **closing)
    assert not as_owner("SELECT id FROM cases_reportduty WHERE case_id = %s AND ended_at IS NULL", case.pk)


def close_over(play: Play, actor: User) -> None:
    """While somebody's duty is open there, whoever it is: it goes through in no way."""
    case = play.case(actor)
    owed = as_owner("SELECT id FROM cases_reportduty WHERE case_id = %s AND ended_at IS NULL", case.pk)
    if not owed:
        raise Nothing
    see_to(play, case, actor)
    closing: dict[str, Any] = {"outcome": "other_support", "last_look": "Well.", **REASON}
    left = make.left_open(case, actor)
    with suppress(Conflict, Invalid), transaction.atomic():
        workflow.close_case(actor=actor, case=case, left_open=left, at=play.at, **closing)
        raise AssertionError("A case was closed over a duty that is open.")


def reopen(play: Play, actor: User) -> None:
    workflow.reopen_case(actor=actor, case=play.case(actor, status="closed"), at=play.at, **REASON)


def void(play: Play, actor: User) -> None:
    workflow.void_case(actor=actor, case=play.case(actor), at=play.at, **REASON)


def close_concern(play: Play, actor: User) -> None:
    workflow.close_concern(actor=actor, concern=play.concern(), at=play.at, **REASON)


VERBS: list[Callable[[Play, User], None]] = [
    log, log, supplement, accept, open_case, open_case, open_targeted, attach, match, correct_student, add, remove,
    exclude, reclassify, missing, impact, report, report, own_page, joint, transfer, close, close_over,
    reopen, void, close_concern,
]  # fmt: skip


def played(seed: int, rounds: int = 1) -> Play:
    play = Play(seed)
    assert play.act(open_case, play.staff.counselor)
    for _n in range(rounds):
        for verb in play.random.sample(VERBS, len(VERBS)):
            play.step(verb)
    # Whatever came before: a student can still be handed over, and a case closed once everybody has answered.
    play.slips = 0
    make.case(play.staff, about=make.concern(play.staff, at=play.at), at=play.at)
    play.look(None)
    for verb in (close_over, transfer, close):
        play.happened.pop(verb.__name__, None)
        play.step(verb)
        assert play.happened[verb.__name__] == 1, verb.__name__
    # Whoever wrote a concern carries, or carried, a duty for it; and whoever was put on a case for what is in it.
    wrote = said_to_owner("SELECT concern_id, person_id FROM cases_concernauthor")
    carry = {(one["person_id"], one["concern_id"]) for one in play.known.values()}
    assert {(one["person_id"], one["concern_id"]) for one in wrote} <= carry
    on = said_to_owner(
        "SELECT p.person_id, p.case_id FROM cases_caseperson p JOIN cases_case c ON c.id = p.case_id"
        " WHERE NOT p.excluded AND p.role = ANY (%s) AND c.status <> 'voided'",
        sorted(MANDATED_REPORTERS),
    )
    carried = {(one["person_id"], one["case_id"]) for one in play.known.values()}
    assert {(one["person_id"], one["case_id"]) for one in on} <= carried
    return play


def test_no_order_of_verbs_loses_a_duty() -> None:
    play = played(0)
    # Most of it went through: otherwise nothing is shown.
    assert len(play.happened) >= 14
    assert sum(play.happened.values()) >= 17


@pytest.mark.parametrize("verb", [impact, reclassify, attach])
def test_whoever_is_on_a_case_by_no_name_and_acts_in_it_carries_a_duty_from_then_on(
    verb: Callable[[Play, User], None],
) -> None:
    play = Play(0)
    play.slips = 0
    make.case(play.staff, about=play.concerns[0])
    assert make.duties(play.staff.administrator) == []
    assert play.act(verb, play.staff.administrator)
    assert make.duties(play.staff.administrator)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(100, 112))
def test_nor_does_any_of_very_many(seed: int) -> None:
    played(seed, 3)
