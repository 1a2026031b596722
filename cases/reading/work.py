"""What waits for a person: now, late, next; a live query over what they may see."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import DateField, F, Prefetch, Q
from django.db.models.functions import Cast, Least
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.models import Case, Concern, SroRequest, StepPart
from cases.reading.parts import is_late
from cases.text import Words
from csec.accounts.models import User
from csec.accounts.roles import Role
from protocols.schema import Part

#: More than this is not read on a first screen; the list of cases has them all.
AT_MOST = 60
OVERSEERS = (Role.COUNSELOR, Role.SOCIAL_WORKER, Role.ADMINISTRATOR, Role.LIAISON)


@dataclass
class Task:
    """One part of a step that waits for the reader."""

    part: StepPart
    definition: Part
    late: bool
    when: Words

    @property
    def urgent(self) -> bool:
        """It has words of its own while it is open, such as a call that was not made yet."""
        return bool(self.definition.prompt) and self.part.is_open


class OpenCase(NamedTuple):
    """Of an open case, what the first screen has to know to ask for its parts."""

    pk: UUID
    role: str
    time_zone: str


@dataclass
class Work:
    """The first screen's lists, in the order in which they are shown."""

    concerns: list[Concern]
    requests: list[SroRequest]
    now: list[Task]
    late: list[Task]
    next: list[Task]
    late_with_others: list[Task]
    written: list[Concern]

    @property
    def nothing(self) -> bool:
        return not (
            self.concerns or self.requests or self.now or self.late or self.next or self.late_with_others
        )


def waiting_for(reader: User, at: datetime) -> Work:
    """All that waits for `reader` at that moment, in eight queries at most and without any background process."""
    visible = Concern.objects.visible_to(reader).select_related("school", "student", "receiver")
    cases = [] if reader.reporter_only else _open_cases(reader)
    tasks = _tasks(_mine(cases), at) if cases else []
    return Work(
        concerns=list(visible.held_by(reader).waiting()),
        requests=_requests(reader),
        now=[task for task in tasks if task.urgent and not task.late],
        late=[task for task in tasks if task.late],
        next=[task for task in tasks if not task.late and not task.urgent],
        late_with_others=_late_overseen(cases, at),
        written=list(visible.written_by(reader)[:20]),
    )


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


def _open_cases(reader: User) -> list[OpenCase]:
    """
    First the cases, then their parts by key, then the cases of the parts that are shown.

    In one statement PostgreSQL may ask the rule of access for every pair of a case and a part.
    """
    rows = Case.objects.open().visible_to(reader).order_by()
    return [OpenCase(*row) for row in rows.values_list("pk", F("my_role"), "school__time_zone")]


def _mine(cases: list[OpenCase]) -> Q:
    """The parts on which the reader acts, in the role in which each case is seen."""
    by_role: dict[str, list[UUID]] = defaultdict(list)
    for case in cases:
        by_role[case.role].append(case.pk)
    mine = Q(pk__in=[])
    for role, pks in by_role.items():
        acts = Q(actors__contains=[role])
        if role in permissions.MANDATED_REPORTERS:
            acts |= Q(actors__contains=["mandated_reporter"])
        mine |= Q(case__in=pks) & acts
    return mine


def _late_overseen(cases: list[OpenCase], at: datetime) -> list[Task]:
    """What is late with others, for those who oversee cases: nobody else would see that a child is forgotten."""
    by_zone: dict[str, list[UUID]] = defaultdict(list)
    for case in cases:
        if case.role in OVERSEERS:
            by_zone[case.time_zone].append(case.pk)
    if not by_zone:
        return []
    missed = Q(outcome="") | Q(outcome="unable", repeats=False)
    late = Q(pk__in=[])
    for zone, pks in by_zone.items():
        today = at.astimezone(ZoneInfo(zone)).date()
        late |= Q(case__in=pks) & (missed & Q(due_at__lt=at) | Q(next_on__lt=today))
    return _tasks(late & ~_mine(cases), at)


def _tasks(which: Q, at: datetime) -> list[Task]:
    parts = StepPart.objects.open().filter(which)
    parts = parts.order_by(_asked_on().asc(nulls_last=True), "due_at", "id")
    cases = Case.objects.select_related("school", "student", "protocol").defer("protocol__text")
    return [_task(part, at) for part in parts.prefetch_related(Prefetch("case", cases))[:AT_MOST]]


def _asked_on() -> models.expressions.Case:
    """The day on which a part asks: the earlier of its due day and its day to look again; after a contact the next."""
    due_on = Cast("due_at", DateField())
    return models.Case(models.When(outcome="done", then=F("next_on")), default=Least("next_on", due_on))


def _task(part: StepPart, at: datetime) -> Task:
    zone = part.case.zone
    definition = part.case.protocol.definition.part(part.case.track, part.part)
    late = is_late(part, at, at.astimezone(zone).date())
    when: Words = ""
    if part.next_on:
        when = formats.date_format(part.next_on, "D, M j")
    elif part.due_at:
        when = formats.date_format(part.due_at.astimezone(zone), "D, M j, P")
    return Task(part, definition, late, _("due %(when)s") % {"when": when} if when else "")
