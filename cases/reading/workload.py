"""The workload: how much waits for each person at a school, and for each school of the district."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from cases.reading.counts import Counts
from cases.reading.drawn import Figure, Line, bar_of, chart_of, is_none
from csec.accounts.roles import Role
from csec.charts import HATCHED, LIGHT, Row
from csec.directory.models import School

#: How a case stands: something in it is late, something waits and nothing is late, or nothing waits.
STANDS = ("nothing", "on_time", "late")


def by_person(counts: Counts) -> Figure:
    """Of whoever is on a case how much waits for them; for whoever administers the school, and may open each case."""
    late = counts.here("person_late")
    lines, rows = [], []
    found = sorted(counts.here("person").items(), key=lambda one: (-one[1].n, one[0][1], one[0]))
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
        chart_of("people", heading, rows, [(HATCHED, _("Late")), (LIGHT, _("Not late"))]),
        _("Nobody is on an open case here."),
    )


def by_school(counts: Counts, schools: Sequence[School]) -> Figure:
    """
    How many cases are open at each school, and in how many something is late.

    Each number is shown by the rule of all figures, by which what is hidden at one school depends on the others.
    """
    counts.decide("open", [("open",)], mixed=False)
    counts.decide("load", [(how,) for how in STANDS], mixed=True)
    lines, rows = [], []
    for school in schools:
        opened = counts.number("open", ("open",), of=school.pk)
        _nothing, on_time, late = (counts.number("load", (how,), of=school.pk) for how in STANDS)
        if is_none(opened):
            continue
        lines.append(Line(school.name, [opened, late, on_time]))
        words = _("%(late)s late, %(waiting)s not late") % {"late": late, "waiting": on_time}
        rows.append(Row(school.name, words, bar_of({HATCHED: late, LIGHT: on_time})))
    heading = _("What waits, by school")
    return Figure(
        "schools",
        heading,
        _(
            "Open cases of each school: in how many of them something is late, and in how many nothing that waits is."
        ),
        [_("School"), _("Open cases"), _("Something is late"), _("Nothing is late")],
        lines,
        chart_of(
            "schools", heading, rows, [(HATCHED, _("Something is late")), (LIGHT, _("Nothing is late"))]
        ),
        _("No school has an open case."),
    )
