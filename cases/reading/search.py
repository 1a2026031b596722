"""
What is found: among the cases and concerns that one may see, and nowhere else.

First all that the reader sees is read, by statements that are the same whatever was typed; only then is it compared,
here. So neither a number of rows nor an order nor a time tells of what they do not see, and a name is in no statement.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from cases import kinds, permissions
from cases.models import Case, CasePerson, Concern, ConcernCorrection, Entry, Outcome, StepPart
from cases.numbers import bare
from cases.querysets import REPORT_OWED
from cases.reading.duties import is_late_for_reader, own_duty
from cases.reading.lists import asking_parts
from cases.reading.parts import is_late
from csec.accounts.models import User
from csec.directory.finding import Sought
from csec.directory.models import Student
from protocols.schema import Track

#: So many of each are shown; whoever needs more has to say more.
LIMIT = 50
OPENED, CONTACT = "opened", "contact"
#: Fewer letters than that, without a figure, are rather a name than the beginning of a case number.
BEGINNING = 4
#: A number fits better than any name.
_NUMBER, _NUMBER_BEGINS = 3.0, 2.0


@dataclass(frozen=True)
class Query:
    """What is looked for. The days are of the date that a case was opened, or of the last contact."""

    words: str = ""
    state: str = ""
    track: str = ""
    step: int | None = None
    person: str = ""
    by_contact: bool = False
    first_day: date | None = None
    last_day: date | None = None

    @property
    def asks_contact(self) -> bool:
        return self.by_contact and bool(self.first_day or self.last_day)

    @property
    def of_cases_alone(self) -> bool:
        """Whether it asks for what a concern does not have."""
        return bool(self.state or self.track or self.person or self.asks_contact)

    @property
    def number(self) -> str:
        """The words as a case number, or how one begins, however it is written; empty where they are rather a name."""
        typed = bare(self.words)
        return typed if len(typed) >= BEGINNING or any(map(str.isdigit, typed)) else ""

    def in_days(self, moment: datetime | None, zone: ZoneInfo) -> bool:
        if not (self.first_day or self.last_day):
            return True
        if moment is None:
            return False
        day = moment.astimezone(zone).date()
        return (self.first_day or day) <= day <= (self.last_day or day)


@dataclass
class FoundCase:
    """One case that was found, and where it stands."""

    case: Case
    part: StepPart | None = None
    late: bool = False
    contact: datetime | None = None

    def take(self, part: StepPart, at: datetime) -> None:
        """A part that asks something. The first that waits stands before a duty of one's own, or a look again."""
        owed = self.case.report_owed if part.owed else None  # type: ignore[attr-defined]
        late = is_late(part, at, at.astimezone(self.case.zone).date())
        late = late or is_late_for_reader(part, at) or (owed is not None and owed < at)
        self.late = self.late or late
        part.owed = False
        if self.part is None or (part.is_open and not self.part.is_open):
            self.part = part

    @property
    def track(self) -> Track:
        return self.case.protocol.definition.track(self.case.track)

    @property
    def step(self) -> str:
        """The step that waits, as it is printed in short; empty where none does."""
        if self.part is None:
            return ""
        # How goes on what was accepted is asked of the track that it was accepted in.
        track = self.case.protocol.definition.track(self.part.run.track)
        return f"{track.letter}{self.part.step_number} {track.part(self.part.part).label}"

    @property
    def held_by(self) -> str:
        return ", ".join(self.case.carried_by)  # type: ignore[attr-defined]


@dataclass
class FoundConcern:
    """
    One concern that was found, and whom the reader may know it to be about.

    `mine`: they wrote it, and read no more of it than that.
    """

    concern: Concern
    about: UUID | None
    mine: bool
    student: Student | None = None
    fits: float = 0.0


@dataclass
class Found:
    """What is shown of it, and whether there is more."""

    cases: list[FoundCase] = field(default_factory=list)
    concerns: list[FoundConcern] = field(default_factory=list)
    more: bool = False

    @property
    def nothing(self) -> bool:
        return not (self.cases or self.concerns)


def search_for(reader: User, query: Query, at: datetime) -> Found:
    """Everything that fits, the best first."""
    rows = {row.pk: row for row in _cases(reader)}
    told = [] if query.of_cases_alone else _concerns(reader)
    sought, names = Sought(query.words), _Names()
    if query.words:
        names.read({row.student for row in rows.values()} | {one.about for one in told})

    fits = {pk: _fit(row, query, sought, names) for pk, row in rows.items()}
    meant = [pk for pk, row in rows.items() if fits[pk] and _is_meant(row, query, fits[pk])]
    if query.step is not None:
        meant = _standing(meant, query.step)
    if query.person:
        meant = _with(meant, Sought(query.person), at)
    contacts = _contacts(meant) if query.asks_contact else {}
    if query.asks_contact:
        meant = [pk for pk in meant if query.in_days(contacts.get(pk), ZoneInfo(rows[pk].zone))]
    # What fits as well stays as it was read: the newest first.
    meant.sort(key=lambda pk: (-fits[pk], rows[pk].status != Case.Status.OPEN))

    for one in told:
        one.fits = sought.fit(names.of(one.about)) if query.words else 1.0
    told = [one for one in told if one.fits and query.in_days(one.concern.logged_at, one.concern.zone)]
    told.sort(key=lambda one: -one.fits)
    return Found(
        _shown(meant[:LIMIT], contacts, reader, at),
        _named(told[:LIMIT]),
        more=max(len(meant), len(told)) > LIMIT,
    )


