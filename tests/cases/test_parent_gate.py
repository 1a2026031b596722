"""Contact with a parent: on hold until four things are answered, and it opens under no hold, in whatever order."""

import random
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from cases import parents, workflow
from cases.models import Entry, Outcome, ParentHold, StepPart
from cases.workflow import Conflict, Invalid
from csec.accounts.models import User
from csec.identity import acting_as
from protocols.loader import DEFINITIONS, load
from tests import make
from tests.cases.parents import ADVISED, VIEW, consulted, contacted, decided, holds, later
from tests.conftest import LOADED_AT
from tests.expect import conflict, invalid
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db


def page(person: User, path: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(path).content.decode()


def test_before_the_students_view_and_a_decision_contact_with_a_parent_is_on_hold() -> None:
    staff = make.Staff()
    case = make.case(staff)
    shown = page(staff.counselor, case.get_absolute_url())
    assert "On hold" in shown
    for what in (
        "The student’s own view",
        "Whether a parent or somebody in the home",
        "Who decides, by name",
    ):
        assert what in shown
    with conflict("Still missing: The student’s own view; Whether a parent"):
        contacted(case, staff.counselor)
    consulted(case, staff.counselor)
    with conflict("Still missing: Whether a parent or somebody in the home is suspected"):
        contacted(case, staff.counselor)
    decided(case, staff.administrator, "withhold")
    with conflict("Still missing: The decision to contact."):
        contacted(case, staff.counselor)
    shown = page(staff.counselor, reverse("cases:parents_of_case", args=[case.pk]))
    assert "The decision to contact" in shown
    assert "Printed protocol" in shown


def test_when_all_is_answered_it_opens_once() -> None:
    staff = make.Staff()
    case = make.case(staff)
    consulted(case, staff.counselor)
    decided(case, staff.counselor)
    part = make.part(case, staff.counselor, "contact_guardian")
    assert "Still missing" not in page(
        staff.counselor, reverse("cases:record_outcome", args=[case.pk, part.pk])
    )
    contacted(case, staff.counselor)
    with conflict("Casey Counselor recorded “Done”"):
        contacted(case, staff.counselor)


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"parent_suspected": "unsure"}, {"advice_from"}),
        ({"parent_suspected": "yes"}, {"advice_from", "parent_step"}),
        ({"advice_from": "child_welfare"}, {"advice_of", "advised_at", "advice"}),
        ({**ADVISED, "advised_at": AT + DAY}, {"advised_at"}),
        ({"decided_by": "Somebody"}, {"decided_by"}),
        ({"decided_by": "Olu Officer"}, {"decided_by"}),
        ({"decided_by": "", "parent_step": ""}, {"decided_by", "parent_step"}),
    ],
)
def test_a_decision_says_whom_it_asked_and_who_decides(values: dict[str, Any], wrong: set[str]) -> None:
    staff = make.Staff()
    case = make.case(staff)
    with invalid(*wrong):
        decided(case, staff.counselor, **values)
    assert holds(case, staff.counselor) == []


def test_not_sure_freezes_contact_until_it_is_written_what_was_advised_since() -> None:
    staff = make.Staff()
    case = make.case(staff)
    consulted(case, staff.counselor, at=later(10), parent_suspected="unsure")
    assert [row.cause for row in holds(case, staff.counselor)] == ["unsure"]
    unsure = {**ADVISED, "parent_suspected": "unsure"}
    with conflict("Contact with parents is frozen"):
        decided(case, staff.administrator, at=later(20))
    with conflict("Contact with parents is frozen"):
        # Of before somebody doubted.
        decided(case, staff.administrator, at=later(20), **unsure | {"advised_at": AT - DAY})
    decided(case, staff.administrator, at=later(30), **unsure | {"advised_at": later(15)})
    [hold] = holds(case, staff.counselor)
    assert hold.ended_by == staff.administrator
    contacted(case, staff.counselor, at=later(40))


