"""The forms of a review, and of the answer to what it asked."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.base import Day, PlainText, VerbForm
from cases.models import CaseReview, ReviewQuestion


class ReviewCaseForm(VerbForm):
    """What came of the county's team, and at most one question to each; what was said last is offered."""

    last = forms.UUIDField(required=False, widget=forms.HiddenInput)
    team = forms.ChoiceField(
        choices=CaseReview.Team, widget=forms.RadioSelect, label=_("The county’s multidisciplinary team")
    )
    team_on = Day(required=False, label=_("On which day"), help_text=_("When it met, or is going to meet."))
    team_words = PlainText(
        note=True,
        rows=3,
        required=False,
        label=_("What came of it, or why it is not needed"),
        help_text=_("What the team decided for the student, and who does what; not what was told there."),
    )
    ask_carrier = PlainText(
        note=True, rows=3, required=False, label=_("A question to whoever carries the case")
    )
    ask_sro = PlainText(note=True, rows=3, required=False, label=_("A question to the SRO"))

    #: Offered as it was said before, and said anew with this review.
    never_restored = VerbForm.never_restored | {"last"}

    def __init__(
        self,
        *args: Any,
        asked: Mapping[str, list[str]],
        last: CaseReview | None,
        words: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if last:
            before = {"last": last.pk, "team": last.team, "team_on": last.team_on, "team_words": words}
            for name, value in before.items():
                self.initial.setdefault(name, value)
        for to, names in asked.items():
            if names:
                self.fields[f"ask_{to}"].help_text = _("%(who)s reads it.") % {"who": ", ".join(names)}
            else:
                # Nobody is there who would answer.
                del self.fields[f"ask_{to}"]


class AnswerQuestionForm(VerbForm):
    answer = forms.ChoiceField(
        choices=ReviewQuestion.Answer, widget=forms.RadioSelect, label=_("Your answer")
    )
    words = PlainText(
        note=True,
        rows=4,
        required=False,
        label=_("In your words"),
        help_text=_("Where you cannot say it, nothing has to stand here."),
    )
