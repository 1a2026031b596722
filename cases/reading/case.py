"""One case as its page shows it: the printed steps with their state, who is on it, what was decided."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import cached_property

from cases import kinds, permissions
from cases.kinds import report
from cases.models import (
    Case,
    CasePerson,
    CheckIn,
    Concern,
    Decision,
    Entry,
    Outcome,
    SroRequest,
    StepPart,
    TrackRun,
)
from cases.reading.at_once import Emergency, OpenAlert, SeenTo, emergencies, open_alerts, seen_to
from cases.reading.contact_now import HasIt, by_whom, who_has
from cases.reading.decisions import decisions_read, leave_open
from cases.reading.duties import ask_in_case, is_late_for_reader, knows_by_reading
from cases.reading.entries import entry_view
from cases.reading.holders import people_of, whom_it_waits_for
from cases.reading.links import Waiting, waiting
from cases.reading.numbers import Listed, numbers_with
from cases.reading.offers import answer, follow, offer
from cases.reading.parents import Standing, hold_back, standing
from cases.reading.parts import Fact, PartView, RunView, StepView, is_late, state_of
from cases.reading.transfers import banners
from cases.text import Words
from csec.accounts.models import User
from csec.accounts.roles import CARE_ROLES
from protocols.schema import Part

#: So long the page says that a concern has left the case which is about another student.
APART_SHOWN_FOR = timedelta(days=30)


class CasePage:
    """Everything the page of one case shows. Each property asks the database at most once."""

    def __init__(self, case: Case, reader: User, at: datetime) -> None:
        self.case = case
        self.reader = reader
        self.at = at
        self.today = at.astimezone(case.zone).date()
        self.definition = case.protocol.definition

    @cached_property
    def _entries(self) -> dict[Any, list[Entry]]:
        entries = defaultdict(list)
        for entry in Entry.objects.filter(case=self.case).select_related("actor", "evidence"):
            entry.case = self.case
            entries[entry.part_id].append(entry)
        return entries

    @cached_property
    def _requests(self) -> dict[Any, SroRequest]:
        """The latest request of each part that asks an SRO in."""
        rows = SroRequest.objects.filter(case=self.case).select_related("officer", "part")
        return {row.part_id: row for row in rows}

    @cached_property
    def runs(self) -> list[RunView]:
        """The tracks of this case, the open one first."""
        by_run: dict[Any, list[StepPart]] = defaultdict(list)
        rows: dict[Any, TrackRun] = {}
        for part in StepPart.objects.filter(case=self.case).select_related("run", "corresponds_to"):
            by_run[part.run_id].append(part)
            rows[part.run_id] = part.run
        ordered = sorted(rows.values(), key=lambda run: (run.ended_at is not None, run.started_at))
        # Of a track that came along with a student who was taken over there is what goes on, and nothing else.
        led_on = {run.after_id for run in ordered} | {run.pk for run in ordered if run.ended_at is None}
        return [self._run(run, by_run[run.pk], whole=run.pk in led_on) for run in ordered]

    @property
    def current(self) -> RunView:
        return self.runs[0]

    @property
    def earlier(self) -> list[RunView]:
        return self.runs[1:]

    @cached_property
    def _rows(self) -> list[CasePerson]:
        return people_of(self.case, self.at, today=self.today)

    @property
    def people(self) -> list[CasePerson]:
        """Who is on the case now."""
        return [row for row in self._rows if not row.excluded]

    @property
    def kept_from(self) -> list[CasePerson]:
        """From whom it is kept, for those who may decide it."""
        if not permissions.can_exclude_person(self.reader, self.case):
            return []
        return [row for row in self._rows if row.excluded]

    @property
    def carried(self) -> bool:
        """Whether a counselor or social worker of today is on it."""
        return any(row.works_here and row.role in CARE_ROLES for row in self.people)

    @property
    def knows_by_reading(self) -> bool:
        return knows_by_reading(self.case)

    @cached_property
    def check_in(self) -> Any:
        """The contact that is due next, with its schedule; not the officer's to know."""
        waiting = CheckIn.objects.filter(case=self.case, state=CheckIn.State.WAITING)
        rows = waiting.select_related("plan__person", "plan__cover", "taken_by")
        return rows.annotate(by_whom=by_whom(self.at)).first()

    @cached_property
    def has_contact(self) -> HasIt | None:
        """Whose that contact is now, while somebody is away or in a break."""
        return who_has(self.check_in.by_whom, self.case, self.at) if self.check_in else None

    @property
    def regular_contact(self) -> PartView | None:
        """The regular contact of the open track."""
        return next((part for part in self.parts if part.row.kind in kinds.SCHEDULED), None)

    @property
    def alerts(self) -> list[OpenAlert]:
        """What cannot wait, until somebody has written down what was found."""
        return open_alerts(self.case)

    @cached_property
    def seen_to(self) -> list[SeenTo]:
        """What was found each time that something could not wait, for those who answer for that."""
        return seen_to(self.case) if permissions.can_take_over(self.reader, self.case) else []

    @property
    def concern_apart(self) -> bool:
        """Whether a concern has left it lately that is about another student, for those who read its concerns."""
        lately = self.case.apart_at is not None and self.at < self.case.apart_at + APART_SHOWN_FOR
        return lately and self.case.my_role in permissions.WHO_MAY["accept_concern"]

    @property
    def waiting_about(self) -> list[Waiting]:
        """The concerns about this student that wait with somebody else, for those who may know of them."""
        return waiting(getattr(self.case, "waiting_about", None))

    @property
    def transfers(self) -> list[Words]:
        """What is said first of a transfer: decided, waiting, or where the case came from or went."""
        return list(banners(self.case))

    @property
    def emergencies(self) -> list[Emergency]:
        """By whom the case was opened in an emergency that nobody has looked at yet."""
        return emergencies(self.case, self.reader)

    @property
    def standing(self) -> Standing:
        """What stands between the school and the parents."""
        return standing(self.case, self.at)

    @cached_property
    def decisions(self) -> list[tuple[Decision, list[Fact]]]:
        """What was decided about the case as a whole, with the words given."""
        labels = {str(part.row.pk): part.definition.label for run in self.runs for part in run.parts}
        return decisions_read(self.case, self.reader, self._decided, labels)

    @cached_property
    def _decided(self) -> list[Decision]:
        return list(Decision.objects.filter(case=self.case).select_related("by"))

    @property
    def ended_at(self) -> datetime | None:
        """When it was closed or became void, where it is: read already then, for what was left open."""
        how = {Case.Status.CLOSED: Decision.Kind.CLOSED, Case.Status.VOIDED: Decision.Kind.VOIDED}
        kind = how.get(Case.Status(self.case.status))
        return max((row.at for row in self._decided if row.kind == kind), default=None) if kind else None

    @cached_property
    def concerns(self) -> list[Concern]:
        """The concerns in this case, for those who may read them."""
        return list(Concern.objects.visible_to(self.reader).filter(case=self.case).select_related("school"))

    @property
    def parts(self) -> Iterator[PartView]:
        return self.current.parts

    @property
    def mine(self) -> list[PartView]:
        """What waits for the reader: a call that was not made yet, the late, what has a time; last what is on hold."""
        waiting = [part for part in self.parts if part.is_mine and part.row.is_open]

        def order(part: PartView) -> tuple[bool, bool, bool, bool, int]:
            row = part.row
            return (not part.prompt, row.on_hold, not part.late, row.due_at is None, row.position)

        return sorted(waiting, key=order)

    @property
    def numbers(self) -> list[Listed]:
        """Whom to telephone, as long as a report waits for the reader."""
        waits = any(part.row.kind == report.KIND and part.prompt for part in self.mine)
        return numbers_with(getattr(self.case, "child_welfare", ()), self.today) if waits else []

    @property
    def others(self) -> list[PartView]:
        """What waits for somebody else."""
        return [part for part in self.parts if part.row.is_open and not part.is_mine and not part.not_asked]

    @property
    def can(self) -> dict[str, bool]:
        open_case = self.case.is_open
        allowed = {
            name: getattr(permissions, f"can_{name}")(self.reader, self.case)
            for name in (
                "reclassify",
                "close_case",
                "correct_student",
                "add_person",
                "remove_person",
                "exclude_person",
                "readmit_person",
                "plan_checkins",
                "plan_break",
                "note_roster_change",
                "take_over",
            )
        }
        can = {name: yes and open_case for name, yes in allowed.items()}
        can["review_emergency_access"] = self.case.my_role in permissions.WHO_MAY["review_emergency_access"]
        can["reclassify"] = can["reclassify"] and self.current.track.id != "suspected_recruiter"
        can["reopen_case"] = self.case.status == Case.Status.CLOSED and permissions.can_reopen_case(
            self.reader, self.case
        )
        can["reopen_case"] = can["reopen_case"] and not getattr(self.case, "goes_on_elsewhere", False)
        can["void_case"] = self.case.status != Case.Status.VOIDED and permissions.can_void_case(
            self.reader, self.case
        )
        return can

    def _run(self, run: TrackRun, parts: list[StepPart], *, whole: bool) -> RunView:
        track = self.definition.track(run.track)
        by_part = {part.part: part for part in parts}
        steps = []
        for step in track.steps:
            views = [self._part(by_part[part.id], part) for part in step.parts if part.id in by_part]
            if views or whole:
                steps.append(StepView(step, views))
            answer(self.case, self.reader, views)
        if run.ended_at is None:
            views = [view for step in steps for view in step.parts]
            hold_back(self.case, self.at, views)
            if not self.case.is_open:
                leave_open(self.case, self._decided, views)
        return RunView(run, track, steps)

    def _part(self, row: StepPart, part: Part) -> PartView:
        row.case = self.case
        if row.kind in kinds.DUTIES and self._asks(row):
            ask_in_case(self.case, row)
        fields = self.definition.fields_of(part)
        entries = [entry_view(entry, part, fields) for entry in self._entries[row.pk]]
        late = self._asks(row) and (is_late(row, self.at, self.today) or is_late_for_reader(row, self.at))
        state, word = state_of(row, late, ended=not self.case.is_open)
        view = PartView(row, part, entries, state, word, late=late)
        if view.called and not late:
            view.word = report.CALLED_LABEL
        elif not late and row.owed and row.outcome not in ("", Outcome.UNABLE):
            made = row.outcome == Outcome.DONE
            view.state, view.word = "waiting", report.MADE_AND_OWED if made else report.STILL_OWED
        view.request = self._requests.get(row.pk)
        view.held_by = self._held_by(row)
        if self._asks(row):
            offer(self.case, self.reader, view)
            if row.kind in kinds.SCHEDULED and (has := self.has_contact):
                view.anothers = not has.is_mine(self.reader.pk, self.case.my_role)
        elif self.case.is_open:
            follow(self.case, self.reader, view)
        return view

    def _asks(self, row: StepPart) -> bool:
        """Whether the part can still be recorded; a duty also after its case has ended."""
        asks = self.case.is_open or (
            row.kind in kinds.DUTIES and (row.is_open or self.case.status == Case.Status.VOIDED)
        )
        return asks and row.run.ended_at is None

    def _held_by(self, row: StepPart) -> Words:
        """Whom an open part waits for, in words: the people on the case in its roles, or the roles."""
        if not row.is_open:
            return ""
        contact = self.has_contact if row.kind in kinds.SCHEDULED else None
        here = ({"role": one.role, "name": one.person.name} for one in self.people if one.works_here)
        return whom_it_waits_for(row, here, contact.name if contact else None)
