"""What waits for a person: now, late, next; a live query over what they may see."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import DateField, F, Q
from django.db.models.functions import Cast, Coalesce
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.models import Case, Concern, SroRequest, StepPart
from cases.querysets import StepPartQuerySet
from cases.reading.parts import is_late
from cases.text import Words
from csec.accounts.models import User
from csec.accounts.roles import Role
from protocols.schema import Part

#: More than this is not read on a first screen; the list of cases has them all.
AT_MOST = 60
OVERSEERS = (Role.ADMINISTRATOR, Role.LIAISON)


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
        return bool(self.definition.prompt) and not self.part.outcome


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
    """All that waits for `reader` at that moment, in six queries and without any background process."""
    visible = Concern.objects.visible_to(reader).select_related("school", "student", "receiver")
    cases = {} if reader.reporter_only else _open_cases_by_role(reader)
    tasks = _tasks(cases, at) if cases else []
    mine = {task.part.pk for task in tasks}
    return Work(
        concerns=list(visible.held_by(reader).waiting()),
        requests=_requests(reader),
        now=[task for task in tasks if task.urgent and not task.late],
        late=[task for task in tasks if task.late],
        next=[task for task in tasks if not task.late and not task.urgent],
        late_with_others=[task for task in _late_overseen(cases, at) if task.part.pk not in mine],
        written=list(visible.filter(author__person=reader)[:20]),
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


def _tasks(cases: dict[str, list[UUID]], at: datetime) -> list[Task]:
    """The open parts on which the reader acts, in the role in which each case is seen."""
    mine = Q(pk__in=[])
    for role, pks in cases.items():
        acts = Q(actors__contains=[role])
        if role in permissions.MANDATED_REPORTERS:
            acts |= Q(actors__contains=["mandated_reporter"])
        mine |= Q(case__in=pks) & acts
    return [_task(part, at) for part in _open_parts().filter(mine)[:AT_MOST]]


def _late_overseen(cases: dict[str, list[UUID]], at: datetime) -> list[Task]:
    """What is late with others, for those who oversee cases: nobody else would see that a child is forgotten."""
    overseen = [pk for role in OVERSEERS for pk in cases.get(role, [])]
    if not overseen:
        return []
    return [_task(part, at) for part in _open_parts().late(at).filter(case__in=overseen)[:AT_MOST]]


def _open_parts() -> StepPartQuerySet:
    return (
        StepPart.objects.open()
        .filter(run__ended_at__isnull=True)
        .select_related("case__school", "case__student", "case__protocol", "run")
        .defer("case__protocol__text")
        .order_by(Coalesce("next_on", Cast("due_at", DateField())).asc(nulls_last=True), "due_at", "id")
    )


def _open_cases_by_role(reader: User) -> dict[str, list[UUID]]:
    """First the cases, then their parts: in one statement PostgreSQL may ask the rule for every pair of them."""
    cases: dict[str, list[UUID]] = defaultdict(list)
    for pk, role in Case.objects.open().visible_to(reader).order_by().values_list("pk", F("my_role")):
        cases[role].append(pk)
    return cases


def _task(part: StepPart, at: datetime) -> Task:
    zone = part.case.zone
    definition = part.case.protocol.definition.part(part.run.track, part.part)
    late = is_late(part, at, at.astimezone(zone).date())
    when: Words = ""
    if part.next_on:
        when = formats.date_format(part.next_on, "D, M j")
    elif part.due_at:
        when = formats.date_format(part.due_at.astimezone(zone), "D, M j, P")
    return Task(part, definition, late, _("due %(when)s") % {"when": when} if when else "")