def test_yes_freezes_contact_on_whatever_page_it_is_answered_and_only_counsel_ends_that() -> None:
    staff = make.Staff()
    case = make.case(staff)
    consulted(case, staff.counselor)
    decided(case, staff.counselor, at=later(1))
    decision = make.part(case, staff.counselor, "decide_contact")
    with acting_as(staff.counselor.pk):
        entry = Entry.objects.get(part=decision)
        consultation = Entry.objects.get(part__part="consult")
    workflow.correct_entry(
        actor=staff.counselor,
        entry=consultation,
        outcome="done",
        happened_at=AT,
        values=VIEW | {"parent_suspected": "yes"},
        reason="She said more.",
        at=later(2),
    )
    [hold] = holds(case, staff.counselor)
    assert (hold.cause, hold.ended_at, hold.reason(case.key)) == ("yes", None, "")
    # What had been decided is asked anew.
    assert make.part(case, staff.counselor, "decide_contact").outcome == ""
    with conflict("Contact with parents is frozen"):
        decided(case, staff.counselor, at=later(3), **ADVISED | {"advised_at": later(3)})
    with conflict("Contact with parents is frozen"):
        contacted(case, staff.counselor, at=later(3))
    with acting_as(staff.counselor.pk):
        assert parents.frozen(case)
    assert entry.outcome == "done"


@pytest.mark.django_db(transaction=True)
def test_the_first_reading_of_the_page_asks_in_the_contact_itself_and_is_held_by_the_same_hold(
    tmp_path: Path,
) -> None:
    text = (DEFINITIONS / "csec-2011-08-27.toml").read_text()
    text = text.replace('version = "2011-08-27"', 'version = "again"')
    (tmp_path / "again.toml").write_text(text.replace("in_force_from = 2011", "in_force_from = 2012"))
    load(tmp_path, at=LOADED_AT)
    staff = make.Staff()
    case = make.case(staff)
    assert case.protocol.version == "again"
    consulted(case, staff.counselor)
    with invalid("parent_suspected"):
        contacted(case, staff.counselor, parent_suspected="yes")
    make.record(
        case,
        staff.counselor,
        "contact_guardian",
        "unable",
        values={"parent_suspected": "yes"},
        reason="Not now.",
        review_on=AT.date() + DAY,
    )
    with conflict("Contact with parents is frozen"):
        contacted(case, staff.counselor, parent_suspected="no_sign")
    [hold] = holds(case, staff.counselor)
    workflow.release_parent_hold(
        actor=staff.counsel, case=case, hold=hold, reason="Looked into.", at=later(5)
    )
    contacted(case, staff.counselor, at=later(6), parent_suspected="no_sign")


def test_scenario_1_on_friday_afternoon_the_parents_are_on_hold_and_the_others_know_no_detail() -> None:
    """S: A.B., 15, tells the counselor on Friday at 14:50."""
    staff = make.Staff()
    concern = make.concern(staff, author=staff.counselor, account="Planted: what A.B. told.")
    case = make.case(staff, about=concern)
    make.asked_in(case, staff.counselor, staff.sro)
    consulted(case, staff.counselor, student_view="Planted: not my father.")
    shown = page(staff.counselor, case.get_absolute_url())
    assert "Call now: not yet called" in shown
    assert "On hold" in shown
    for person in (staff.sro, staff.administrator):
        assert "Planted: not my father." not in page(person, case.get_absolute_url())
    assert make.part(case, staff.counselor, "report").due_at == AT + timedelta(hours=36)


def test_scenario_8_a_student_who_refuses_contact_with_a_parent_is_asked_again_and_nothing_else_waits() -> (
    None
):
    """S: F.G., 13, declines the referral, refuses that a parent is told."""
    staff = make.Staff()
    case = make.case(staff)
    consulted(case, staff.counselor, student_view="Nobody at home is to know.")
    day = AT.date() + 7 * DAY
    decided(case, staff.administrator, "withhold", contact_decision="Not against her will.")
    make.record(
        case, staff.counselor, "contact_guardian", "unable", reason="She does not want it.", review_on=day
    )
    make.record(case, staff.counselor, "offer_referral", "declined", reason="Not now.")
    make.reported(case, staff.counselor)
    make.record(case, staff.counselor, "regular_contact", review_on=AT.date() + 6 * DAY)
    assert make.part(case, staff.counselor, "contact_guardian").next_on == day
    assert make.part(case, staff.counselor, "regular_contact").is_open
    assert make.part(case, staff.counselor, "report").outcome == "done"


