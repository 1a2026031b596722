"""What stands on /styleguide: each component in each of its states, with invented words, from no database."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from cases.forms.base import ReasonForm
from cases.forms.quick import quick_form
from cases.help import KINDS
from cases.kinds.parent_contact import SUSPICION, VIEW
from cases.models import Case, Entry, StepPart, TrackRun
from cases.reading.glance import Glance
from cases.reading.happened import Action, Happened
from cases.reading.numbers import Listed
from cases.reading.pages import Page
from cases.reading.parts import EntryView, PartView, RunView, StepView, state_of
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.charts import FULL, HATCHED, LIGHT, Chart, Row
from csec.directory.models import School, Student
from protocols.loader import shipped
from protocols.schema import Part, Protocol

NOW = datetime(2026, 11, 27, 22, 50, tzinfo=UTC)
LONG = "Guadalupe Fernández-Montgomery de la Torre y Villanueva, on loan from the district’s northern office"
OUTCOMES = ("not_applicable", "declined", "unable", "superseded", "reopened", "left_open")


class Message:
    def __init__(self, level_tag: str, words: str) -> None:
        self.level_tag, self.words, self.extra_tags = level_tag, words, ""

    def __str__(self) -> str:
        return self.words


def everything() -> dict[str, Any]:
    """The context of the page."""
    case = _case()
    page = _Page(case)
    form = ReasonForm({"reason": ""})
    form.is_valid()
    form.show_conflict(
        "Ada Administrator recorded “Done” on Friday, Nov 27, 2:10 p.m. To change it, correct that entry."
    )
    return {
        "now": NOW,
        "case": case,
        "page": page,
        "glance": Glance(page),  # type: ignore[arg-type]
        "clocks": _clocks(),
        "numbers": _numbers(),
        "people": _people(),
        "moments": _moments(),
        "outcomes": OUTCOMES,
        "long": LONG,
        "facts": [
            ("Agency", "Child Welfare Services"),
            ("What was found", f"Two lines,\nand a long one: {LONG}."),
        ],
        "form": form,
        "ways_on": [("#errors", "Correct that entry"), ("#errors", "See what was recorded")],
        "said": [
            Message("success", "Recorded."),
            Message("warning", "Answered meanwhile."),
            Message("error", LONG),
        ],
        "closed": SimpleNamespace(step=None, late=0, days=0, holders="", ended_at=NOW - timedelta(days=3)),
        "closed_case": _case(status=Case.Status.CLOSED, student=None),
        "helped": KINDS["report"],
        "helped_steps": ["S2", "C2"],
        "chart": _chart(),
        "in_the_middle": Page([], 2, has_next=True),
        "asked_after": SimpleNamespace(at=NOW + timedelta(hours=4)),
        "asked_before": SimpleNamespace(at=NOW),
        "in_three_hours": NOW + timedelta(hours=3),
        "nobody": SimpleNamespace(step=page.current.now, late=12, days=190, holders=""),
    }


def _id(n: int) -> UUID:
    return UUID(int=(4 << 76) | (8 << 62) | n)


def _case(**given: Any) -> Case:
    school = School(pk=_id(1), name="Alder High", time_zone="America/Los_Angeles")
    student = Student(pk=_id(2), school=school, given_name="Avery", family_name="Brook")
    case = Case(
        pk=_id(3),
        number="6GQ4-65DR",
        school=school,
        track="suspected_victim",
        opened_at=NOW - timedelta(days=8),
        **{"student": student, **given},
    )
    case.my_role = Role.COUNSELOR
    return case


def _clocks() -> list[dict[str, Any]]:
    hours = (timedelta(seconds=20), timedelta(minutes=40), timedelta(hours=3), timedelta(days=12))
    moments: list[dict[str, Any]] = [{"at": NOW + one, "late": False, "way": ""} for one in hours]
    moments += [{"at": NOW - one, "late": True, "way": ""} for one in hours[1:]]
    moments += [
        {"at": NOW + hours[2], "late": False, "way": "report"},
        {"at": NOW - hours[2], "late": True, "way": "report"},
    ]
    moments.append({"at": NOW - hours[2], "late": False, "way": "since"})
    today = NOW.date()
    for way, days, late in (("", 0, False), ("next", 1, False), ("next", -4, True), ("again", 6, False)):
        moments.append({"day": today + timedelta(days=days), "late": late, "way": way})
    return moments


def _chart() -> Chart:
    """Each look and each kind of row."""
    rows = [
        Row("Suspected victim", "", head=True),
        Row("Ask the SRO", "7: 4 on time, 2 waiting, 1 late", [(FULL, 4), (LIGHT, 2), (HATCHED, 1)]),
        Row("Look into the impact on campus", "half within 1 to 4 days", spread=(1, 2, 4)),
        Row("Consult the student", "hidden"),
    ]
    return Chart(
        "guide-chart",
        "Steps by where they stand",
        rows,
        [(FULL, "on time"), (LIGHT, "waiting"), (HATCHED, "late")],
    )


def _numbers() -> list[Listed]:
    checked = date(2026, 11, 2)
    return [
        Listed("Child Welfare Services", "858-555-0121", "8585550121", "day and night", checked, old=False),
        Listed(LONG, "800-555-0160", "8005550160", "", date(2025, 1, 7), old=True),
    ]


def _people() -> list[dict[str, Any]]:
    return [
        {"name": "Casey Counselor", "role": "Counselor", "works_here": True},
        {"name": "Olu Officer", "role": "School Resource Officer", "works_here": True, "until": NOW},
        {"name": "Fran Former", "role": "Counselor", "works_here": False},
        {"name": "Abe Away", "role": "Social worker", "works_here": True, "away": True},
        {"name": LONG, "role": "Administrator", "works_here": True, "url": "#people", "label": "take off"},
    ]


def _moments() -> list[Happened]:
    def at(hours: int) -> datetime:
        return NOW - timedelta(hours=hours)

    return [
        Happened(
            at(1),
            _id(11),
            "Report to Child Welfare Services made",
            facts=[("Agency", "Child Welfare Services")],
        ),
        Happened(
            at(3), _id(12), "Look into the impact on campus: Done", who="Ada Administrator", url="#timeline"
        ),
        Happened(at(30), _id(13), "Regular contact: Unable so far", who="Casey Counselor", recorded_at=at(2)),
        Happened(at(60), _id(14), "Read the case", who="Dana District", only_day=True),
        Happened(at(200), _id(15), "Read the case", who="Ada Administrator", in_week=True),
        Happened(
            at(300),
            _id(16),
            f"Release of information: {LONG}",
            who=LONG,
            action=Action("#timeline", "Correct this entry", "Release of information"),
        ),
    ]


class _Page:
    """As much of the page of a case as its parts ask for."""

    def __init__(self, case: Case) -> None:
        self.case, self.at = case, NOW
        self.definition = shipped(NOW.date())
        self.current = _track(case, self.definition)
        self.runs = [self.current]
        self.reader = User(pk=_id(5), name="Casey Counselor")
        self.decisions: list[Any] = []
        self.numbers = _numbers()[:1]
        self.can: dict[str, bool] = {}
        holder = SimpleNamespace(works_here=True, role=Role.COUNSELOR, person=self.reader)
        self.people = [holder]

    @property
    def parts(self) -> list[PartView]:
        return list(self.current.parts)

    @property
    def mine(self) -> list[PartView]:
        waiting = [part for part in self.parts if part.is_mine and part.row.is_open]
        return sorted(waiting, key=lambda part: (not part.prompt, not part.late))

    @property
    def others(self) -> list[PartView]:
        return [part for part in self.parts if part.row.is_open and not part.is_mine]


#: The state of the parts in their printed order: outcome, hours until due, days until asked again, whether it is mine.
_STATES: tuple[tuple[str, int | None, int | None, bool], ...] = (
    ("done", None, None, False),
    ("", -30, None, False),
    ("", 3, None, True),
    ("unable", None, 2, True),
    ("not_applicable", None, None, False),
    ("declined", None, 9, False),
    ("", None, None, True),
    ("", None, None, False),
    ("done", None, None, False),
    ("done", None, -4, True),
)


def _track(case: Case, definition: Protocol) -> RunView:
    track = definition.track("suspected_victim")
    run = TrackRun(pk=_id(6), case=case, track=track.id, started_at=case.opened_at)
    states = iter(enumerate(_STATES))
    steps = []
    for step in track.steps:
        views = [_part(case, run, step.number, part, *next(states)) for part in step.parts]
        steps.append(StepView(step, views))
    parts = [view for step in steps for view in step.parts]
    parts[0].said = Message("success", "The SRO is asked, and can open the SRO’s steps of this case.")
    parts[3].quick = quick_form(
        parts[3].row, parts[3].definition, definition.fields_of(parts[3].definition), at=NOW
    )
    parts[7].state, parts[7].word, parts[7].missing = "waiting", "On hold", [VIEW, SUSPICION]
    # A step of whose section this reader sees nothing.
    steps[4].parts[:] = steps[4].parts[1:]
    return RunView(run, track, steps)


def _part(
    case: Case,
    run: TrackRun,
    number: int,
    definition: Part,
    n: int,
    state: tuple[str, int | None, int | None, bool],
) -> PartView:
    outcome, hours, days, mine = state
    row = StepPart(
        pk=_id(100 + n),
        case=case,
        run=run,
        position=n,
        step_number=number,
        part=definition.id,
        kind=definition.kind,
        compartment=definition.compartment,
        repeats=definition.repeat is not None,
        outcome=outcome,
        due_at=None if hours is None else NOW + timedelta(hours=hours),
        next_on=None if days is None else NOW.date() + timedelta(days=days),
    )
    late = (hours or 0) < 0 or (days or 0) < 0
    view = PartView(row, definition, _entries(case, row, n), *state_of(row, late), late=late)
    view.held_by = "Casey Counselor" if mine else LONG if n == 1 else "Olu Officer"
    if mine:
        verb = "record_checkin" if row.repeats else "record_outcome"
        view.actions = [(verb, "Record a check-in" if row.repeats else "Record")]
    return view


def _entries(case: Case, row: StepPart, n: int) -> list[EntryView]:
    """Of the last part so many that the older ones are folded."""
    count = 5 if row.repeats else 1 if row.outcome else 0
    found = []
    for k in range(count):
        at = NOW - timedelta(days=count - k)
        entry = Entry(
            pk=_id(1000 + 10 * n + k),
            case=case,
            part=row,
            number=k + 1,
            outcome=row.outcome,
            compartment=row.compartment,
            actor=User(pk=_id(7), name="Ada Administrator"),
            happened_at=at,
            recorded_at=at,
        )
        hidden = row.compartment == "counseling" and k == count - 1
        facts: Any = [] if hidden else [("Note", "A short factual note."), ("Reference", "CW-1123")]
        found.append(EntryView(entry, facts, "" if hidden else "Absent on that day.", restricted=hidden))
    return found
