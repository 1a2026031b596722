"""Finding a student by name. It is a POST: names are never in an address."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from cases import text
from cases.forms.base import PlainText
from csec.directory.likeness import like
from csec.directory.models import School, Student, StudentQuerySet

#: Nobody pages through the roster: a name finds at most this many, from this many letters on.
AT_MOST = 8
LETTERS = 2


def find_students(query: str, schools: Iterable[School]) -> QuerySet[Student]:
    """
    Active students of these schools whose name contains each word of `query`, or whose local id it is.

    Each student once; one of whom there were two rows also by what stands in the other.
    """
    return named(query, Student.objects.at(schools))[:AT_MOST]


def named(query: str, among: StudentQuerySet) -> QuerySet[Student]:
    """Those of them who are meant by it, by what stands in any of their rows."""
    words = query.split()
    if text.fault(query, limit=text.TEXT) or len("".join(words)) < LETTERS:
        return Student.objects.none()
    meant = Q()
    for word in words:
        meant &= Q(whole_name__icontains=word)
    meant |= Q(local_id=query.strip())
    whole_name = Concat("given_name", Value(" "), "family_name")
    rows = Student.objects.annotate(whole_name=whole_name).filter(meant, merged_into=OuterRef("pk"))
    return among.kept().annotate(whole_name=whole_name).filter(meant | Q(Exists(rows)))


def label(student: Student) -> str:
    """How a student is told from another of the same name."""
    more = [
        student.school.name,
        _("born %(date)s") % {"date": formats.date_format(student.birth_date)} if student.birth_date else "",
        student.local_id,
    ]
    return f"{student.full_name} ({', '.join(str(part) for part in more if part)})"


def _labels(found: Iterable[Student]) -> list[tuple[UUID, str]]:
    """Those to choose from, each told from the others, and marked where another row may be the same student."""
    students = list(found)
    twice = _("another row here may be the same student")
    return [
        (student.pk, f"{label(student)}: {twice}" if like(student, students) else label(student))
        for student in students
    ]


class StudentField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the students that were found, shown as a list to choose from; validated against the schools."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Which student?"))
        super().__init__(queryset=Student.objects.none(), widget=forms.RadioSelect, required=False, **kwargs)

    def offer(self, found: Iterable[Student], *, schools: Iterable[School], none_of_these: Any) -> None:
        """
        Offer `found`, and a way to say that it is none of them.

        A row that was merged into another one after the page was opened is taken: it is read as that one.
        """
        self.queryset = Student.objects.at(schools).select_related("merged_into")
        self.choices = [*_labels(found), ("", none_of_these)]


class FindsStudent(forms.Form):
    """A field to type a name into, a button that finds, and the list of what was found."""

    student_query = PlainText(
        required=False,
        label=_("Student"),
        help_text=_("A name, or part of one; then “Find”. If you do not know it, describe the student."),
    )
    student = StudentField()

    def offer_students(self, schools: list[School], *, none_of_these: Any) -> None:
        """Offer what the typed name finds, and whoever is chosen already."""
        query = self._typed("student_query")
        chosen = self._typed("student")
        found = list(find_students(query, schools).select_related("school")) if query else []
        if chosen and str(chosen) not in {str(student.pk) for student in found}:
            with suppress(ValidationError):
                chosen_before = Student.objects.at(schools).filter(pk=chosen)
                found += chosen_before.select_related("school", "merged_into")
        self.found = found
        field = self.fields["student"]
        assert isinstance(field, StudentField)  # noqa: S101
        field.offer(found, schools=schools, none_of_these=none_of_these)

    def _typed(self, name: str) -> str:
        if self.is_bound:
            return str(self.data.get(self.add_prefix(name), "") or "")
        return str(self.initial.get(name) or "")
