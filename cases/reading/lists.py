"""Rows of the list of cases: what is late first, and what is next in each, by whom and by when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import JSONObject

from cases import kinds
from cases.ages import is_of_age
from cases.kinds import report
from cases.models import Case, CasePerson, ReportDuty, StepPart
from cases.models.cases import NEVER
from cases.querysets import REPORT_OWED
from cases.reading.contact_now import contact_of_case, who_has
from cases.reading.duties import ask_in_case, is_late_for_reader, is_readers, own_duty
from cases.reading.holders import whom_it_waits_for
from cases.reading.keyset import LATE, NEWEST, Slice, slice_of
from cases.reading.of_parents import hold
from cases.reading.parts import is_late
from cases.reading.tasks import by_when
from cases.text import Words
from csec.accounts.models import User
from csec.accounts.roles import CARE_ROLES, Role
from protocols.schema import Track

SIZE = 25


def late_from(part: StepPart, zone: ZoneInfo) -> datetime | None:
    """From when a part is late, as PostgreSQL keeps the earliest with its case; None where it has no time."""
    days_end = None
    if part.next_on:
        days_end = datetime.combine(part.next_on + timedelta(days=1), time(), tzinfo=zone)
    if not (part.outcome in ("", "unable") or (part.repeats and part.outcome == "done")):
        return days_end if part.progress else None
    waits = part.outcome == "" or (part.outcome == "unable" and not part.repeats)
    due = part.due_at if waits or part.kind in kinds.SCHEDULED else None
    return min((one for one in (due, days_end) if one), default=None)


@dataclass
class CaseRow:
    """One case: its track, what is next in it, how many parts are open and late, who carries it."""

    case: Case
    at: datetime
    parts: list[StepPart] = field(default_factory=list)

    @property
    def held_by(self) -> str:
        return ", ".join(one["name"] for one in self._people if one["role"] in CARE_ROLES)

    @property
    def track(self) -> Track:
        return self.case.protocol.definition.track(self.case.track)

    @property
    def open_parts(self) -> list[StepPart]:
        return [part for part in self.parts if part.is_open]

    @property
    def late_parts(self) -> int:
        return sum(self._is_late(part) for part in self.parts)

    @property
    def next_part(self) -> StepPart | None:
        """
        The reader's own call that was not made yet, as on the page of the case; what is late the longest, or due first;
        then the first printed step without a time; last what is on hold.
        """
        return min(self.parts, key=self._order, default=None)

    def _order(self, part: StepPart) -> tuple[bool, bool, datetime, int]:
        to_call = self._is_own_duty(part) and not self._called
        return not to_call, part.on_hold, self._late_from(part), part.position

    @property
    def step(self) -> str:
        """The printed number of its step, with the letter of the track it was asked in."""
        part = self.next_part
        return f"{self._track_of(part).letter}{part.step_number}" if part else ""

    @property
    def duty(self) -> Words:
        part = self.next_part
        return self.case.protocol.definition.part(part.run.track, part.part).label if part else ""

    @property
    def waits_for(self) -> Words:
        """Whom the next part waits for."""
        contact: dict[str, Any] | None = self.case.contact  # type: ignore[attr-defined]
        has = who_has(contact, self.case, self.at).name if contact else None
        return whom_it_waits_for(self.next_part, self._people, has) if self.next_part else ""

    @property
    def when(self) -> Words:
        """By when the next part is due, and how far that is from now."""
        part = self.next_part
        if part is None:
            return ""
        return by_when(part, self.case, self.at, mine=self._is_own_duty(part))

    @property
    def prompt(self) -> Words:
        """What is said before the time of the reader's own report: the call comes first, at once."""
        part = self.next_part
        if part is None or not self._is_own_duty(part):
            return ""
        return report.TO_WRITE if self._called else report.NOT_CALLED

    @property
    def _called(self) -> bool:
        return getattr(self.case, "own_duty_called", None) is not None

    def _is_own_duty(self, part: StepPart) -> bool:
        return part.kind in kinds.DUTIES and is_readers(part, part.asks_reader, self.case.my_role)

    @property
    def _people(self) -> list[dict[str, str]]:
        return self.case.people_here  # type: ignore[attr-defined, no-any-return]

    @property
    def _owed(self) -> datetime | None:
        return self.case.report_owed  # type: ignore[attr-defined, no-any-return]

    def _track_of(self, part: StepPart) -> Track:
        return self.case.protocol.definition.track(part.run.track)

    def _is_late(self, part: StepPart) -> bool:
        if is_late_for_reader(part, self.at) or (part.owed and self._owed and self._owed < self.at):
            return True
        return is_late(part, self.at, self.at.astimezone(self.case.zone).date())

    def _late_from(self, part: StepPart) -> datetime:
        own = part.due_at if part.asks_reader else None
        moments = [late_from(part, self.case.zone), own, self._owed if part.owed else None]
        return min((one for one in moments if one), default=NEVER)


