"""The roster of students, from a file that the district's student information system writes."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from csec.directory.models import School, Student

COLUMNS = ("local_id", "given_name", "family_name", "birth_date", "school")
#: More mistakes than that are not listed one by one.
LISTED = 20


class NotARoster(Exception):
    """The file cannot be taken. `args` are sentences that name lines, never what stands in them."""


@dataclass(frozen=True)
class Row:
    """One student as the file has them."""

    local_id: str
    given_name: str
    family_name: str
    birth_date: date | None
    school_id: UUID


@dataclass(frozen=True)
class Loaded:
    """How many students came, were changed, and left."""

    new: int
    changed: int
    left: int


def read(lines: Iterable[str]) -> list[Row]:
    """Read the rows of a CSV file with the columns `COLUMNS`. Raises NotARoster with all that is wrong."""
    table = csv.DictReader(lines, strict=True)
    missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
    if missing:
        raise NotARoster(
            _("The first line has to name the columns; missing: %(names)s.") % {"names": ", ".join(missing)}
        )
    schools = dict(School.objects.values_list("name", "pk"))
    rows: dict[str, Row] = {}
    wrong: list[str] = []
    try:
        for one in table:
            row, mistakes = _row(one, schools)
            if row.local_id in rows:
                mistakes.append(_("the local id is on an earlier line"))
            rows[row.local_id] = row
            if mistakes:
                what = get_text_list(mistakes, _("and"))
                wrong.append(_("Line %(number)d: %(what)s.") % {"number": table.line_num, "what": what})
    except csv.Error:
        wrong.append(_("Line %(number)d: this is no CSV.") % {"number": table.line_num + 1})
    if wrong:
        more = len(wrong) - LISTED
        raise NotARoster(*wrong[:LISTED], *([_("And %(count)d more.") % {"count": more}] if more > 0 else ()))
    return list(rows.values())


def _row(one: Mapping[str | None, str | None], schools: Mapping[str, UUID]) -> tuple[Row, list[str]]:
    """A row, and what is wrong with it."""
    said = {name: " ".join((one[name] or "").split()) for name in COLUMNS}
    mistakes = []
    if None in one:
        mistakes.append(_("there are more values than columns"))
    for name, longest in (("local_id", 40), ("given_name", 100), ("family_name", 100)):
        if not said[name] or len(said[name]) > longest or not said[name].isprintable():
            mistakes.append(
                _("%(name)s is missing, or longer than %(longest)d, or no text")
                % {"name": name, "longest": longest}
            )
    born = None
    if said["birth_date"]:
        try:
            born = date.fromisoformat(said["birth_date"])
        except ValueError:
            mistakes.append(_("birth_date is not written as 2011-08-27"))
    school = schools.get(said["school"])
    if school is None:
        mistakes.append(_("school is none of the district's schools"))
    row = Row(said["local_id"], said["given_name"], said["family_name"], born, school or UUID(int=0))
    return row, mistakes


@transaction.atomic
def load(
    rows: Iterable[Row], *, whole: bool = False, at_most_leave: int | None = None, renumbered: bool = False
) -> Loaded:
    """
    Bring the roster to what the file has, by the local ids; what is known of a student by other pages stays.

    A row that was merged into another one is brought to it as well, and is still read as that one. Whoever was entered
    by hand has not left before the file had them once.

    Only of a `whole` file has whoever is not in it left: they are found no more by who looks for a student, and what is
    known of them stays. Raises NotARoster when that would be more than `at_most_leave` (without it: a tenth of the
    roster), because then the file was rather cut off; nor when more than a tenth have another name and another birth
    date, because then the ids were rather given anew, and each case would be about somebody else: `renumbered` takes
    that.
    """
    locked = Student.objects.select_for_update(no_key=True)
    known = {one.local_id: one for one in locked.exclude(local_id="")}
    tenth = sum(one.active for one in known.values()) // 10
    new: list[Student] = []
    changed: list[Student] = []
    named: set[str] = set()
    others = 0
    for row in rows:
        named.add(row.local_id)
        others += row.local_id in known and _is_another(known[row.local_id], row)
        student = known.get(row.local_id) or Student(local_id=row.local_id)
        if _differs(student, row):
            (changed if row.local_id in known else new).append(student)
    left = [
        one
        for one in known.values()
        if whole and one.active and one.entered_at is None and one.local_id not in named
    ]
    if others > tenth and not renumbered:
        raise NotARoster(
            ngettext(
                "%(count)d local id has another name and another birth date: were they given anew?",
                "%(count)d local ids have another name and another birth date: were they given anew?",
                others,
            )
            % {"count": others}
        )
    if len(left) > (tenth if at_most_leave is None else at_most_leave):
        raise NotARoster(
            ngettext(
                "%(count)d student of the roster is not in the file: is it whole?",
                "%(count)d students of the roster are not in the file: is it whole?",
                len(left),
            )
            % {"count": len(left)}
        )
    for one in left:
        one.active = False
    Student.objects.bulk_create(new)
    fields = ["school", "given_name", "family_name", "birth_date", "active", "entered_at"]
    Student.objects.bulk_update([*changed, *left], fields, batch_size=2000)
    return Loaded(len(new), len(changed), len(left))


def _is_another(student: Student, row: Row) -> bool:
    """Whether the row is rather of another person than of the student who has had its local id."""
    names = (student.given_name, student.family_name) != (row.given_name, row.family_name)
    return names and bool(student.birth_date and row.birth_date) and student.birth_date != row.birth_date


def _differs(student: Student, row: Row) -> bool:
    """Whether anything had to be changed to have the student as the row has them."""
    wanted = {
        "given_name": row.given_name,
        "family_name": row.family_name,
        "birth_date": row.birth_date,
        "school_id": row.school_id,
        "active": True,
        "entered_at": None,
    }
    before = {name: getattr(student, name) for name in wanted}
    for name, value in wanted.items():
        setattr(student, name, value)
    return before != wanted
