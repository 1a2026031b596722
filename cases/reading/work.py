"""What waits for a person: now, late, next; a live query over what they may see."""

from collections.abc import Collection, Mapping, Sized
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cases.models import Alert, Case, Concern, EmergencyAccess, SroRequest, StepPart
from cases.reading import own_days
from cases.reading.asked import Asked
from cases.reading.asked_in_review import Question
from cases.reading.duties import DutyTask
from cases.reading.history import reached_nobody
from cases.reading.links import Waiting
from cases.reading.numbers import Listed as Number
from cases.reading.numbers import numbers_of_officer
from cases.reading.on_time import on_time_with_others
from cases.reading.parts import called
from cases.reading.queues import AT_ONCE, BY_CASE, REVIEW, Queue, cut
from cases.reading.requests import Listed, requests_waiting
from cases.reading.tasks import Task, task_of
from cases.reading.told_apart import tell_apart
from cases.reading.transfers import WaitingTransfer
from cases.reading.unanswered import Covered, to_cover
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.directory.card import dial

#: So many of the latest concerns that one wrote are shown.
WRITTEN = 20


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
    #: What an administrator reads of them: legal counsel answers.
    with_counsel: Queue[Listed]
    to_cover: list[Covered]
    unanswered: list[SroRequest]
    dispatch: str
    numbers: list[Number]
    #: What an officer telephones, whether they are asked into a case or not.
    officers_numbers: list[Number]
    for_administrator: bool
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
    #: Each open case with another one of its student on the same track; for the liaison.
    second: list[tuple[Case, Case]]
    unreviewed: Queue[Case]
    review_days: int
    questions: list[tuple[Case, Question]]
    answers: list[tuple[Case, Question]]
    late_with_others: Queue[Task]
    next: Queue[Task]
    #: Of each open case of which no other list has a step the first one; for whoever administers it.
    on_time: Queue[Task]
    written: list[Concern]
    #: How many cases are late in all schools, for the liaison, whether something is asked of them there or not.
    late_in_schools: int
    #: How many messages reached nobody of late, for the liaison.
    reached_nobody: int

    @property
    def dispatch_dial(self) -> str:
        return dial(self.dispatch)

    @property
    def asks_at_once(self) -> list[Queue[Case]]:
        """The lists of cases that cannot wait, and have one."""
        return self._of_cases(AT_ONCE)

    @property
    def gaps(self) -> list[Queue[Case]]:
        """The lists of cases in which somebody or something is missing, and have one."""
        return self._of_cases(BY_CASE.keys() - AT_ONCE - REVIEW)

    def _of_cases(self, names: Collection[str]) -> list[Queue[Case]]:
        queues: list[Queue[Case]] = [getattr(self, name) for name in BY_CASE if name in names]
        return [queue for queue in queues if queue.shown]

    @property
    def late_duties(self) -> list[Task]:
        """The reader's own reports that are late: what needs them now, before all else."""
        return [task for task in self.late.shown if task.is_duty]

    @property
    def late_others(self) -> list[Task]:
        return [task for task in self.late.shown if not task.is_duty]

    @property
    def today(self) -> list[Task]:
        """What is due today: a contact, or an answer."""
        return [task for task in self.next.shown if task.today]

    @property
    def decisions(self) -> list[Task]:
        """What an administrator decides, and has time for."""
        return [task for task in self.next.shown if self._is_decision(task)]

    @property
    def coming(self) -> list[Task]:
        return [task for task in self.next.shown if not task.today and not self._is_decision(task)]

    def _is_decision(self, task: Task) -> bool:
        return self.for_administrator and task.decides and not task.today

    @property
    def waits_now(self) -> int:
        """How much stands under “Now”; what cannot wait at all stands before it."""
        lists: list[Sized] = [self.emergencies, self.duties, self.concerns, self.waiting_about]
        lists += [self.requests, self.records, self.to_cover, self.unanswered, self.now, self.late_duties]
        lists += [self.transfers, self.today, self.questions, self.answers]
        return sum(len(one) for one in lists) + sum(queue.count for queue in self.asks_at_once)

    @property
    def waits_late(self) -> int:
        return len(self.late_others) + self.late.more + self.late_with_others.count

    @property
    def waits_next(self) -> int:
        return len(self.coming) + self.next.more

    @property
    def gaps_count(self) -> int:
        return sum(queue.count for queue in self.gaps) + self.unattended.count + len(self.second)

    @property
    def nothing(self) -> bool:
        waits = self.waits_now or self.waits_late or self.next.shown or self.gaps_count
        return not (self.alerts or waits or self.unreviewed.shown or self.with_counsel.shown)


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
    outside = asked.duties.outside([part.case_id for part in duties], at)
    written = [one for one in concerns if one.wrote]
    tell_apart(written, outside)
    outside.sort(key=lambda one: (one.row.due_at, one.about))
    now = [part for part in duties if not asked.late(part)]
    # The duties are before the cut: they are never left out.
    late = cut("late", [part for part in others if asked.late(part)], in_full)
    late.shown[:0] = [part for part in duties if asked.late(part)]
    coming = cut("next", [part for part in others if not asked.late(part)], in_full)
    elsewhere = cut("late_with_others", asked.late_with_others, in_full)
    unattended = cut("unattended", sorted(asked.unattended, key=lambda part: not asked.late(part)), in_full)
    listed = [*asked.mine, *asked.late_with_others, *asked.unattended]
    on_time = cut("on_time", on_time_with_others(asked, listed), in_full)
    by_case = {name: cut(name, getattr(asked, name), in_full) for name in BY_CASE}
    steps = [*now, *late.shown, *coming.shown, *elsewhere.shown, *unattended.shown]
    shown = [part.case_id for part in [*steps, *on_time.shown]]
    shown += [one.case for one in asked.waiting_about]
    shown += [one.case for one in [*asked.questions, *asked.answers]]
    shown += [pk for pair in asked.second for pk in pair]
    cases = _cases(
        [*shown, *(pk for queue in by_case.values() for pk in queue.shown)],
        own_days.from_their_rows(by_case, reader),
    )

    half_done = called(steps)
    for part in duties:
        own = asked.duties.in_case(part.case_id)
        half_done |= {part.pk} if own and own.called_at else set()

    def tasks(queue: Queue[StepPart], *, mine: bool = True) -> Queue[Task]:
        found = [
            task_of(
                part,
                cases[part.case_id],
                asked.late(part),
                at,
                called=part.pk in half_done,
                waits_for="" if mine else asked.waits_for(part),
            )
            for part in queue.shown
        ]
        return Queue(queue.name, found, queue.more, queue.in_full)

    def rows(queue: Queue[UUID]) -> Queue[Case]:
        words = {pk: own_days.said(queue.name, cases[pk], asked) for pk in queue.shown}
        return Queue(queue.name, [cases[pk] for pk in queue.shown], queue.more, queue.in_full, words)

    records = requests_waiting(reader, at)
    answers = Role.COUNSEL in reader.roles
    return Work(
        alerts=asked.alerts,
        emergencies=_emergencies(reader, asked.to_review),
        duties=outside,
        concerns=[one for one in concerns if one.asks],
        waiting_about=[(cases[one.case], one) for one in asked.waiting_about],
        requests=_requests(reader),
        records=records if answers else [],
        with_counsel=cut("with_counsel", [] if answers else records, in_full),
        to_cover=to_cover(reader),
        unanswered=unanswered,
        dispatch=unanswered[0].dispatch if unanswered else "",
        numbers=asked.child_welfare if duties or outside else [],
        officers_numbers=numbers_of_officer(at.date()) if Role.SRO in reader.roles else [],
        for_administrator=Role.ADMINISTRATOR in reader.roles,
        now=tasks(Queue("now", now)).shown,
        late=tasks(late),
        unattended=tasks(unattended, mine=False),
        late_with_others=tasks(elsewhere, mine=False),
        next=tasks(coming),
        on_time=tasks(on_time, mine=False),
        transfers=asked.transfers,
        written=written,
        late_in_schools=asked.late_in_schools,
        reached_nobody=reached_nobody(reader, at),
        review_days=asked.review_days,
        second=[(cases[one], cases[other]) for one, other in asked.second],
        questions=[(cases[one.case], one) for one in asked.questions],
        answers=[(cases[one.case], one) for one in asked.answers],
        **{name: rows(queue) for name, queue in by_case.items()},
    )


def _cases(pks: Collection[UUID], days: Mapping[str, Any]) -> dict[UUID, Case]:
    cases = Case.objects.select_related("school", "student__merged_into", "protocol").defer("protocol__text")
    return cases.annotate(**days).in_bulk(set(pks)) if pks else {}


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