def narrowed(cases: Any, person: User, chosen: dict[str, Any], at: datetime) -> Any:
    """Of the cases that somebody sees those that were asked for; what they do not see decides nothing."""
    cases = cases.filter(status=chosen.get("state") or Case.Status.OPEN)
    if chosen.get("late"):
        cases, by = _by_lateness(cases, person)
        cases = cases.filter(Q(**{f"{by}__lt": at}) | _own_report_is_late(person, at))
    if chosen.get("mine"):
        cases = cases.with_person(person)
    if kind := chosen.get("kind"):
        cases = cases.alias(owed_in_it=REPORT_OWED).filter(_waits_for(kind, at))
    return cases.filter(**{name: chosen[name] for name in ("track", "school") if name in chosen})


def _own_report_is_late(person: User, at: datetime) -> Q:
    """Each knows by when their own report is due; a case is kept as late by a moment that tells nobody of another's."""
    own = ReportDuty.objects.filter(case=OuterRef("pk"), person=person, ended_at__isnull=True, due_at__lt=at)
    asked = StepPart.objects.filter(case=OuterRef("pk"), kind__in=kinds.DUTIES, run__ended_at__isnull=True)
    return Q(Exists(own)) & Q(Exists(asked))


def _waits_for(kind: str, at: datetime) -> Q:
    """
    Whether such a part waits for somebody: as the rows of a list say it, and so also one that is looked at again.

    Of a report also where one was made and somebody's own duty is open.
    """
    of_case = StepPart.objects.filter(case=OuterRef("pk"), kind=kind)
    asking = Q(Exists(of_case.asking(at.date() + timedelta(days=1))))
    if kind not in kinds.DUTIES:
        return asking
    return asking | Q(Exists(of_case.filter(run__ended_at__isnull=True)), owed_in_it__isnull=False)


def list_cases(
    cases: Any, person: User, *, sort: str, after: str | None, at: datetime, size: int = SIZE
) -> Slice[CaseRow]:
    """A page of a queryset of cases, in three queries whatever its size and however far it is from the first."""
    people = CasePerson.objects.working(at).filter(case=OuterRef("pk"))
    rows = (
        cases.select_related("school", "student__merged_into", "protocol")
        .defer("protocol__text")
        .annotate(
            people_here=ArraySubquery(people.values(row=JSONObject(role="role", name="person__name"))),
            contact=contact_of_case(at),
            report_owed=REPORT_OWED,
            **own_duty(person),
        )
    )
    rows, by = _by_lateness(rows, person) if sort == LATE else (rows, "opened_at")
    found = slice_of(rows, by=by, after=after, size=size, descending=sort == NEWEST)
    return Slice(_rows(found.rows, at), found.later, found.following, found.anew)


def _by_lateness(cases: Any, person: User) -> tuple[Any, str]:
    """By what a list of theirs begins with what is late: of what they see as an officer by nothing that is hidden."""
    if Role.SRO not in person.roles:
        return cases, "late_from"
    if person.roles == {Role.SRO}:
        return cases, "late_from_officer"
    as_officer = models.When(my_role=Role.SRO, then="late_from_officer")
    return cases.annotate(late_to_reader=models.Case(as_officer, default="late_from")), "late_to_reader"


def _rows(cases: Sequence[Case], at: datetime) -> list[CaseRow]:
    rows = {case.pk: CaseRow(case, at) for case in cases}
    for part in asking_parts(cases, at):
        rows[part.case_id].parts.append(part)
    return list(rows.values())


def asking_parts(cases: Iterable[Any], at: datetime) -> list[StepPart]:
    """What is asked in these cases, which carry `report_owed`; whose report is owed and what is on hold it says."""
    known = {case.pk: case for case in cases}
    owed = [pk for pk, case in known.items() if case.report_owed]
    asking = StepPart.objects.asking(at.date() + timedelta(days=1), owed=owed).with_frozen()
    parts = list(asking.filter(case__in=list(known)))
    for part in parts:
        if part.kind in kinds.DUTIES and part.run.ended_at is None:
            ask_in_case(known[part.case_id], part)
    hold(parts, lambda part: is_of_age(known[part.case_id], at))
    return parts
