"""What waits for a person: now, late, next; a live query over what they may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from cases.kinds import referral, report
from cases.models import Alert, Case, Concern, EmergencyAccess, SroRequest, StepPart
from cases.reading.asked import Asked
from cases.reading.asked_in_review import Question
from cases.reading.duties import DutyTask
from cases.reading.links import Waiting
from cases.reading.numbers import Listed as Number
from cases.reading.parts import called
from cases.reading.requests import Listed, requests_waiting
from cases.reading.transfers import WaitingTransfer
from cases.text import Words
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.directory.card import dial
from protocols.schema import Part

#: So many of a list are shown at first, and how many more there are; a duty to report is never left out.
AT_FIRST = 60
#: So many of the latest concerns that one wrote are shown.
WRITTEN = 20

#: The lists that name a case as a whole.
BY_CASE = (
    "nobodys",
    "left",
    "elsewhere",
    "idle",
    "uncovered",
    "safety",
    "breaks",
    "held",
    "unread",
    "of_age",
    "unreviewed",
)

T = TypeVar("T")


@dataclass
class Task:
    """One part of a step that waits for somebody."""

    part: StepPart
    definition: Part
    late: bool
    when: Words
    #: Words of its own while it is open, such as a call that was not made yet.
    prompt: Words


class Covered(NamedTuple):
    """An officer whom the reader covers was asked in, and is `away` or has not answered: by whom, for which school."""

    officer: str
    asked_by: str
    school: str
    asked_at: datetime
    away: bool


@dataclass
class Queue(Generic[T]):
    """One list of the first screen: what is shown of it, and how many more there are."""

    name: str
    shown: list[T]
    more: int = 0


@dataclass
class Work:
    """The first screen's lists, in the order in which they are shown."""

    alerts: list[Alert]
    emergencies: list[EmergencyAccess]
    duties: list[DutyTask]
    concerns: list[Concern]
    waiting_about: list[tuple[Case, Waiting]]
    requests: list[SroRequest]
    records: list[Listed]
    to_cover: list[Covered]
    unanswered: list[SroRequest]
    dispatch: str
    numbers: list[Number]
    now: list[Task]
    late: Queue[Task]
    unattended: Queue[Task]
    nobodys: Queue[Case]
    left: Queue[Case]
    elsewhere: Queue[Case]
    idle: Queue[Case]
    uncovered: Queue[Case]
    safety: Queue[Case]
    breaks: Queue[Case]
    transfers: list[WaitingTransfer]
    held: Queue[Case]
    unread: Queue[Case]
    of_age: Queue[Case]
    unreviewed: Queue[Case]
    review_days: int
    questions: list[tuple[Case, Question]]
    answers: list[tuple[Case, Question]]
    late_with_others: Queue[Task]
    next: Queue[Task]
    written: list[Concern]

    @property
    def dispatch_dial(self) -> str:
        return dial(self.dispatch)

    @property
    def nothing(self) -> bool:
        queues = (
            self.late,
            self.unattended,
            self.nobodys,
            self.left,
            self.elsewhere,
            self.idle,
            self.uncovered,
            self.safety,
            self.breaks,
            self.held,
            self.unread,
            self.of_age,
            self.unreviewed,
            self.late_with_others,
            self.next,
        )
        first = (
            self.alerts
            or self.emergencies
            or self.duties
            or self.transfers
            or self.concerns
            or self.requests
            or self.to_cover
            or self.records
        )
        asked = first or self.questions or self.answers or self.waiting_about or self.unanswered or self.now
        return not (asked or any(queue.shown for queue in queues))


