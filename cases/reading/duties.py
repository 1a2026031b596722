"""The reader's own duties to report: which are open, where, and what stands on their pages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, Subquery

from cases import permissions
from cases.ages import is_of_age_on
from cases.kinds import report
from cases.models import Case, Concern, Entry, LearnedCorrection, Outcome, ReportDuty, ReportMade, StepPart
from cases.reading.concern import student_chosen
from cases.reading.numbers import CHILD_WELFARE
from cases.reading.shown import shown
from cases.reading.when import moment, written_due_at
from cases.text import Words
from csec.accounts.models import User
from protocols.schema import Field


class OwnDuties:
    """Those of one person that are open, and those that have ended in some cases; asked for once."""

    def __init__(self, reader: User, cases: Collection[UUID]) -> None:
        rows = ReportDuty.objects.filter(person=reader).filter(
            Q(ended_at__isnull=True) | Q(case__in=list(cases))
        )
        found = list(
            rows.select_related("school")
            .annotate(agencies=CHILD_WELFARE, recorded_at=F("concern__logged_at"))
            .order_by("due_at", "id")
        )
        self.agencies: Any = found[0].agencies if found else None
        self.open = [row for row in found if row.is_open]
        self._by_case: dict[UUID | None, ReportDuty] = {}
        for row in self.open:
            self._by_case.setdefault(row.case_id, row)
        self._ended = {row.case_id for row in found if not row.is_open}

    def in_case(self, case: UUID) -> ReportDuty | None:
        """The one that is due first in a case, of those that are open."""
        return self._by_case.get(case)

    def asks(self, part: StepPart) -> bool | None:
        """Whether the report of a case asks the reader themselves; None where that goes by their role alone."""
        return asks_reader(part, mine=part.case_id in self._by_case, ended=part.case_id in self._ended)

    def is_mine(self, part: StepPart, role: str) -> bool:
        """Whether the report of a case asks the reader, who sees the case in that role."""
        return is_readers(part, self.asks(part), role)

    def put_on(self, part: StepPart, *, owed: bool) -> None:
        """What the report of a case is for the reader: each goes by their own clock."""
        part.owed = owed
        own = self.in_case(part.case_id)
        if own:
            part.asks_reader = True
        part.due_at = due_for_reader(part, own.due_at if own else None)

    def outside(self, cases: Collection[UUID], at: datetime) -> list["DutyTask"]:
        """Those open in none of these cases, as they are at that moment: in a case a step stands for them."""
        return [DutyTask(row, at) for row in self.open if row.case_id not in cases]


def asks_reader(part: StepPart, *, mine: bool, ended: bool) -> bool | None:
    """Whether a report asks the reader themselves; None by the role alone, as one open that is nobody's any more."""
    nobodys = not part.owed and part.outcome in ("", Outcome.UNABLE)
    return True if mine else False if ended and not nobodys else None


def is_readers(part: StepPart, asks: bool | None, role: str) -> bool:
    """Whether a report is the reader's, who sees the case in that role; `asks` as `asks_reader` says it."""
    if asks is None:
        # Once somebody has reported, what is left is others' to do.
        asks = part.outcome in ("", Outcome.UNABLE)
    return asks and permissions.acts_as(role, part)


@dataclass
class DutyTask:
    """One that waits on the first screen."""

    row: ReportDuty
    at: datetime | None = None
    #: When the concern was recorded from which it comes, which tells it from another one; set by `tell_apart`.
    about: Words = ""

    @property
    def recorded_at(self) -> datetime | None:
        """When that concern was recorded; none of a duty that has none, or not to be seen."""
        return getattr(self.row, "recorded_at", None)

    @property
    def prompt(self) -> Words:
        return report.TO_WRITE if self.row.called_at else report.NOT_CALLED

    @property
    def due(self) -> str:
        """By when the written report is due, in the school's zone, and how far that is; the call comes first."""
        return written_due_at(self.row.due_at, self.at or self.row.due_at, self.row.zone)

    @property
    def known(self) -> str:
        """When its person first knew or suspected, which tells it from another one."""
        return moment(self.row.learned_at, self.row.zone)


