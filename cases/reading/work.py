"""What waits for a person: now, late, next; a live query over what they may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from cases import kinds, permissions
from cases.models import Case, CasePerson, Concern, SroRequest, StepPart
from cases.reading.parts import is_late
from cases.text import Words
from csec.accounts.models import User
from csec.accounts.roles import OVERSEERS, RECEIVERS, Role
from protocols.schema import Part

#: So many of a list are shown at first, and how many more there are; a duty to report is never left out.
AT_FIRST = 60

T = TypeVar("T")


@dataclass
class Task:
    """One part of a step that waits for somebody."""

    part: StepPart
    definition: Part
    late: bool
    when: Words

    @property
    def urgent(self) -> bool:
        """It has words of its own while it is open, such as a call that was not made yet."""
        return bool(self.definition.prompt) and self.part.is_open


@dataclass
class Queue(Generic[T]):
    """One list of the first screen: what is shown of it, and how many more there are."""

    name: str
    shown: list[T]
    more: int = 0


class AskingCase(NamedTuple):
    """Of a case in which something may be asked, what the first screen has to know to ask for its parts."""

    pk: UUID
    role: str
    time_zone: str
    status: str

    @property
    def is_open(self) -> bool:
        return self.status == Case.Status.OPEN


@dataclass
class Work:
    """The first screen's lists, in the order in which they are shown."""

    concerns: list[Concern]
    requests: list[SroRequest]
    now: list[Task]
    late: Queue[Task]
    nobodys: Queue[Case]
    idle: Queue[Case]
    late_with_others: Queue[Task]
    next: Queue[Task]
    written: list[Concern]

    @property
    def nothing(self) -> bool:
        queues = (self.late, self.nobodys, self.idle, self.late_with_others, self.next)
        return not (self.concerns or self.requests or self.now or any(queue.shown for queue in queues))


def waiting_for(reader: User, at: datetime, *, in_full: str = "") -> Work:
    """
    All that waits for `reader` at that moment, in eight queries at most and without any background process.

    `in_full` names a list of which nothing is left out.
    """
    visible = Concern.objects.visible_to(reader).select_related("school", "student", "receiver")
    asked = _Asked(reader, at)
    duties = [part for part in asked.mine if asked.is_duty(part)]
    others = [part for part in asked.mine if not asked.is_duty(part)]
    now = [part for part in duties if not asked.late(part)]
    # The duties are before the cut: they are never left out.
    late = _cut("late", [part for part in others if asked.late(part)], in_full)
    late.shown[:0] = [part for part in duties if asked.late(part)]
    coming = _cut("next", [part for part in others if not asked.late(part)], in_full)
    elsewhere = _cut("late_with_others", asked.late_with_others, in_full)
    nobodys, idle = _cut("nobodys", asked.nobodys, in_full), _cut("idle", asked.idle, in_full)
    shown = [part.case_id for part in [*now, *late.shown, *coming.shown, *elsewhere.shown]]
    cases = _cases([*shown, *nobodys.shown, *idle.shown])

    def tasks(queue: Queue[StepPart]) -> Queue[Task]:
        found = [_task(part, cases[part.case_id], asked.late(part)) for part in queue.shown]
        return Queue(queue.name, found, queue.more)

    def rows(queue: Queue[UUID]) -> Queue[Case]:
        return Queue(queue.name, [cases[pk] for pk in queue.shown], queue.more)

    return Work(
        concerns=list(visible.asking(reader)),
        requests=_requests(reader),
        now=tasks(Queue("now", now)).shown,
        late=tasks(late),
        nobodys=rows(nobodys),
        idle=rows(idle),
        late_with_others=tasks(elsewhere),
        next=tasks(coming),
        written=list(visible.written_by(reader)[:20]),
    )


def _cut(name: str, found: Sequence[T], in_full: str) -> Queue[T]:
    shown = list(found if name == in_full else found[:AT_FIRST])
    return Queue(name, shown, len(found) - len(shown))


def _cases(pks: Collection[UUID]) -> dict[UUID, Case]:
    cases = Case.objects.select_related("school", "student", "protocol").defer("protocol__text")
    return cases.in_bulk(set(pks)) if pks else {}


