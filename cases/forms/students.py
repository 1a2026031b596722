"""Finding a student by name. It is a POST: names are never in an address."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from cases import text
from cases.forms.base import PlainText
from csec.directory.models import School, Student

#: Nobody pages through the roster: a name finds at most this many, from this many letters on.
AT_MOST = 8
LETTERS = 2


def find_students(query: str, schools: Iterable[School], *, former: bool = False) -> QuerySet[Student]:
    """
    Active students of these schools whose name contains each word of `query`, or whose local id it is.

    `former` ones have left, and are found as well.
    """
    words = query.split()
    if text.fault(query, limit=text.TEXT) or len("".join(words)) < LETTERS:
        return Student.objects.none()
    students = _of(schools, former=former).annotate(
        whole_name=Concat("given_name", Value(" "), "family_name")
    )
    by_name = Q()
    for word in words:
        by_name &= Q(whole_name__icontains=word)
    return students.filter(by_name | Q(local_id=query.strip()))[:AT_MOST]


def _of(schools: Iterable[School], *, former: bool) -> QuerySet[Student]:
    students = Student.objects.filter(school__in=schools)
    return students if former else students.filter(active=True)


def label(student: Student) -> str:
    """How a student is told from another of the same name."""
    more = [
        student.school.name,
        _("born %(date)s") % {"date": formats.date_format(student.birth_date)} if student.birth_date else "",
        student.local_id,
    ]
    return f"{student.full_name} ({', '.join(str(part) for part in more if part)})"


class StudentField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the students that were found, shown as a list to choose from; validated against the schools."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Which student?"))
        super().__init__(queryset=Student.objects.none(), widget=forms.RadioSelect, required=False, **kwargs)

    def offer(
        self, found: Iterable[Student], *, schools: Iterable[School], none_of_these: Any, former: bool = False
    ) -> None:
        """Offer `found`, and a way to say that it is none of them."""
        self.queryset = _of(schools, former=former)
        self.choices = [*((student.pk, label(student)) for student in found), ("", none_of_these)]


class FindsStudent(forms.Form):
    """A field to type a name into, a button that finds, and the list of what was found."""

    student_query = PlainText(
        required=False,
        label=_("Student"),
        help_text=_("A name, or part of one; then “Find”. If you do not know it, describe the student."),
    )
    student = StudentField()

    def offer_students(self, schools: list[School], *, none_of_these: Any, former: bool = False) -> None:
        """Offer what the typed name finds, and whoever is chosen already."""
        query = self._typed("student_query")
        chosen = self._typed("student")
        found = list(find_students(query, schools, former=former).select_related("school")) if query else []
        if chosen and str(chosen) not in {str(student.pk) for student in found}:
            with suppress(ValidationError):
                chosen_before = _of(schools, former=former).filter(pk=chosen)
                found += chosen_before.select_related("school")
        self.found = found
        field = self.fields["student"]
        assert isinstance(field, StudentField)  # noqa: S101
        field.offer(found, schools=schools, none_of_these=none_of_these, former=former)

    def _typed(self, name: str) -> str:
        if self.is_bound:
            return str(self.data.get(self.add_prefix(name), "") or "")
        return str(self.initial.get(name) or "")
