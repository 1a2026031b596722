"""What the page of possible duplicates shows: the roster alone, and nothing of any case."""

from dataclasses import dataclass
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from cases.forms import students as search
from cases.forms.students import AT_MOST
from cases.reading.pages import Page, number_of
from csec.accounts.models import User
from csec.directory import likeness
from csec.directory.models import Student, StudentMerge
from district.reading.people import schools_of

PAGE = 25
#: So many names are looked for at once.
AT_ONCE = 4


@dataclass(frozen=True)
class Pair:
    """Two rows that may be the same student, and why."""

    one: Student
    other: Student
    why: list[Any]


@dataclass(frozen=True)
class Merged:
    """Two rows that are read as one student; `unlike` where the roster has changed one of them."""

    merge: StudentMerge
    unlike: bool


def possible(actor: User, *, page: str | None) -> Page[Pair]:
    """Every two rows at the schools that the actor answers for; not those that have both left."""
    rows = Student.objects.kept().filter(school__in=schools_of(actor)).select_related("school")
    found = [Pair(one, other, why) for one, other, why in likeness.pairs(rows) if one.active or other.active]
    number = number_of(page)
    first = (number - 1) * PAGE
    return Page(found[first : first + PAGE], number, len(found) > first + PAGE)


def named(actor: User, query: str) -> list[Student]:
    """Those whom one of several names or local ids means, with commas between; also those who have left."""
    among = Student.objects.filter(school__in=schools_of(actor)).select_related("school")
    found = {
        one.pk: one for part in query.split(",")[:AT_ONCE] for one in search.named(part, among)[:AT_MOST]
    }
    return list(found.values())


def merged(actor: User, *, page: str | None) -> Page[Merged]:
    """Those that were merged at these schools, the latest first."""
    schools = schools_of(actor)
    rows = StudentMerge.objects.filter(
        undone_at__isnull=True, alias__school__in=schools, kept__school__in=schools
    ).select_related("alias__school", "kept__school", "by")
    number = number_of(page)
    first = (number - 1) * PAGE
    found = list(rows[first : first + PAGE + 1])
    lines = [Merged(one, likeness.unlike(one.alias, one.kept)) for one in found[:PAGE]]
    return Page(lines, number, len(found) > PAGE)


def facts(student: Student) -> list[str]:
    """What stands in one row, beside the name."""
    more = [student.school.name]
    if student.birth_date:
        more.append(_("born %(date)s") % {"date": formats.date_format(student.birth_date, "DATE_FORMAT")})
    if student.local_id:
        more.append(_("local id %(id)s") % {"id": student.local_id})
    return more