def _task(part: StepPart, case: Case, late: bool) -> Task:
    part.case = case
    definition = case.protocol.definition.part(case.track, part.part)
    when: Words = ""
    if part.next_on:
        when = formats.date_format(part.next_on, "D, M j")
    elif part.due_at:
        when = formats.date_format(part.due_at.astimezone(case.zone), "D, M j, P")
    return Task(part, definition, late, _("due %(when)s") % {"when": when} if when else "")


def _requests(reader: User) -> list[SroRequest]:
    if Role.SRO not in reader.roles:
        return []
    return list(
        SroRequest.objects.filter(
            officer=reader,
            answer=SroRequest.Answer.WAITING,
            part__run__ended_at__isnull=True,
            case__in=Case.objects.visible_to(reader).open().values("pk"),
        ).select_related("case__school", "asked_by", "part")
    )


class _Asked:
    """
    What is asked in the cases that the reader sees: first the cases, then their parts by key, sorted out here.

    In one statement PostgreSQL may ask the rule of access for every pair of a case and a part; in a statement for
    each list it asks it again and again.
    """

    def __init__(self, reader: User, at: datetime) -> None:
        self.at = at
        self.by_pk = {} if reader.reporter_only else self._asking(reader)
        self._today: dict[str, date] = {}

    @staticmethod
    def _asking(reader: User) -> dict[UUID, AskingCase]:
        """The open cases, and the void ones: voiding ends nobody's duty to report."""
        rows = Case.objects.visible_to(reader).filter(status__in=[Case.Status.OPEN, Case.Status.VOIDED])
        values = rows.order_by().values_list("pk", F("my_role"), "school__time_zone", "status")
        return {row[0]: AskingCase(*row) for row in values}

    @cached_property
    def parts(self) -> list[StepPart]:
        """The open parts, what is asked first coming first."""
        if not self.by_pk:
            return []
        found = StepPart.objects.open().filter(case__in=list(self.by_pk)).order_by()
        asking = [part for part in found if self.by_pk[part.case_id].is_open or self.is_duty(part)]
        return sorted(asking, key=self._asked_on)

    @cached_property
    def mine(self) -> list[StepPart]:
        """The parts on which the reader acts, in the role in which each case is seen."""
        return [part for part in self.parts if permissions.acts_as(self.by_pk[part.case_id].role, part)]

    @property
    def late_with_others(self) -> list[StepPart]:
        """What is late with others, for those who oversee cases: nobody else would see that a child is forgotten."""
        mine = {part.pk for part in self.mine}
        return [
            part
            for part in self.parts
            if part.pk not in mine and self.by_pk[part.case_id].role in RECEIVERS and self.late(part)
        ]

    @property
    def nobodys(self) -> list[UUID]:
        """The open cases that no counselor or social worker carries, for those who answer for them."""
        overseen = [case.pk for case in self.by_pk.values() if case.is_open and case.role in OVERSEERS]
        if not overseen:
            return []
        carried = set(
            CasePerson.objects.carrying(self.at).filter(case__in=overseen).values_list("case", flat=True)
        )
        return [pk for pk in overseen if pk not in carried]

    @property
    def idle(self) -> list[UUID]:
        """The open cases in which every part has ended: to be closed, or somebody goes on."""
        asking = {part.case_id for part in self.parts}
        return [
            case.pk
            for case in self.by_pk.values()
            if case.is_open and case.role in RECEIVERS and case.pk not in asking
        ]

    def is_duty(self, part: StepPart) -> bool:
        return part.kind in kinds.DUTIES

    def late(self, part: StepPart) -> bool:
        return is_late(part, self.at, self._school_day(part))

    def _school_day(self, part: StepPart) -> date:
        zone = self.by_pk[part.case_id].time_zone
        if zone not in self._today:
            self._today[zone] = self.at.astimezone(ZoneInfo(zone)).date()
        return self._today[zone]

    def _asked_on(self, part: StepPart) -> tuple[bool, date, str]:
        """The day on which a part asks: the earlier of its due day and its day to look again; then the next contact."""
        zone = ZoneInfo(self.by_pk[part.case_id].time_zone)
        due_on = part.due_at.astimezone(zone).date() if part.due_at and part.outcome != "done" else None
        days = [day for day in (due_on, part.next_on) if day]
        return not days, min(days, default=date.max), str(part.pk)
