"""One part of a step as it waits on a first screen: what it is, and by when."""

from dataclasses import dataclass
from datetime import datetime

from cases import kinds
from cases.kinds import referral, report
from cases.models import Case, StepPart
from cases.reading.parents import FROZEN, ON_HOLD
from cases.reading.when import due_at, due_on, written_due_at
from cases.text import Words
from csec.accounts.roles import Role
from protocols.schema import Part


@dataclass
class Task:
    """One part of a step that waits for somebody."""

    part: StepPart
    definition: Part
    late: bool
    when: Words
    #: Words of its own while it is open, such as a call that was not made yet.
    prompt: Words
    #: Its day is today, at its school.
    today: bool
    #: It asks the reader.
    mine: bool
    #: Whom it waits for, where it does not ask the reader.
    waits_for: Words = ""

    @property
    def case(self) -> Case:
        return self.part.case

    @property
    def label(self) -> Words:
        return kinds.label(self.definition, mine=self.mine)

    @property
    def step(self) -> str:
        """The printed number of its step, with the letter of the track it was asked in."""
        return f"{self.case.protocol.definition.track(self.part.run.track).letter}{self.part.step_number}"

    @property
    def is_duty(self) -> bool:
        """A report, which is each person's own and never after anything else."""
        return self.part.kind in kinds.DUTIES

    @property
    def decides(self) -> bool:
        """An administrator's decision: the reader sees the case as one, and the part is theirs by name."""
        return self.part.kind in kinds.DECIDED and Role.ADMINISTRATOR in self.part.actors


def task_of(
    part: StepPart, case: Case, late: bool, at: datetime, *, called: bool, waits_for: Words = ""
) -> Task:
    """
    `called`: the reader made the call of which the written half is open.

    What `waits_for` somebody does not ask the reader: of that nothing is urged.
    """
    mine = not waits_for
    part.case = case
    definition = case.protocol.definition.part(part.run.track, part.part)
    prompt = (
        report.TO_WRITE if called else definition.prompt if part.is_open else referral.PROMPTS[part.outcome]
    )
    day = at.astimezone(case.zone).date()
    due_on = part.next_on or (part.due_at.astimezone(case.zone).date() if part.due_at else None)
    if part.is_open and not mine:
        prompt = ""
    when = by_when(part, case, at, mine=mine)
    today = due_on == day and not part.on_hold
    return Task(part, definition, late, when, prompt, today=today, mine=mine, waits_for=waits_for)


def by_when(part: StepPart, case: Case, at: datetime, *, mine: bool) -> Words:
    """By when a part is asked for, in words: the same on the first screen and in the lists."""
    if part.kind in kinds.DUTIES:
        # Of another's duty, late or not is all that is said. The call comes first, and at once: what has a time is the
        # written report.
        return written_due_at(part.due_at, at, case.zone) if mine and part.due_at else ""
    if part.on_hold:
        return FROZEN if part.frozen else ON_HOLD
    if part.next_on:
        return due_on(part.next_on, at.astimezone(case.zone).date())
    return due_at(part.due_at, at, case.zone) if part.due_at else ""
