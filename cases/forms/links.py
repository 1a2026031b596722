"""The form for a student who may have been targeted."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases.forms.base import Moment, PlainText, VerbForm
from cases.forms.intake import NOT_KNOWN, staff_of
from cases.forms.students import FindsStudent
from cases.models import Case, ConcernAuthor
from cases.workflow.second import BESIDE, KEEP, THIS
from csec.accounts.models import User


class OpenTargetedCaseForm(VerbForm, FindsStudent):
    """
    A concern about another student, in few fields; or, with `same_student`, about the student of the case itself.

    It carries the id of the concern it makes, so that sending it twice makes one.
    """

    own_fields = VerbForm.own_fields | {"student_query", "same_student"}
    never_restored = VerbForm.never_restored | {"same_student"}

    concern_id = forms.UUIDField(widget=forms.HiddenInput)
    same_student = forms.BooleanField(required=False, widget=forms.HiddenInput)
    implicated = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Staff who are involved in this, or related to the student"),
        help_text=_("It goes past everyone you tick here. They will not learn of it."),
    )
    account = PlainText(
        note=True,
        rows=5,
        label=_("What was seen or heard of this student?"),
        help_text=_("Facts about this student alone, in your own words. Do not question the student."),
    )
    words = PlainText(
        note=True,
        required=False,
        rows=3,
        label=_("The student’s own words"),
        help_text=_("Only what the student said unasked, in quotes."),
    )
    first_known_at = Moment(
        label=_("When did you first know or suspect it of this student?"),
        help_text=_("The time allowed for the report runs from then (Penal Code 11166)."),
    )
    reason = PlainText(
        note=True,
        rows=2,
        label=_("Why is a case opened for this student?"),
        help_text=_("Read by whoever looks after this student. Nothing of the other student’s case."),
    )

    def __init__(self, *args: Any, case: Case, author: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.initial.setdefault("concern_id", uuid4())
        self.fields["implicated"].queryset = staff_of([case.school]).exclude(pk=author.pk)  # type: ignore[attr-defined]
        self.fields["implicated"].label_from_instance = lambda person: person.name  # type: ignore[attr-defined]

    @property
    def about_same(self) -> bool:
        """Whether it is about the student of the case itself."""
        value = self["same_student"].value()
        return str(value).lower() in ("1", "true", "on") and self.case.student is not None

    def restore(self, typed: QueryDict, saved_at: datetime) -> None:
        """A draft of one that was sent all the same begins another one."""
        super().restore(typed, saved_at)
        given = str(self.initial.get("concern_id", ""))
        if given in {str(pk) for pk in ConcernAuthor.objects.values_list("pk", flat=True)}:
            self.initial["concern_id"] = uuid4()

    def prepare(self) -> None:
        """Find the students that the typed name means; called once the form is filled."""
        self.offer_students([self.case.school], none_of_these=NOT_KNOWN)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.about_same:
            cleaned["student"] = self.case.student
        student = cleaned.get("student")
        cleaned["student_described"] = "" if student else cleaned.get("student_query", "")
        return cleaned


class SettleSecondCaseForm(VerbForm):
    """Of two open cases of one student: which goes on."""

    goes_on = forms.ChoiceField(widget=forms.RadioSelect, label=_("What becomes of the two cases?"))
    reason = PlainText(
        note=True,
        rows=3,
        label=_("Why?"),
        help_text=_("Read by those alone who may open both cases."),
    )

    def __init__(self, *args: Any, case: Case, beside: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _("Case %(number)s, %(school)s, goes on. The other one is joined to it.")
        self.fields["goes_on"].choices = [  # type: ignore[attr-defined]
            (KEEP, _("Both are kept, each with its people")),
            *(
                (name, words % {"number": one.number, "school": one.school.name})
                for name, one in ((THIS, case), (BESIDE, beside))
            ),
        ]
