"""The forms of a records request."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import QueryDict
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from cases.forms.base import Day, PlainText, VerbForm
from cases.forms.schools import SchoolField, offer_schools
from cases.forms.students import FindsStudent
from cases.models import RecordsAnswer, RecordsRequest, Release
from cases.workflow.requested import RequestedCase
from cases.workflow.requests import BASES
from csec.directory.models import School

#: Of somebody of several schools who found no student on the roster.
WHOSE = _("Choose the school whose records are asked for, or find the student by name and choose one.")


class LogRecordsRequestForm(VerbForm, FindsStudent):
    """For whoever stands at the office. It carries the id of the request, so that sending it twice makes one."""

    own_fields = VerbForm.own_fields | {"student_query"}

    request_id = forms.UUIDField(widget=forms.HiddenInput)
    school = SchoolField()
    student_described = PlainText(
        required=False,
        label=_("If the student is not found: who is it?"),
        help_text=_("Name and date of birth as you were told them, such as of somebody who has left."),
    )
    asker = forms.ChoiceField(
        choices=[("", _("Choose one")), *RecordsRequest.Asker.choices], label=_("Who asks?")
    )
    asked_by = PlainText(label=_("Their name, and how to reach them"))
    wants = PlainText(
        note=True,
        rows=3,
        label=_("What do they ask for?"),
        help_text=_("As they said or wrote it. A paper that they handed over goes to counsel as well."),
    )
    way = forms.ChoiceField(
        choices=[("", _("Choose one")), *RecordsRequest.Way.choices], label=_("How it came")
    )
    received_on = Day(
        label=_("When did it come?"),
        help_text=_("The day on which the school had it: the time runs from then."),
    )

    def __init__(self, *args: Any, schools: list[School], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schools = schools
        self.initial.setdefault("request_id", uuid4())
        self.initial.setdefault("received_on", today)
        self.fields["student_query"].help_text = _("A name, or part of one; then “Find”.")
        offer_schools(self, schools)

    def restore(self, typed: QueryDict, saved_at: Any) -> None:
        """A draft of a request that was sent all the same begins another one."""
        super().restore(typed, saved_at)
        self.initial["request_id"] = uuid4()

    def prepare(self) -> None:
        self.offer_students(self.schools, none_of_these=_("None of these"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("school") and not {"school", "student"} & set(self.errors):
            if student := cleaned.get("student"):
                cleaned["school"] = student.school
            else:
                self.add_error("school", WHOSE)
        return cleaned


class MatchRecordsRequestForm(VerbForm, FindsStudent):
    """A student of any school, also one who has left. `before` is the student whom the page showed."""

    own_fields = VerbForm.own_fields | {"student_query"}
    never_restored = VerbForm.never_restored | {"before"}

    before = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: RecordsRequest, schools: list[School], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schools = schools
        self.initial["before"] = row.student_id or ""
        self.fields["student"].required = True
        self.fields["student_query"].help_text = _(
            "A name, or part of one; then “Find”. Students who have left are found as well."
        )

    def prepare(self) -> None:
        self.offer_students(self.schools, none_of_these=_("None of these"), former=True)


def _called(case: RequestedCase) -> str:
    opened = formats.date_format(timezone.localtime(case.opened_at), "SHORT_DAY")
    return _("%(number)s, %(school)s, opened %(day)s") % {
        "number": case.number,
        "school": case.school,
        "day": opened,
    }


class OpenRequestedCaseForm(VerbForm):
    case = forms.TypedChoiceField(widget=forms.RadioSelect, coerce=UUID, label=_("Which record?"))

    def __init__(self, *args: Any, cases: Sequence[RequestedCase], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["case"].choices = [(str(one.pk), _called(one)) for one in cases]  # type: ignore[attr-defined]
        if cases:
            self.initial.setdefault("case", str(cases[0].pk))


class AnswerRecordsRequestForm(VerbForm):
    """Counsel's own words; what was asked for stands above it."""

    outcome = forms.ChoiceField(
        choices=RecordsAnswer.Outcome.choices, widget=forms.RadioSelect, label=_("Answer")
    )
    recipient = PlainText(required=False, label=_("If released: to whom"))
    what = PlainText(
        note=True,
        rows=3,
        required=False,
        label=_("If released: what"),
        help_text=_("Which papers or facts. The papers themselves are not kept here."),
    )
    basis = forms.ChoiceField(
        required=False,
        choices=[("", _("Nothing was released")), *Release.Basis.choices],
        label=_("Legal basis"),
    )
    interest = PlainText(
        note=True,
        rows=2,
        required=False,
        label=_("What do they need it for?"),
        help_text=_("Not asked of a parent or student who uses a right of their own."),
    )
    cases = forms.TypedMultipleChoiceField(
        required=False,
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        label=_("Restricted records of which something was released"),
        help_text=_("Each keeps it in its list of releases."),
    )
    unreviewed = PlainText(
        note=True,
        rows=2,
        required=False,
        label=_("If a list of releases is not reviewed: why do you answer without that?"),
        help_text=_("For instance that the list is not among what is released. Counsel alone reads this."),
    )
    reason = PlainText(
        note=True,
        rows=4,
        required=False,
        label=_("If a part was withheld, or all: what, and why"),
        help_text=_("Counsel alone reads this."),
    )

    def __init__(
        self,
        *args: Any,
        row: RecordsRequest,
        cases: Sequence[RequestedCase],
        unread: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not unread and not self.data.get("unreviewed"):
            del self.fields["unreviewed"]
        words = row.words()
        self.initial.setdefault("recipient", words.get("asked_by", ""))
        self.initial.setdefault("basis", BASES.get(RecordsRequest.Asker(row.asker), ""))
        if cases:
            self.fields["cases"].choices = [(str(one.pk), _called(one)) for one in cases]  # type: ignore[attr-defined]
        else:
            del self.fields["cases"]
