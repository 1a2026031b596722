"""The forms about what goes on after an offer, and about what the roster says of a student."""

from datetime import date
from typing import Any

from django import forms
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from cases.forms.base import Day, PlainText, VerbForm
from cases.models import Progress


class FollowReferralForm(VerbForm):
    state = forms.ChoiceField(choices=Progress.choices, widget=forms.RadioSelect, label=_("How does it go?"))
    next_on = Day(required=False, label=_("Look at it again on"))
    note = PlainText(
        note=True,
        required=False,
        rows=3,
        label=_("What you know of it"),
        help_text=_(
            "Needed when it did not begin: why. Read by counselors and social workers alone. Nothing of the treatment"
            " itself."
        ),
    )

    def __init__(self, *args: Any, proposed: date, state: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("state", state)
        self.fields["next_on"].help_text = _(
            "While it goes on. Left empty, on %(day)s (district setting)."
        ) % {"day": formats.date_format(proposed, "DAY")}


class NoteRosterChangeForm(VerbForm):
    """What the roster said when the page was opened is sent along."""

    seen = forms.CharField(widget=forms.HiddenInput)
    reason = PlainText(
        note=True,
        label=_("Who goes on with this student, and who was told"),
        help_text=_(
            "The case stays with those on it until you transfer or close it. Nothing is sent by this form."
        ),
    )

    def __init__(self, *args: Any, seen: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("seen", seen)
