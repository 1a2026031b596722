"""The forms of emergency access."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.base import PlainText, VerbForm
from cases.models import EmergencyAccess

#: Characters: the longest number of a case has eleven, and is typed with blanks and hyphens of every kind.
NUMBER = 20


class BeginEmergencyAccessForm(VerbForm):
    number = PlainText(
        label=_("Number of the case"),
        limit=NUMBER,
        help_text=_(
            "As whoever calls you reads it to you, or from the list. Such as 6GQ4-65DR; with or without the hyphen."
        ),
    )
    reason = PlainText(note=True, rows=3, label=_("What is the emergency?"))


class EndEmergencyAccessForm(VerbForm):
    pass


class ReviewEmergencyAccessForm(VerbForm):
    finding = forms.ChoiceField(
        label=_("Was it needed?"), choices=EmergencyAccess.Finding, widget=forms.RadioSelect
    )
    note = PlainText(note=True, rows=3, label=_("What you found"))
