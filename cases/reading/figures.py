"""The figures of an administrator and the liaison: each a chart and its table, of what this reader may know."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.reading.counts import Counts, Key, Number
from cases.reading.drawn import Figure, Line, bar_of, chart_of, how_long, is_none, spread_words
from cases.reading.holders import OF_ROLES
from cases.reading.workload import by_person, by_school
from cases.text import Words
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.charts import FULL, HATCHED, LIGHT, Row
from csec.directory.models import School
from protocols.models import ProtocolVersion
from protocols.schema import Step, Track

PERIODS = (30, 90, 365)
DAY = timedelta(days=1)
#: Of cases that the reader is not on, times are told of a year and of no shorter period: taken from a longer one it
#: would tell of a few.
A_YEAR = 365

WHO = {**OF_ROLES, "report": gettext_lazy("Reports: each person’s own duty")}
KEPT, MISSED = "kept", "missed"
LATE, ON_TIME = "late", "on_time"


class Figures:
    """Those of one page. `school` is the one looked at; None for all of the district together."""

    def __init__(
        self, reader: User, schools: Sequence[School], school: School | None, *, days: int, at: datetime
    ) -> None:
        self.school, self.schools = school, schools
        self.days = days
        # A district begins without a school.
        place = school or next(iter(schools), None)
        self.zone = place.zone if place else ZoneInfo("UTC")
        self.today = at.astimezone(self.zone).date()
        self.from_day = (self.today - days * DAY).replace(day=1)
        self.of_the_district = reader.has_role(Role.LIAISON)
        self.days_measured = A_YEAR if self.of_the_district else days
        self.with_people = school is not None and reader.has_role(Role.ADMINISTRATOR, school_id=school.pk)
        self.counts = Counts(
            [one.pk for one in schools],
            school.pk if school else None,
            since=at - self.days_measured * DAY,
            from_day=self.from_day,
        )
        versions = ProtocolVersion.objects.defer("text").order_by("-in_force_from", "-loaded_at", "-version")
        in_force = next(one for one in versions if one.in_force_from <= self.today)
        self.tracks = in_force.definition.tracks
        #: Of every version that a case may follow: which steps are listed says nothing about the cases.
        self.steps: dict[str, set[int]] = defaultdict(set)
        for version in versions:
            for track in version.definition.tracks:
                self.steps[track.id] |= {step.number for step in track.steps}

    @cached_property
    def all(self) -> list[Figure]:
        found = [self._tracks(), self._waiting(), self._times(), self._contacts()]
        if self.with_people:
            found.append(by_person(self.counts))
        elif self.of_the_district and self.school is None:
            found.append(by_school(self.counts, self.schools))
        return found

    @property
    def any_hidden(self) -> bool:
        return bool(self.all) and self.counts.any_hidden

    def _tracks(self) -> Figure:
        self.counts.decide("track", [(track.id,) for track in self.tracks], mixed=True)
        lines, rows, any_open = [], [], False
        for track in self.tracks:
            of_track = self.counts.number("track", (track.id,))
            title = f"{track.letter} · {track.title}"
            lines.append(Line(title, [of_track], head=True, printed=track.language))
            rows.append(Row(title, of_track, bar_of({FULL: of_track}), head=True))
            any_open |= not of_track.is_shown or of_track.n > 0
            if of_track.is_shown and of_track.n:
                for label, text, number in self._steps(track):
                    lines.append(Line(text, [number], printed=track.language))
                    if number.n or not number.is_shown:
                        rows.append(Row(label, number, bar_of({LIGHT: number})))
        heading = _("Open cases by track and step")
        return Figure(
            "tracks",
            heading,
            _("A case stands at the first step in which something waits."),
            [_("Step"), _("Open cases")],
            lines if any_open else [],
            chart_of("tracks", heading, rows),
            _("No case is open here."),
        )

    def _steps(self, track: Track) -> Iterator[tuple[Words, Words, Number]]:
        """Each step of a track with how many open cases stand at it; last those in which nothing waits."""
        keys = [*self._step_keys(track), (track.id, "0")]
        self.counts.decide("step", keys, mixed=True)
        for key in keys:
            label, text = _step(track, int(key[1]))
            yield label, text, self.counts.number("step", key)

    def _step_keys(self, track: Track) -> list[Key]:
        return [(track.id, str(number)) for number in sorted(self.steps[track.id])]

    def _waiting(self) -> Figure:
        lines, rows = [], []
        parts = self.counts.here("part")
        with_parts = self.school is not None and self.counts.all_own
        read = {who: self._of_role(who) for who in WHO}
        if not all(late.is_shown for late, _on_time in read.values()):
            # The list of all schools says how much is late in each case: a single number that is hidden says where.
            read = {who: (late.hide(), on_time) for who, (late, on_time) in read.items()}
        for who, (late, on_time) in read.items():
            found = [parts[who, how].n for how in (LATE, ON_TIME) if (who, how) in parts]
            lines.append(Line(WHO[who], [late, on_time, *([sum(found)] if with_parts else [])]))
            words = _("%(late)s late, %(waiting)s not late") % {"late": late, "waiting": on_time}
            rows.append(Row(WHO[who], words, bar_of({HATCHED: late, LIGHT: on_time})))
        heading = _("What waits, and what is late, by role")
        columns = [_("Whose"), _("Something is late"), _("Nothing is late")]
        return Figure(
            "waiting",
            heading,
            _(
                "Open cases in which something waits for a role, by who can end it. Reports stand by themselves: that"
                " one is late says nothing about who has reported."
            ),
            [*columns, *([_("Open parts")] if with_parts else [])],
            [] if all(is_none(one) for line in lines for one in line.cells[:2]) else lines,
            chart_of(
                "waiting", heading, rows, [(HATCHED, _("Something is late")), (LIGHT, _("Nothing is late"))]
            ),
            _("Nothing waits here."),
        )

    def _of_role(self, who: str) -> tuple[Number, Number]:
        """In how many cases something is late for a role, and in how many something waits and nothing is late."""
        # With the cases in which nothing waits these are all: of others the list says how many there are.
        keys = [(who, how) for how in ("nothing", ON_TIME, LATE)]
        self.counts.decide("role", keys, mixed=True)
        return self.counts.number("role", (who, LATE)), self.counts.number("role", (who, ON_TIME))

    def _times(self) -> Figure:
        lines, rows = [], []
        for track in self.tracks:
            for key in self._step_keys(track):
                measured = self.counts.measured(key)
                label, text = _step(track, int(key[1]))
                if measured.spread:
                    low, middle, high = map(how_long, measured.spread)
                    lines.append(Line(text, [measured.cases, middle, low, high], printed=track.language))
                    rows.append(Row(label, spread_words(low, middle, high), spread=measured.spread))
                elif not measured.is_none:
                    lines.append(Line(text, [measured.cases] * 4, printed=track.language))
        heading = _("Time from the concern to each step")
        return Figure(
            "times",
            heading,
            self._times_say(),
            [_("Step"), _("Cases"), _("Middle"), _("A quarter within"), _("Three quarters within")],
            lines if rows else [],
            chart_of("times", heading, rows),
            _("Too few cases to show how long a step took.") if lines else _("No step ended in this time."),
        )

    def _times_say(self) -> str:
        words = ngettext(
            "Steps that ended in the last %(days)d day, counted from the first concern, or from reclassifying."
            " Half of the cases were as fast as the middle; the bar is the half around it.",
            "Steps that ended in the last %(days)d days, counted from the first concern, or from reclassifying."
            " Half of the cases were as fast as the middle; the bar is the half around it.",
            self.days_measured,
        ) % {"days": self.days_measured}
        if self.days_measured == self.days:
            return words
        of_a_year = _(
            "Whatever period is chosen above, times are told of a year to whoever is not on the cases: a shorter one"
            " could tell of a few."
        )
        return f"{words} {of_a_year}"

    def _contacts(self) -> Figure:
        lines: list[Line] = []
        rows: list[Row] = []
        for month in self._months():
            keys = [(f"{month:%Y-%m}", how) for how in (KEPT, MISSED)]
            self.counts.decide("contact", keys, mixed=False)
            kept, missed = (self.counts.number("contact", key) for key in keys)
            if not lines and is_none(kept) and is_none(missed):
                # Before the first check-in there is nothing to see.
                continue
            label = date_format(month, "MONTH")
            lines.append(Line(label, [kept, missed]))
            words = _("%(kept)s kept, %(missed)s missed") % {"kept": kept, "missed": missed}
            rows.append(Row(label, words, bar_of({FULL: kept, HATCHED: missed})))
        heading = _("Check-ins kept and missed, by month")
        return Figure(
            "contacts",
            heading,
            _(
                "Whole months, by the day on which each check-in was due. Kept: the student was seen by the end of that"
                " day. Missed: seen later, or not yet."
            ),
            [_("Month"), _("Kept"), _("Missed")],
            lines,
            chart_of("contacts", heading, rows, [(FULL, _("Kept")), (HATCHED, _("Missed"))]),
            _("No check-in was due in this time."),
        )

    def _months(self) -> Iterator[date]:
        month = self.from_day
        while month <= self.today:
            yield month
            month = (month + 31 * DAY).replace(day=1)


def _step(track: Track, number: int) -> tuple[Words, Words]:
    """A step in short and in the printed words; 0 is after the last."""
    if not number:
        ended = _("Nothing waits: to be looked at, and closed")
        return ended, ended
    step: Step | None = next((one for one in track.steps if one.number == number), None)
    sign = f"{track.letter}{number}"
    if step is None:
        return sign, sign
    # A printed step can hold several duties: named by one of them it would be taken for that one.
    return f"{sign} · {'; '.join(str(part.label) for part in step.parts)}", f"{sign} · {step.text}"


def chosen(reader: User, asked: str, schools: Sequence[School]) -> School | None:
    """The school that was asked for; else all for the liaison, or the reader's first. KeyError for another's."""
    if asked:
        return {str(school.pk): school for school in schools}[asked]
    return None if reader.has_role(Role.LIAISON) else schools[0]


def schools_of(reader: User) -> list[School]:
    """Those for which somebody answers: all for the liaison, those that they administer for an administrator."""
    if reader.has_role(Role.LIAISON):
        return list(School.objects.all())
    found: dict[UUID, School] = {
        one.school.pk: one.school
        for one in reader.current_memberships
        if one.role == Role.ADMINISTRATOR and one.school is not None
    }
    return sorted(found.values(), key=lambda school: school.name)