def duties_of(concern: Concern, reader: User) -> list[DutyTask]:
    """The reader's own duties from one concern: the open ones, or else the latest."""
    rows = list(ReportDuty.objects.filter(concern=concern, person=reader).order_by("-number"))
    return [DutyTask(row) for row in rows if row.is_open] or [DutyTask(row) for row in rows[:1]]


def due_for_reader(row: Any, own: datetime | None) -> datetime | None:
    """
    By when: each goes by their own clock. Once a report was made, what is left is another's.

    When that is due would tell when its person learned of it, and so who has not reported.
    """
    return own or (None if row.owed and row.outcome == Outcome.DONE else row.due_at)


def own_duty(reader: User) -> dict[str, Any]:
    """What comes along with a case: the reader's duty there that is open and due first, its call; whether one ended."""
    duties = ReportDuty.objects.filter(case=OuterRef("pk"), person=reader)
    waiting = duties.filter(ended_at__isnull=True).order_by("due_at", "id")
    return {
        "own_duty": Subquery(waiting.values("pk")[:1]),
        "own_duty_due": Subquery(waiting.values("due_at")[:1]),
        "own_duty_called": Subquery(waiting.values("called_at")[:1]),
        "own_duty_ended": Exists(duties.filter(ended_at__isnull=False)),
    }


def ask_in_case(case: Case, row: Any) -> None:
    """What the report of a case's open track is for the reader, from what came along with the case."""
    owed = getattr(case, "report_owed", None)
    row.owed = owed is not None
    mine, ended = getattr(case, "own_duty", None), getattr(case, "own_duty_ended", False)
    row.asks_reader = asks_reader(row, mine=bool(mine), ended=ended)
    row.due_at = due_for_reader(row, getattr(case, "own_duty_due", None))


def own_learned_at(case: Case, reader: User) -> datetime | None:
    """When the reader first knew, by the duty of theirs that stands in a case, the open one before an ended one."""
    rows = ReportDuty.objects.filter(case=case, person=reader).order_by(F("ended_at").desc(nulls_first=True))
    return rows.values_list("learned_at", flat=True).first()


def knows_by_reading(case: Case) -> bool:
    """
    Whether the reader of an open case learns of it by reading, as one who reports, and has done nothing on it yet.

    Reading writes nothing, so no duty of theirs is kept: the page says that it begins all the same.
    """
    kept = getattr(case, "own_duty", None) or getattr(case, "own_duty_ended", False)
    return case.is_open and case.my_role in permissions.MANDATED_REPORTERS and not kept


def is_late_for_reader(row: StepPart, at: datetime) -> bool:
    """Whether the reader's own report is past its time, also where another's was made."""
    return bool(row.asks_reader) and row.due_at is not None and row.due_at < at


@dataclass
class Clock:
    """One statement of when its person first knew, and by when the written report was due by it."""

    learned_at: datetime
    due_at: datetime
    said_at: datetime
    reason: str = ""


@dataclass
class DutyReading:
    """One's own duty as its page shows it: each of its clocks, and what one recorded."""

    row: ReportDuty
    clocks: list[Clock]
    facts: Sequence[tuple[Words, Words]]
    concern: Concern | None
    late: bool
    #: Whether the student is 18 or older, as the author of the concern named them.
    of_age: bool
    #: Whether its reader said before that no report applies: they are not told what asks them anew, as a void does.
    opted_out: bool

    @property
    def prompt(self) -> Words:
        return report.TO_WRITE if self.row.called_at else report.NOT_CALLED


