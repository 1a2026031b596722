"""The figures of an administrator and the liaison: each a chart and its table, of what this reader may know."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.reading.counts import Counts, Key, Number
from cases.text import Words
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.charts import FULL, HATCHED, LIGHT, Chart, Row
from csec.directory.models import School
from protocols.models import ProtocolVersion
from protocols.schema import Step, Track

PERIODS = (30, 90, 365)
DAY = timedelta(days=1)
#: Of cases that the reader is not on, times are told of a year and of no shorter period: taken from a longer one it
#: would tell of a few.
A_YEAR = 365

WHO = {
    "care": gettext_lazy("Counselor or social worker"),
    "administrator": gettext_lazy("Administrator"),
    "sro": gettext_lazy("School Resource Officer"),
    "several": gettext_lazy("Either of several roles"),
    "report": gettext_lazy("Report: whoever knew"),
}
KEPT, MISSED = "kept", "missed"


@dataclass(frozen=True)
class Line:
    """A row of a table: what it is, its cells."""

    label: Words
    cells: Sequence[Any]
    head: bool = False


@dataclass(frozen=True)
class Figure:
    """A heading with what it says, its chart and the table of the same."""

    slug: str
    heading: Words
    says: Words
    columns: Sequence[Words]
    lines: Sequence[Line]
    chart: Chart | None
    empty: Words = ""


class Figures:
    """Those of one page. `school` is the one looked at; None for all of the district together."""

    def __init__(
        self, reader: User, schools: Sequence[School], school: School | None, *, days: int, at: datetime
    ) -> None:
        self.school = school
        self.days = days
        zone = (school or schools[0]).zone
        self.today = at.astimezone(zone).date()
        self.from_day = (self.today - days * DAY).replace(day=1)
        of_the_district = reader.has_role(Role.LIAISON)
        self.days_measured = A_YEAR if of_the_district else days
        self.with_people = school is not None and reader.has_role(Role.ADMINISTRATOR, school_id=school.pk)
        self.counts = Counts(
            [one.pk for one in schools],
            school.pk if school else None,
            since=at - self.days_measured * DAY,
            from_day=self.from_day,
        )
        self.tracks = ProtocolVersion.objects.in_force(self.today).definition.tracks

    @cached_property
    def all(self) -> list[Figure]:
        found = [self._tracks(), self._waiting(), self._times(), self._contacts()]
        return [*found, self._people()] if self.with_people else found

    @property
    def any_hidden(self) -> bool:
        return bool(self.all) and self.counts.any_hidden

    def _tracks(self) -> Figure:
        self.counts.decide("track", [(track.id,) for track in self.tracks], mixed=True)
        lines, rows, any_open = [], [], False
        for track in self.tracks:
            of_track = self.counts.number("track", (track.id,))
            title = f"{track.letter} · {track.title}"
            lines.append(Line(title, [of_track], head=True))
            rows.append(Row(title, of_track, [(FULL, of_track.drawn)], head=True))
            any_open |= not of_track.is_shown or of_track.n > 0
            if of_track.is_shown and of_track.n:
                for label, text, number in self._steps(track):
                    lines.append(Line(text, [number]))
                    if number.drawn or not number.is_shown:
                        rows.append(Row(label, number, [(LIGHT, number.drawn)]))
        heading = _("Open cases by track and step")
        return Figure(
            "tracks",
            heading,
            _("A case stands at the first step in which something waits."),
            [_("Step"), _("Open cases")],
            lines if any_open else [],
            Chart("tracks", heading, rows),
            _("No case is open here."),
        )

    def _steps(self, track: Track) -> Iterator[tuple[Words, Words, Number]]:
        """Each step of a track with how many open cases stand at it; last those in which nothing waits."""
        keys = [*self._step_keys(track, "step"), (track.id, "0")]
        self.counts.decide("step", keys, mixed=True)
        for key in keys:
            label, text = _step(track, int(key[1]))
            yield label, text, self.counts.number("step", key)

    def _step_keys(self, track: Track, figure: str) -> list[Key]:
        """The steps of a track as it is now, and those that a case of another version has besides."""
        numbers = {step.number for step in track.steps}
        numbers |= {int(key[1]) for key in self.counts.keys(figure) if key[0] == track.id}
        return [(track.id, str(number)) for number in sorted(numbers - {0})]

    def _waiting(self) -> Figure:
        keys = [(who,) for who in WHO]
        self.counts.decide("late", keys, mixed=True)
        self.counts.decide("on_time", keys, mixed=False)
        lines, rows = [], []
        for key in keys:
            late, on_time = (self.counts.number(figure, key) for figure in ("late", "on_time"))
            label = WHO[key[0]]
            lines.append(Line(label, [late, on_time]))
            words = _("%(late)s late, %(waiting)s not late") % {"late": late, "waiting": on_time}
            rows.append(Row(label, words, [(HATCHED, late.drawn), (LIGHT, on_time.drawn)]))
        heading = _("What waits, and what is late, by role")
        return Figure(
            "waiting",
            heading,
            _(
                "Open parts of steps, by who can end them. A report is each person’s own duty, and stands by itself:"
                " late there says nothing about who has reported."
            ),
            [_("Whose"), _("Late"), _("Not late")],
            lines,
            Chart("waiting", heading, rows, [(HATCHED, _("Late")), (LIGHT, _("Not late"))]),
        )

    def _times(self) -> Figure:
        lines, rows = [], []
        for track in self.tracks:
            for key in self._step_keys(track, "time"):
                cases, spread = self.counts.spread(key)
                if spread is None and cases.is_shown:
                    continue
                label, text = _step(track, int(key[1]))
                low, middle, high = (how_long(one) for one in spread) if spread else (cases, cases, cases)
                known = str(cases) if cases.is_shown else _("5 or more") if spread else cases.words
                lines.append(Line(text, [known, middle, low, high]))
                words = _("%(middle)s (%(low)s to %(high)s)") % {"middle": middle, "low": low, "high": high}
                rows.append(Row(label, words if spread else cases, spread=spread))
        heading = _("Time from the concern to each step")
        return Figure(
            "times",
            heading,
            ngettext(
                "Steps whose last part ended in the last %(days)d day, from the first concern; on a track that the"
                " case came to later, from then. Half of the cases took no longer than the middle; a quarter were"
                " faster than the first time, a quarter slower than the last.",
                "Steps whose last part ended in the last %(days)d days, from the first concern; on a track that the"
                " case came to later, from then. Half of the cases took no longer than the middle; a quarter were"
                " faster than the first time, a quarter slower than the last.",
                self.days_measured,
            )
            % {"days": self.days_measured},
            [_("Step"), _("Cases"), _("Middle"), _("A quarter within"), _("Three quarters within")],
            lines,
            Chart("times", heading, rows),
            _("No step ended in this time."),
        )

    def _contacts(self) -> Figure:
        lines, rows = [], []
        for month in self._months():
            keys = [(f"{month:%Y-%m}", how) for how in (KEPT, MISSED)]
            self.counts.decide("contact", keys, mixed=False)
            kept, missed = (self.counts.number("contact", key) for key in keys)
            label = date_format(month, "F Y")
            lines.append(Line(label, [kept, missed]))
            words = _("%(kept)s kept, %(missed)s missed") % {"kept": kept, "missed": missed}
            rows.append(Row(label, words, [(FULL, kept.drawn), (HATCHED, missed.drawn)]))
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
            Chart("contacts", heading, rows, [(FULL, _("Kept")), (HATCHED, _("Missed"))]),
        )

    def _months(self) -> Iterator[date]:
        month = self.from_day
        while month <= self.today:
            yield month
            month = (month + 31 * DAY).replace(day=1)

    def _people(self) -> Figure:
        late = self.counts.here("person_late")
        lines, rows = [], []
        found = sorted(self.counts.here("person").items(), key=lambda one: (-one[1].n, one[0][1], one[0]))
        for key, counted in found:
            label = _("%(name)s, %(role)s") % {"name": key[1], "role": Role(key[2]).label}
            of_late = late[key].n if key in late else 0
            lines.append(Line(label, [counted.cases, of_late, counted.n - of_late]))
            words = _("%(late)s late, %(waiting)s not late") % {
                "late": of_late,
                "waiting": counted.n - of_late,
            }
            rows.append(Row(label, words, [(HATCHED, of_late), (LIGHT, counted.n - of_late)]))
        heading = _("What waits, by person")
        return Figure(
            "people",
            heading,
            _(
                "Open parts that each person on a case can end; what several can end counts for each of them. Reports"
                " are left out: they are each person’s own. A person’s number is no measure of their work."
            ),
            [_("Person"), _("Open cases"), _("Late"), _("Not late")],
            lines,
            Chart("people", heading, rows, [(HATCHED, _("Late")), (LIGHT, _("Not late"))]),
            _("Nobody is on an open case here."),
        )


def _step(track: Track, number: int) -> tuple[Words, Words]:
    """A step in short and in the printed words; 0 is after the last."""
    if not number:
        ended = _("Nothing waits: to be looked at, and closed")
        return ended, ended
    step: Step | None = next((one for one in track.steps if one.number == number), None)
    sign = f"{track.letter}{number}"
    return (f"{sign} · {step.parts[0].label}", f"{sign} · {step.text}") if step else (sign, sign)


def how_long(seconds: float) -> Words:
    """A time in the largest unit that says enough of it."""
    hours = round(seconds / 3600)
    if hours < 1:
        return _("under an hour")
    if hours < 48:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = round(seconds / 86400)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


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
