"""The forms of a case as a whole."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.base import PlainText, ReasonForm, VerbForm
from cases.forms.intake import AfterReading, MatchConcernForm
from cases.models import Decision, ParentHold, StepPart
from cases.text import Words

DECIDED_BY = _("Who decided it")
LEFT_OPEN = "left_open_"


class ConfirmationFields(forms.Form):
    """What a confirmation rests on. The printed protocol does not define “confirmed”."""

    basis = forms.ChoiceField(
        required=False,
        choices=[("", _("Not a confirmation")), *Decision.Basis.choices],
        label=_("What the confirmation rests on"),
        help_text=_("Needed for a confirmed victim. Never put off a report for a confirmation."),
    )
    decided_by = PlainText(
        required=False, label=DECIDED_BY, help_text=_("The designated person and an administrator.")
    )


class OpenCaseForm(VerbForm, ConfirmationFields, AfterReading):
    track = forms.ChoiceField(widget=forms.RadioSelect, label=_("Which track of the protocol?"))
    reason = PlainText(note=True, rows=3, label=_("Why is a case opened?"))
    field_order = ["track", "reason", "basis", "decided_by"]

    def __init__(self, *args: Any, tracks: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["track"].choices = tracks  # type: ignore[attr-defined]


class ReclassifyForm(VerbForm, ConfirmationFields):
    to = forms.CharField(widget=forms.HiddenInput)
    reason = PlainText(note=True, rows=3, label=_("Why?"))
    field_order = ["to", "basis", "decided_by", "reason"]

    def __init__(self, *args: Any, confirming: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not confirming:
            del self.fields["basis"]


class CloseCaseForm(VerbForm):
    """
    One field for each part that is still open: why it may stay so.

    `ended` are the parts for which something was typed and that have ended since, each with who ended it and
    when: their text stays on the page and goes nowhere.
    """

    outcome = forms.ChoiceField(
        widget=forms.RadioSelect, choices=Decision.Closing.choices, label=_("How did it end?")
    )
    reason = PlainText(note=True, rows=3, label=_("Why is the case closed?"))
    last_look = PlainText(
        note=True,
        rows=3,
        label=_("A last look: does the student still need regular contact?"),
        help_text=_(
            "What you found, and who looks after the student from now on. The check-ins end with the case."
        ),
    )

    acknowledged = PlainText(
        required=False,
        label=_("If the student left: who has taken note of them?"),
        help_text=_(
            "Who at the next school or at Child Welfare Services, and when. Needed of a student who left, unless a"
            " transfer was acknowledged; and over a late check-in."
        ),
    )

    def __init__(
        self,
        *args: Any,
        left_open: list[tuple[StepPart, str]],
        scheduled: bool,
        may_have_left: bool = True,
        ended: Iterable[tuple[StepPart, str, Words]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not scheduled and self.data.get("last_look"):
            # The plan ended after the page was opened: what was typed stays.
            self.fields["last_look"].required = False
        elif not scheduled:
            del self.fields["last_look"]
        if not may_have_left and not self.data.get("acknowledged"):
            del self.fields["acknowledged"]
        self.left_open = left_open
        for part, label in left_open:
            self.fields[f"{LEFT_OPEN}{part.pk}"] = PlainText(
                note=True, rows=2, label=label, help_text=_("Still open. Why may it stay so?")
            )
        for part, label, words in ended:
            self.fields[f"{LEFT_OPEN}{part.pk}"] = PlainText(
                note=True, rows=2, label=label, help_text=words, required=False
            )

    def arguments(self) -> dict[str, Any]:
        given = {
            UUID(name.removeprefix(LEFT_OPEN)): value
            for name, value in self.cleaned_data.items()
            if name.startswith(LEFT_OPEN)
        }
        return {
            "outcome": self.cleaned_data["outcome"],
            "reason": self.cleaned_data["reason"],
            "last_look": self.cleaned_data.get("last_look", ""),
            "acknowledged": self.cleaned_data.get("acknowledged", ""),
            "left_open": given,
        }


class ReopenCaseForm(ReasonForm):
    pass


class VoidCaseForm(ReasonForm):
    pass


class CorrectStudentForm(MatchConcernForm):
    """Of the school of the case, and of the one that handed it over, where the roster may still have the student."""

    reason = PlainText(note=True, rows=3, label=_("Why is it this student?"))
    held_for = forms.ChoiceField(
        widget=forms.RadioSelect,
        choices=ParentHold.HeldFor.choices,
        label=_("What froze contact with parents: about whom was it said?"),
        help_text=_(
            "If you are not sure, let it stay in force for both. Legal counsel ends the freeze for each of them; for"
            " the right one it stands either way, in every case of theirs."
        ),
    )

    def __init__(self, *args: Any, frozen: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not frozen:
            del self.fields["held_for"]
        self.fields["student_query"].help_text = _("A name, or part of one; then “Find”.")

    def prepare(self) -> None:
        self.offer_students(self.schools, none_of_these=_("None of these"))