def read_duty(duty: ReportDuty, reader: User, at: datetime, *, labels: dict[str, Field]) -> DutyReading:
    """Of the concern no more than its reader may see: a duty outlives that."""
    first = duty.due_at
    corrections = list(LearnedCorrection.objects.filter(duty=duty))
    clocks = [
        Clock(one.learned_at, one.due_at, one.at, one.reason(duty.key) if duty.key else "")
        for one in corrections
    ]
    if corrections:
        first = _first_due(duty, corrections)
    clocks.insert(0, Clock(duty.learned_at, first, duty.asked_at))
    kept = duty.facts() or _entered(duty)
    facts = [
        (labels[name].label, shown(labels[name], value)) for name, value in kept.items() if name in labels
    ]
    # What was recorded later than it was done is as early as it was done.
    done = next((kept[name] for name in ("written_at", "phoned_at") if kept.get(name)), None)
    ended = datetime.fromisoformat(done) if done and duty.ended_at else duty.ended_at
    # Late by any of its clocks is late for ever.
    late = (ended or at) > min(clock.due_at for clock in clocks)
    seen = Concern.objects.visible_to(reader).select_related("student__merged_into")
    concern = seen.filter(pk=duty.concern_id).first() if duty.concern_id else None
    late = late and duty.how != ReportDuty.How.NOT_APPLICABLE
    of_age = _of_age(concern, at.astimezone(duty.zone).date())
    return DutyReading(duty, clocks, facts, concern, late, of_age, _opted_out(duty, reader))


def _opted_out(duty: ReportDuty, reader: User) -> bool:
    """By the latest of theirs that has ended, of the same concern, or of the same case where there is none."""
    if duty.number == 1:
        return False
    about = Q(concern=duty.concern_id) if duty.concern_id else Q(concern=None, case=duty.case_id)
    before = ReportDuty.objects.filter(about, person=reader, number__lt=duty.number).order_by("number").last()
    return before is not None and before.how == ReportDuty.How.NOT_APPLICABLE


def _of_age(concern: Concern | None, today: date) -> bool:
    student = student_chosen(concern) if concern else None
    return student is not None and is_of_age_on(student.kept.birth_date or student.birth_date, today)


def _entered(duty: ReportDuty) -> dict[str, Any]:
    """What its person recorded in a case, as long as they see that."""
    if duty.entry_id is None:
        return {}
    entry = Entry.objects.filter(pk=duty.entry_id).select_related("evidence", "case__key").first()
    if entry is None or not hasattr(entry, "evidence"):
        return {}
    return entry.evidence.facts(entry.case.key)


def _first_due(duty: ReportDuty, corrections: list[LearnedCorrection]) -> datetime:
    """By the time that was written first: as long after it as by each correction."""
    return duty.learned_at + (corrections[0].due_at - corrections[0].learned_at)


@dataclass(frozen=True)
class Made:
    """A report, as everybody on the case may know of it."""

    at: datetime
    agency: str
    #: The entry by which everybody on the case knows of it.
    entry: UUID


def reports_of(case: Case) -> list[Made]:
    """
    The reports that were made in a case, and about its concerns outside of it; never by whom.

    A call and its written half are one, and what rests on an earlier report is no other.
    """
    entries = Entry.objects.filter(
        case=case, part__kind=report.KIND, outcome__in=[Outcome.DONE, Outcome.UNABLE], corrections=None
    )
    found: dict[tuple[datetime, str], Made] = {}
    for entry in entries:
        if made := made_of(entry, shared_facts(entry, case)):
            found.setdefault((made.at, made.agency), made)
    return [found[key] for key in sorted(found)]


def made_of(entry: Entry, facts: dict[str, Any]) -> Made | None:
    """The report that an entry says was made: written, or called as the first half of one."""
    if entry.outcome != Outcome.DONE and not report.is_called(entry.outcome, facts):
        return None
    phoned = facts.get("phoned_at")
    at = datetime.fromisoformat(phoned) if phoned else entry.happened_at
    return Made(at, str(facts.get("agency", "")), entry.pk)


def shared_facts(entry: Entry, case: Case) -> dict[str, Any]:
    """
    What an entry shares with everybody on the case; of a report recorded outside of it what the concern's key opens.

    Whoever does not read the concern, as an officer does not, learns that it was made, and when.
    """
    if entry.made_id is None:
        return entry.shared_facts(case.key)
    made = ReportMade.objects.filter(pk=entry.made_id).select_related("concern__key").first()
    return made.facts(made.concern.key) if made else {}