def test_scenario_14_of_a_student_who_vanishes_a_suspected_parent_is_not_told_and_the_police_are() -> None:
    """C: the student vanishes mid-day; there is a flag on a parent."""
    staff = make.Staff()
    case = make.case(staff, "confirmed_victim")
    consulted(case, staff.counselor)
    workflow.suspect_parent(actor=staff.counselor, case=case, reason="The stepfather drives her.", at=AT)
    make.missing(staff.teacher, staff.student, at=later(60))
    make.reported(case, staff.counselor, at=later(65))
    shown = page(staff.administrator, case.get_absolute_url())
    assert "nobody knows why" in shown
    assert "Contact with parents is frozen" in shown
    assert "In immediate danger tell the minimum now" in shown
    with conflict("In immediate danger tell the minimum now to those who can protect"):
        contacted(case, staff.counselor, at=later(70))


ANSWERS = ("no_sign",) * 6 + ("unsure", "yes")


class TakenBack(Exception):
    """What was only tried."""


class Walk:
    """Random verbs on one case, as several people do them."""

    #: How often each is tried.
    WEIGHTS: ClassVar[dict[str, int]] = {
        "consult": 2, "decide": 4, "contact": 7, "reopen": 2, "suspect": 1, "release": 3, "custody": 1, "back": 3,
        "reclassify": 1,
    }  # fmt: skip

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.staff = make.Staff()
        self.case = make.case(self.staff)
        self.minute = 0
        #: What stood between the school and the parents when contact was recorded.
        self.opened: list[tuple[Any, str]] = []
        #: How often it was tried under each of what can stand there.
        self.stood: Counter[str] = Counter()

    def step(self) -> None:
        self.minute += 1
        self.probe()
        [act] = self.dice.choices(list(self.WEIGHTS), list(self.WEIGHTS.values()))
        try_it = getattr(self, act)
        before = self.standing() if act == "contact" else ""
        with suppress(Conflict, Invalid):
            try_it()
            if act == "contact":
                part = make.part(self.case, self.staff.counselor, "contact_guardian")
                self.opened.append((part.run_id, before))

    def probe(self) -> None:
        """Contact is recorded where nothing stands before it, and nowhere else; here it is taken back."""
        why, recorded = self.standing(), True
        with suppress(TakenBack), transaction.atomic():
            try:
                self.contact()
            except (Conflict, Invalid):
                recorded = False
            raise TakenBack
        assert recorded == (why == ""), why
        self.stood[why] += 1

    def standing(self) -> str:
        """Why contact may not be recorded now, as the rows have it and the gate is not asked; empty when it may."""
        me = self.staff.counselor
        with acting_as(me.pk):
            if ParentHold.objects.filter(case=self.case, ended_at__isnull=True).exists():
                return "frozen"
            if parents.open_custody(self.case):
                return "custody"
            rows = {
                one.part: one
                for one in StepPart.objects.filter(
                    case=self.case, run__ended_at__isnull=True, step_number__in=[5, 6]
                )
            }
            if rows["contact_guardian"].outcome not in ("", Outcome.UNABLE):
                return "ended"
            if rows["consult"].outcome != Outcome.DONE:
                return "not asked"
            if rows["decide_contact"].outcome != Outcome.DONE:
                return "not decided"
        last = Entry(pk=self.latest("decide_contact"))
        return "" if make.evidence(last, me)["parent_step"] == "contact" else "withheld"

    def latest(self, name: str) -> Any:
        part = make.part(self.case, self.staff.counselor, name)
        with acting_as(self.staff.counselor.pk):
            return part.entries.latest("number").pk

    @property
    def at(self) -> Any:
        return later(self.minute)

    def consult(self) -> None:
        answer = self.dice.choice(ANSWERS)
        consulted(self.case, self.staff.counselor, at=self.at, parent_suspected=answer)

    def decide(self) -> None:
        answer = self.dice.choice(ANSWERS)
        advice = ADVISED | {"advised_at": self.at} if self.dice.random() < 0.6 else {}
        step = "withhold" if answer == "yes" else self.dice.choice(("contact",) * 4 + ("withhold",))
        decided(self.case, self.staff.administrator, step, at=self.at, parent_suspected=answer, **advice)

    def contact(self) -> None:
        contacted(self.case, self.staff.counselor, at=self.at)

    def reopen(self) -> None:
        name = self.dice.choice(("consult", "decide_contact", "decide_contact"))
        part = make.part(self.case, self.staff.counselor, name)
        with acting_as(self.staff.counselor.pk):
            entry = part.entries.order_by("number").last()
        if entry:
            workflow.correct_entry(
                actor=self.staff.counselor,
                entry=entry,
                outcome="reopened",
                happened_at=self.at,
                reason="Anew.",
                at=self.at,
            )

    def suspect(self) -> None:
        workflow.suspect_parent(actor=self.staff.administrator, case=self.case, reason="Doubts.", at=self.at)

    def release(self) -> None:
        for hold in holds(self.case, self.staff.counselor):
            if hold.ended_at is None:
                workflow.release_parent_hold(
                    actor=self.staff.counsel, case=self.case, hold=hold, reason="Well.", at=self.at
                )

    def custody(self) -> None:
        given = {"taken_at": self.at, "agency": "Police", "officer_named": "R. Roe"}
        workflow.record_custody(actor=self.staff.counselor, case=self.case, **given, at=self.at)

    def back(self) -> None:
        with acting_as(self.staff.counselor.pk):
            custody = parents.open_custody(self.case)
        if custody:
            given = {"back_at": self.at, "reason": "Home."}
            workflow.end_custody(
                actor=self.staff.counselor, case=self.case, custody=custody, **given, at=self.at
            )

    def reclassify(self) -> None:
        track = make.as_seen(self.case, self.staff.counselor).track
        to = "confirmed_victim" if track == "suspected_victim" else "suspected_victim"
        more = {"basis": "disclosure", "decided_by": "Both"} if to == "confirmed_victim" else {}
        workflow.reclassify(
            actor=self.staff.counselor, case=self.case, to=to, reason="Told us.", **more, at=self.at
        )
        self.consult()