class _Row(NamedTuple):
    """What of a case can be looked for in its own row."""

    pk: UUID
    number: str
    status: str
    track: str
    opened_at: datetime
    zone: str
    student: UUID | None


def _cases(reader: User) -> list[_Row]:
    """Every case that the reader sees."""
    visible = Case.objects.visible_to(reader)
    fields = ("pk", "number", "status", "track", "opened_at", "school__time_zone", "student")
    return [_Row(*row) for row in visible.values_list(*fields)]


def _concerns(reader: User) -> list[FoundConcern]:
    """Every concern that the reader sees. Its author, who is not to learn who was matched, finds whom they chose."""
    corrections = ConcernCorrection.objects.filter(concern=OuterRef("pk")).order_by("at", "id")
    visible = Concern.objects.visible_to(reader).select_related("school", "receiver")
    found = []
    concern: Any
    for concern in visible.defer("sealed", "sealed_ending").annotate(
        corrected=Exists(corrections), chosen=Subquery(corrections.values("before")[:1])
    ):
        mine = not (concern.case_role or permissions.can_match_concern(reader, concern))
        about = concern.chosen if mine and concern.corrected else concern.student_id
        found.append(FoundConcern(concern, about, mine))
    return found


class _Names:
    """What students are called, by any of their rows."""

    def __init__(self) -> None:
        self._kept: dict[UUID, UUID] = {}
        self._names: dict[UUID, list[str]] = defaultdict(list)

    def read(self, students: Collection[UUID | None]) -> None:
        rows = Student.objects.order_by().annotate(read_as=Coalesce("merged_into", "pk"))
        self._kept = dict(rows.filter(pk__in=[one for one in students if one]).values_list("pk", "read_as"))
        kept = set(self._kept.values())
        called = rows.filter(Q(pk__in=kept) | Q(merged_into__in=kept))
        for pk, given, family in called.values_list("read_as", "given_name", "family_name"):
            self._names[pk].append(f"{given} {family}")

    def of(self, student: UUID | None) -> list[str]:
        return self._names[self._kept[student]] if student else []


def _fit(row: _Row, query: Query, sought: Sought, names: _Names) -> float:
    """How well a case fits the words: by its number, or by its student's name."""
    if not query.words:
        return 1.0
    number = row.number.replace("-", "")
    if query.number and number.startswith(query.number):
        return _NUMBER if number == query.number else _NUMBER_BEGINS
    return sought.fit(names.of(row.student))


def _is_meant(row: _Row, query: Query, fits: float) -> bool:
    """Whether what stands in its own row fits as well. A case that is void is on no list: its number alone finds it."""
    if row.status == Case.Status.VOIDED and fits != _NUMBER:
        return False
    if query.step is not None and row.status != Case.Status.OPEN:
        return False
    opened = query.asks_contact or query.in_days(row.opened_at, ZoneInfo(row.zone))
    return opened and query.state in ("", row.status) and query.track in ("", row.track)


def _standing(cases: list[UUID], step: int) -> list[UUID]:
    """Those of which this is the first step that waits, as far as the reader sees."""
    first: dict[UUID, int] = {}
    waiting = StepPart.objects.open().filter(case__in=cases).order_by("position")
    for case, number in waiting.values_list("case", "step_number"):
        first.setdefault(case, number)
    return [pk for pk in cases if first.get(pk) == step]


def _with(cases: list[UUID], person: Sought, at: datetime) -> list[UUID]:
    """Those on which somebody of that name is."""
    people = CasePerson.objects.on(at).filter(case__in=cases).values_list("case", "person__name")
    there = {case for case, name in people if person.fit([name])}
    return [pk for pk in cases if pk in there]


def _contacts(cases: list[UUID]) -> dict[UUID, datetime]:
    """When the student was seen last, as far as the reader may know of it."""
    seen = Entry.objects.filter(
        case__in=cases, part__kind__in=kinds.SCHEDULED, outcome=Outcome.DONE, corrections__isnull=True
    )
    return dict(seen.order_by().values("case").annotate(last=Max("happened_at")).values_list("case", "last"))


def _shown(
    cases: list[UUID], contacts: Mapping[UUID, datetime], reader: User, at: datetime
) -> list[FoundCase]:
    """The cases to be shown, with the step that waits: in two queries, however many they are."""
    carriers = CasePerson.objects.carrying(at).filter(case=OuterRef("pk")).values("person__name")
    known = (
        Case.objects.select_related("school", "student__merged_into", "protocol")
        .defer("protocol__text")
        .annotate(carried_by=ArraySubquery(carriers), report_owed=REPORT_OWED, **own_duty(reader))
        .in_bulk(cases)
    )
    shown = {pk: FoundCase(known[pk], contact=contacts.get(pk)) for pk in cases}
    for part in asking_parts(known.values(), at):
        row = shown[part.case_id]
        if row.case.is_open:
            row.take(part, at)
    return list(shown.values())


def _named(concerns: list[FoundConcern]) -> list[FoundConcern]:
    """With whom they are about, in one query."""
    students = Student.objects.select_related("merged_into").in_bulk(
        [one.about for one in concerns if one.about]
    )
    for one in concerns:
        one.student = students.get(one.about) if one.about else None
    return concerns
