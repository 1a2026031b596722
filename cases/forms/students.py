"""Finding a student by name. It is a POST: names are never in an address."""

from collections import defaultdict
from collections.abc import Collection, Iterable
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
from csec.directory.finding import Sought
from csec.directory.likeness import like
from csec.directory.models import School, Student, StudentQuerySet

#: Nobody pages through the roster: a name finds at most this many, from this many letters on.
AT_MOST = 8
LETTERS = 2
#: So well a name fits that is nearly what was typed (csec/directory/finding.py): one word misspelled, or two letters.
NEARLY = 0.5
#: What is sent for none of the students who were found: to choose it is a choice as well.
NONE_OF_THESE = "none"
ELSEWHERE = _(
    "A name, or part of one; then “Find”. Of a student whom the roster has at another school, the whole name."
)


def find_students(query: str, schools: Iterable[School], *, former: bool = False) -> QuerySet[Student]:
    """
    Active students of these schools whose name contains each word of `query`, or whose local id it is.

    Each student once; one of whom there were two rows also by what stands in the other. `former` ones have left, and
    are found as well.
    """
    return named(query, _of(schools, former=former))[:AT_MOST]


def spelled_nearly(query: str, schools: Iterable[School], *, former: bool = False) -> list[Student]:
    """Students of these schools whose name is nearly that: misspelled, or only heard. The nearest come first."""
    sought = Sought(query)
    if not _says_enough(query) or not sought.enough:
        return []
    names: dict[UUID, list[str]] = defaultdict(list)
    kept = _of(schools, former=former).kept()
    for pk, given, family in kept.values_list("pk", "given_name", "family_name"):
        names[pk].append(f"{given} {family}")
    rows = Student.objects.filter(merged_into__in=kept.values("pk"))
    for into, given, family in rows.values_list("merged_into_id", "given_name", "family_name"):
        if into:
            names[into].append(f"{given} {family}")
    fits = sorted(((-sought.fit(known), known, pk) for pk, known in names.items()))
    nearest = [pk for fit, _known, pk in fits if -fit >= NEARLY][:AT_MOST]
    students = Student.objects.select_related("school").in_bulk(nearest)
    return [students[pk] for pk in nearest]


def of_the_district(query: str, schools: Iterable[School]) -> list[Student]:
    """
    The active student of another school whose whole name it is, if there is one alone.

    The roster may still have a student there who was taken over. Whoever asks is told no more than what they typed: not
    at which school a student is who may have been moved away from somebody, and no name for a number.
    """
    if not _says_enough(query):
        return []
    elsewhere = Student.objects.filter(active=True).exclude(school__in=schools)
    whole = Q(whole_name__iexact=" ".join(query.split()))
    found = list(named(query, elsewhere).filter(whole)[:2])
    return found if len(found) == 1 else []


def _of(schools: Iterable[School], *, former: bool) -> StudentQuerySet:
    return Student.objects.filter(school__in=schools) if former else Student.objects.at(schools)


def named(query: str, among: StudentQuerySet) -> QuerySet[Student]:
    """Those of them who are meant by it, by what stands in any of their rows."""
    if not _says_enough(query):
        return Student.objects.none()
    meant = Q()
    for word in query.split():
        meant &= Q(whole_name__icontains=word)
    meant |= Q(local_id=query.strip())
    whole_name = Concat("given_name", Value(" "), "family_name")
    rows = Student.objects.annotate(whole_name=whole_name).filter(meant, merged_into=OuterRef("pk"))
    return among.kept().annotate(whole_name=whole_name).filter(meant | Q(Exists(rows)))


def _says_enough(query: str) -> bool:
    """Whether it can be searched for at all."""
    return not text.fault(query, limit=text.TEXT) and len("".join(query.split())) >= LETTERS


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

    def clean(self, value: Any) -> Any:
        return None if value == NONE_OF_THESE else super().clean(value)

    def offer(
        self,
        found: Iterable[Student],
        *,
        schools: Iterable[School],
        none_of_these: Any,
        former: bool = False,
        own: Collection[School] = (),
    ) -> None:
        """
        Offer `found`, and a way to say that it is none of them; of those who are at none of the `own` schools, if
        there are any, no more than the name.

        A row that was merged into another one after the page was opened is taken: it is read as that one.
        """
        self.queryset = _of(schools, former=former).select_related("merged_into")
        here = {school.pk for school in own}
        others = [student for student in found if here and student.school_id not in here]
        labels = _labels(student for student in found if student not in others)
        named = [
            (one.pk, _("%(name)s (by the roster at another school)") % {"name": one.full_name})
            for one in others
        ]
        # Nothing is chosen before: who looks at the list says whom they mean, or that it is nobody there.
        self.choices = [*labels, *named, (NONE_OF_THESE, none_of_these)]


class FindsStudent(forms.Form):
    """A field to type a name into, a button that finds, and the list of what was found."""

    student_query = PlainText(
        required=False,
        label=_("Student"),
        help_text=_("A name, or part of one; then “Find”. If you do not know it, describe the student."),
    )
    student = StudentField()
    found: Collection[Student] = ()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        # Of a list that was on the page one has to be chosen, or none of these: overlooked, it would tie to nobody.
        if "student_offered" in self.data and not self._typed("student") and self.found:
            self.add_error("student", _("Choose the student who is meant, or that it is none of these."))
        return cleaned

    def offer_students(
        self, schools: list[School], *, none_of_these: Any, former: bool = False, elsewhere: bool = False
    ) -> None:
        """Offer what the typed name finds, and whoever is chosen already; with `elsewhere` of any school."""
        query = self._typed("student_query")
        chosen = self._typed("student")
        found = list(find_students(query, schools, former=former).select_related("school")) if query else []
        own = schools
        if query and not found:
            found = spelled_nearly(query, schools, former=former)
        if elsewhere:
            found += of_the_district(query, schools) if query else []
            schools = list(School.objects.all())
        if chosen and str(chosen) not in {str(student.pk) for student in found}:
            with suppress(ValidationError):
                chosen_before = _of(schools, former=former).filter(pk=chosen)
                found += chosen_before.select_related("school", "merged_into")
        self.found = found
        field = self.fields["student"]
        assert isinstance(field, StudentField)  # noqa: S101
        field.offer(found, schools=schools, none_of_these=none_of_these, former=former, own=own)

    def _typed(self, name: str) -> str:
        if self.is_bound:
            return str(self.data.get(self.add_prefix(name), "") or "")
        return str(self.initial.get(name) or "")