@pytest.mark.parametrize(
    "seed", [2, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in range(3, 30))]
)
def test_no_order_of_verbs_opens_the_gate_twice_or_under_a_hold(seed: int) -> None:
    walk = Walk(seed)
    walk.consult()
    # As long as it takes until it was opened, or some months.
    while walk.minute < 25 or (not walk.opened and walk.minute < 300):
        walk.step()
    runs = [run for run, _why in walk.opened]
    assert runs
    assert len(set(runs)) == len(runs)
    assert {why for _run, why in walk.opened} <= {""}


def test_under_each_thing_that_can_stand_before_it_the_gate_is_shut() -> None:
    """What the walk comes to by chance, one after the other."""
    walk = Walk(0)
    me, case = walk.staff.counselor, walk.case

    def decide(step: str) -> None:
        decided(case, me, step, at=walk.at)

    acts: list[tuple[str, Any]] = [
        ("not asked", lambda: consulted(case, me, at=walk.at)),
        ("not decided", walk.custody),
        ("custody", walk.back),
        ("not decided", lambda: decide("contact")),
        ("", walk.suspect),
        ("frozen", walk.custody),
        ("frozen", walk.release),
        ("custody", walk.back),
        ("not decided", lambda: decide("withhold")),
        ("withheld", walk.suspect),
        ("frozen", walk.release),
        ("not decided", lambda: decide("contact")),
        ("", walk.custody),
        ("custody", walk.back),
        ("not decided", lambda: decide("contact")),
        ("", walk.contact),
        ("ended", lambda: None),
    ]
    for why, then in acts:
        walk.minute += 1
        walk.probe()
        assert walk.standing() == why
        then()
    assert set(walk.stood) == {why for why, _then in acts}
