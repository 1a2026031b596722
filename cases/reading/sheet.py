"""
The work sheet for a report: what the state's form (SS 8572) asks, in its order, with what is known here.

To be read out on the telephone and copied by hand. It is made for its reader each time and kept nowhere; what nobody
typed here stays a line to write on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Case, Concern, Contact
from cases.reading.around import SafetyPage
from cases.reading.concern import Words, read_concern
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.directory.models import Agency, School, Student

_PARENTS = (Contact.Relation.PARENT, Contact.Relation.GUARDIAN, Contact.Relation.CAREGIVER)


@dataclass(frozen=True)
class Line:
    """One thing that is asked; without a value it is written by hand. `long` takes more than one line."""

    label: str
    value: str = ""
    long: bool = False


@dataclass(frozen=True)
class Section:
    """One part of the form, by its letter."""

    letter: str
    title: str
    lines: tuple[Line, ...]


def sheet(
    reader: User,
    *,
    school: School,
    named: str,
    student: Student | None,
    concerns: Iterable[Concern],
    at: datetime,
    parents: Sequence[str] = (),
    learned: datetime | None = None,
) -> tuple[Section, ...]:
    """
    The form's sections for one student, from concerns that the reader may see.

    `named` is the student as the reader knows them, and `student` their row, where that is who is named.
    `parents` are as they are entered in a case, and `learned` is when the reader said that they first knew.
    """
    read = [(concern, read_concern(concern, reader)) for concern in concerns]
    words = [one for _concern, reading in read for one in reading.words]
    # When somebody else first knew is not when the reader did.
    own = [one.first_known_at for one, reading in read if reading.is_author]
    known = learned or min(own, default=None)
    first = formats.date_format(known.astimezone(school.zone), "LONG_MOMENT") if known else ""
    seen = any(one.source == Concern.Source.SEEN and reading.is_author for one, reading in read)
    born = _born(student.kept, at.astimezone(school.zone).date()) if student else ""
    at_school = (student.kept.school if student else school).name
    return (
        _reporter(reader, school.name, seen=seen),
        _agency(),
        _student(named, at_school, born),
        _others(parents),
        _incident(words, first),
    )


def blank_sheet(reader: User, school: School | None) -> tuple[Section, ...]:
    """The same before anything is written down: the reader is known, and at which school, where that is said."""
    reporter = _reporter(reader, school.name if school else "", seen=False)
    return (reporter, _agency(), _student("", "", ""), _others(()), _incident([], ""))


def parents_entered(case: Case, reader: User, at: datetime) -> list[str]:
    """
    The parents, guardians and caregivers among the people of a case, as far as its reader may see them.

    Whoever was entered before the case was known to be about this student is another's, for all that is known.
    """
    page, found = SafetyPage(case, reader, at), []
    for one in page.people if page.reads_people else ():
        if one.row.relation in _PARENTS and not one.of_another:
            words = (one.words["name"], one.row.get_relation_display(), one.words["telephone"])
            found.append(", ".join(str(word) for word in (*words, one.words["language"]) if word))
    return found


def _reporter(reader: User, school: str, *, seen: bool) -> Section:
    lines = (
        Line(_("Your name"), reader.name),
        Line(_("Your position"), str(Role(reader.main_role).label)),
        Line(_("Where you work"), school),
        Line(_("Its address, and your telephone")),
        Line(_("Did you see it happen yourself?"), _("Yes, as you wrote") if seen else ""),
    )
    return Section("A", _("Who reports"), lines)


def _agency() -> Section:
    numbers = [
        f"{one.name}: {one.telephone}"
        for one in Agency.objects.filter(kind=Agency.Kind.CHILD_WELFARE).order_by("position", "name")
    ]
    lines = (
        Line(_("To whom: agency and telephone"), "\n".join(numbers)),
        Line(_("Who took the call, and their position")),
        Line(_("Day and time of the call")),
        Line(_("Reference that they gave")),
    )
    return Section("B", _("To whom it is reported"), lines)


def _student(named: str, school: str, born: str) -> Section:
    lines = (
        Line(_("Name"), named),
        Line(_("Date of birth, or about how old"), born),
        Line(_("Sex; ethnicity")),
        Line(_("Address and telephone (the office has them)")),
        Line(_("Where the student is just now")),
        Line(_("School"), school),
        Line(_("Grade")),
        Line(_("Disability, physical or developmental")),
        Line(_("Language at home")),
        Line(_("In foster care, or another home? Of which kind?")),
        Line(_("Kind of abuse"), _("Sexual: commercial sexual exploitation; and what else you suspect")),
        Line(_("What whoever is suspected is to the student")),
        Line(_("Were pictures taken? (Never look at them, copy, send or delete them.)")),
    )
    return Section("C", _("The student"), lines)


def _born(student: Student, today: date) -> str:
    if student.birth_date is None:
        return ""
    born = student.birth_date
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    old = ngettext("%(years)d year old", "%(years)d years old", years) % {"years": years}
    return f"{formats.date_format(born, 'DATE_FORMAT')} ({old})"


def _others(parents: Sequence[str]) -> Section:
    lines = (
        Line(_("Brothers and sisters: name, date of birth, sex")),
        Line(_("Parents or guardians: name, address, telephone"), "\n".join(parents), long=True),
        Line(
            _(
                "Whoever is suspected: name or description, about how old, address, vehicle, what else is known"
            ),
            long=True,
        ),
    )
    return Section("D", _("Others"), lines)


def _incident(words: list[Words], first: str) -> Section:
    seen = [one.account for one in words] + [one.observed for one in words]
    said = "\n".join(one.words for one in words if one.words)
    lines = (
        Line(_("When it happened; where")),
        Line(_("When you first knew or suspected"), first),
        Line(_("What was seen or heard"), "\n\n".join(filter(None, seen)), long=True),
        Line(_("What the student said, in the student's own words"), said, long=True),
        Line(_("What is known of anything like it before"), long=True),
    )
    return Section("E", _("What happened"), lines)