def waiting_for(reader: User, at: datetime, *, in_full: str = "") -> Work:
    """
    All that waits for `reader` at that moment, in a dozen queries at most and without any background process.

    `in_full` names a list of which nothing is left out.
    """
    visible = Concern.objects.visible_to(reader).select_related(
        "school", "student__merged_into", "receiver", "accepted_by"
    )
    concerns = list(visible.on_first_screen(reader, written=WRITTEN))
    asked = Asked(reader, at)
    unanswered = asked.unanswered
    duties = [part for part in asked.mine if asked.is_duty(part)]
    others = [part for part in asked.mine if not asked.is_duty(part)]
    outside = asked.duties.outside([part.case_id for part in duties])
    now = [part for part in duties if not asked.late(part)]
    # The duties are before the cut: they are never left out.
    late = _cut("late", [part for part in others if asked.late(part)], in_full)
    late.shown[:0] = [part for part in duties if asked.late(part)]
    coming = _cut("next", [part for part in others if not asked.late(part)], in_full)
    elsewhere = _cut("late_with_others", asked.late_with_others, in_full)
    unattended = _cut("unattended", asked.unattended, in_full)
    by_case = {name: _cut(name, getattr(asked, name), in_full) for name in BY_CASE}
    shown = [part.case_id for part in [*now, *late.shown, *coming.shown, *elsewhere.shown, *unattended.shown]]
    shown += [one.case for one in asked.waiting_about]
    shown += [one.case for one in [*asked.questions, *asked.answers]]
    cases = _cases([*shown, *(pk for queue in by_case.values() for pk in queue.shown)])

    half_done = called([*now, *late.shown, *coming.shown, *elsewhere.shown, *unattended.shown])
    for part in duties:
        own = asked.duties.in_case(part.case_id)
        half_done |= {part.pk} if own and own.called_at else set()

    def tasks(queue: Queue[StepPart]) -> Queue[Task]:
        found = [
            _task(part, cases[part.case_id], asked.late(part), called=part.pk in half_done)
            for part in queue.shown
        ]
        return Queue(queue.name, found, queue.more)

    def rows(queue: Queue[UUID]) -> Queue[Case]:
        return Queue(queue.name, [cases[pk] for pk in queue.shown], queue.more)

    return Work(
        alerts=asked.alerts,
        emergencies=_emergencies(reader, asked.to_review),
        duties=outside,
        concerns=[one for one in concerns if one.asks],
        waiting_about=[(cases[one.case], one) for one in asked.waiting_about],
        requests=_requests(reader),
        records=requests_waiting(reader, at),
        to_cover=_to_cover(reader),
        unanswered=unanswered,
        dispatch=unanswered[0].dispatch if unanswered else "",
        numbers=asked.child_welfare if duties or outside else [],
        now=tasks(Queue("now", now)).shown,
        late=tasks(late),
        unattended=tasks(unattended),
        late_with_others=tasks(elsewhere),
        next=tasks(coming),
        transfers=asked.transfers,
        written=[one for one in concerns if one.wrote],
        review_days=asked.review_days,
        questions=[(cases[one.case], one) for one in asked.questions],
        answers=[(cases[one.case], one) for one in asked.answers],
        **{name: rows(queue) for name, queue in by_case.items()},
    )


def _cut(name: str, found: Sequence[T], in_full: str) -> Queue[T]:
    shown = list(found if name == in_full else found[:AT_FIRST])
    return Queue(name, shown, len(found) - len(shown))


def _cases(pks: Collection[UUID]) -> dict[UUID, Case]:
    cases = Case.objects.select_related("school", "student__merged_into", "protocol").defer("protocol__text")
    return cases.in_bulk(set(pks)) if pks else {}


def _task(part: StepPart, case: Case, late: bool, *, called: bool) -> Task:
    part.case = case
    definition = case.protocol.definition.part(part.run.track, part.part)
    when: Words = ""
    if part.next_on:
        when = formats.date_format(part.next_on, "D, M j")
    elif part.due_at:
        when = formats.date_format(part.due_at.astimezone(case.zone), "D, M j, P")
    prompt = (
        report.TO_WRITE if called else definition.prompt if part.is_open else referral.PROMPTS[part.outcome]
    )
    return Task(part, definition, late, _("due %(when)s") % {"when": when} if when else "", prompt)


def _emergencies(reader: User, cases: Collection[UUID]) -> list[EmergencyAccess]:
    """What somebody else opened in an emergency, and nobody has looked at yet."""
    if not cases:
        return []
    waiting = EmergencyAccess.objects.filter(reviewed_at__isnull=True, case__in=cases).exclude(person=reader)
    return list(waiting.select_related("case__school", "person"))


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


def _to_cover(reader: User) -> list[Covered]:
    if Role.SRO not in reader.roles:
        return []
    with connection.cursor() as cursor:
        # PostgreSQL finds the requests, of cases that the reader does not see.
        cursor.execute("SELECT officer, asked_by, school, asked_at, away FROM requests_to_cover()")
        return [Covered(*row) for row in cursor.fetchall()]
