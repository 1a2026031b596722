"""The forms of a student who is entered by hand, and of two rows that are one student."""

from collections.abc import Collection
from contextlib import suppress
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.base import Day, PlainText, VerbForm
from cases.forms.students import label
from csec.directory.models import School, Student


def _limit(name: str) -> int:
    limit: int = Student._meta.get_field(name).max_length  # type: ignore[union-attr, assignment]
    return limit


class AddStudentForm(VerbForm):
    """`seen` names the students like this one whom the page showed; that it is none of them is said about those."""

    own_fields = VerbForm.own_fields | {"seen", "different"}
    never_restored = VerbForm.never_restored | {"seen", "different"}

    school = forms.ModelChoiceField(queryset=School.objects.none(), label=_("School"), empty_label=None)
    given_name = PlainText(limit=_limit("given_name"), label=_("Given name"))
    family_name = PlainText(limit=_limit("family_name"), label=_("Family name"))
    birth_date = Day(
        required=False,
        label=_("Birth date"),
        help_text=_("If it is known. By it the same student is found when the roster has them twice."),
    )
    local_id = PlainText(
        required=False,
        limit=_limit("local_id"),
        label=_("Local id"),
        help_text=_(
            "If the student information system has given one already: by it the roster knows them from then on."
        ),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    different = forms.BooleanField(
        required=False, widget=forms.HiddenInput, label=_("It is none of these: this is another student")
    )

    def __init__(self, *args: Any, schools: Collection[School], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["school"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = School.objects.filter(pk__in=[one.pk for one in schools])
        field.label_from_instance = lambda school: str(school.name)  # type: ignore[method-assign,assignment]
        if len(schools) > 1:
            field.empty_label = _("Choose a school")
        if self.is_bound and self.data.get(self.add_prefix("seen")):
            self._ask_whether_different()

    def _ask_whether_different(self) -> None:
        self.fields["different"].widget = forms.CheckboxInput()

    def clean_seen(self) -> tuple[UUID, ...]:
        """What is no id names nobody."""
        named = []
        for one in self.cleaned_data["seen"].split():
            with suppress(ValueError):
                named.append(UUID(one))
        return tuple(named)

    def arguments(self) -> dict[str, Any]:
        said = self.cleaned_data
        return super().arguments() | {"different_from": said["seen"] if said["different"] else ()}

    def row(self) -> Student | None:
        """The student as typed, where enough is typed to look for others like them."""
        names = ("given_name", "family_name", "birth_date", "local_id")
        if not self.is_bound or any(name in self.errors for name in names):
            return None
        return Student(**{name: self.cleaned_data.get(name) for name in names})

    def show(self, found: Collection[Student]) -> None:
        """Ask whether it is one of these, and know whom the page showed."""
        self.renew("seen", " ".join(str(one.pk) for one in found))
        if found:
            self._ask_whether_different()


class CompareStudentsForm(VerbForm):
    """Two rows that are found by name, where nothing in them is alike."""

    student_query = PlainText(
        label=_("Two names or local ids, with a comma between"),
        help_text=_("Such as a name of before and the one of now; then “Find”."),
    )
    rows = forms.ModelMultipleChoiceField(
        queryset=Student.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Which two?"),
    )

    def offer(self, found: Collection[Student]) -> None:
        """Those who were found, and of whom two are chosen."""
        self.found = found
        rows = self.fields["rows"]
        assert isinstance(rows, forms.ModelMultipleChoiceField)  # noqa: S101
        rows.queryset = Student.objects.filter(pk__in=[one.pk for one in found])
        rows.choices = [(one.pk, label(one)) for one in found]

    def clean_rows(self) -> list[Student]:
        rows = list(self.cleaned_data["rows"])
        if len(rows) != len(("one", "other")):
            raise forms.ValidationError(_("Find them by name, then choose two."))
        return rows


class MergeStudentsForm(VerbForm):
    """Of two rows the one that is kept."""

    keep = forms.ChoiceField(
        widget=forms.RadioSelect,
        label=_("Which row is right?"),
        help_text=_(
            "The student is called as in this one from then on. The other stays, and is read as this one."
        ),
    )

    def __init__(self, *args: Any, one: Student, other: Student, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = (one, other)
        keep = self.fields["keep"]
        assert isinstance(keep, forms.ChoiceField)  # noqa: S101
        keep.choices = [(str(row.pk), _words(row)) for row in self.rows]

    def arguments(self) -> dict[str, Any]:
        one, other = self.rows
        if self.cleaned_data["keep"] == str(other.pk):
            one, other = other, one
        return {"kept": one, "alias": other}


def _words(row: Student) -> str:
    return f"{row.own_name}, {row.school.name}" + (f", {row.local_id}" if row.local_id else "")


class UnmergeStudentsForm(VerbForm):
    """Which ones they are stands in the address."""
